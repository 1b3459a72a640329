import { readFile } from 'node:fs/promises';
import { notifiers } from '../notifiers/index.ts';
import { sources } from '../sources/index.ts';
import { targets } from '../targets/index.ts';
import { type LoadedConfig, parseConfig } from './parse.ts';
import type { Kinds } from './schema.ts';

/** Every kind this program knows. */
export const knownKinds: Kinds = { targets, sources, notifiers };

/** Reads and checks a config file. Throws ConfigError for what is wrong in it, and the error of reading for the rest. */
export async function loadConfig(file: string, now: () => Date): Promise<LoadedConfig> {
  return parseConfig(await readFile(file, 'utf8'), { file, kinds: knownKinds, now: now() });
}
