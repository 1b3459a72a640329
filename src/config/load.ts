import { readFile } from 'node:fs/promises';
import { notifiers } from '../notifiers/index.ts';
import { sources } from '../sources/index.ts';
import { targets } from '../targets/index.ts';
import { type LoadedConfig, parseConfig } from './parse.ts';
import type { Kinds } from './schema.ts';

// Apart from `parse.ts`, which takes the kinds as an argument: this file alone loads all of them.

/** Every kind this program knows. */
export const knownKinds: Kinds = { targets, sources, notifiers };

/** Reads and checks a config file. Throws ConfigError for its problems, and the error of the file system if it cannot be read. */
export async function loadConfig(file: string, now: () => Date): Promise<LoadedConfig> {
  return parseConfig(await readFile(file, 'utf8'), { file, kinds: knownKinds, now: now() });
}
