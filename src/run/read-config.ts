import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { ConfigError } from '../config/issue.ts';
import { knownKinds } from '../config/load.ts';
import { type LoadedConfig, parseConfig } from '../config/parse.ts';
import type { Kinds } from '../config/schema.ts';
import type { Actor } from '../core/decisions/decision.ts';
import { UsageError } from '../core/errors.ts';
import type { Configs, GivenConfig } from '../ports/store.ts';
import type { Settings } from './settings.ts';

/** The config in use, and the refused one, if the last good one is used in its place. */
export interface ConfigRead {
  readonly loaded: LoadedConfig;
  readonly text: string;
  /** Where it came from, for people. */
  readonly from: string;
  /** Who wrote it, if its source says so. */
  readonly by?: Actor;
  readonly refused?: RefusedConfig;
}

export interface RefusedConfig {
  readonly from: string;
  /** sha256 of what was refused, lower-case hex; distinct contents are reported one by one. */
  readonly digest: string;
  /** Everything that is wrong with it, one a line. */
  readonly text: string;
  /** Since when the one in force is in force, ISO 8601. */
  readonly inForceSince: string;
}

/** Thrown where there is no config at all: nothing at the place that the settings name. */
export class NoConfigError extends UsageError {
  override name = 'NoConfigError';
}

/**
 * Reads and checks the config that the settings name. What cannot be used is replaced by the last good one, of which a run
 * was made; if there is none, throws ConfigError or NoConfigError. Storage that does not answer is an error of its own.
 */
export async function readConfig(settings: Settings, configs: Configs, kinds: Kinds = knownKinds): Promise<ConfigRead> {
  const from = placeOf(settings);
  let text: string | undefined;
  try {
    const given = await givenBy(settings, configs);
    text = given.text;
    return { loaded: parse(text, from, settings, kinds), from, ...given };
  } catch (error) {
    if (!(error instanceof ConfigError || error instanceof NoConfigError)) throw error;
    return await lastGood(settings, configs, kinds, { from, text: text ?? '', error });
  }
}

async function lastGood(
  settings: Settings,
  configs: Configs,
  kinds: Kinds,
  bad: { readonly from: string; readonly text: string; readonly error: Error },
): Promise<ConfigRead> {
  const kept = await configs.lastGood();
  if (kept === undefined) throw bad.error;
  let loaded: LoadedConfig;
  try {
    loaded = parse(kept.text, `the last good config (${kept.from})`, settings, kinds);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    // A newer version may ask for more than an older one did. The config that was given is the one to put right.
    throw bad.error;
  }
  const digest = createHash('sha256').update(bad.text).digest('hex');
  return {
    loaded,
    text: kept.text,
    from: kept.from,
    refused: { from: bad.from, digest, text: bad.error.message, inForceSince: kept.at },
  };
}

function placeOf({ configJson, configBlob, configFile }: Settings): string {
  if (configJson !== undefined) return 'the setting SERVICE_TAG_SYNC_CONFIG_JSON';
  return configBlob === undefined ? configFile : `the blob ${configBlob}`;
}

async function givenBy(settings: Settings, configs: Configs): Promise<GivenConfig> {
  const { configJson, configBlob, configFile, configAuthor: by } = settings;
  const author = by ? { by } : {};
  if (configJson !== undefined) return { text: configJson, ...author };
  if (configBlob !== undefined) {
    const given = await configs.given(configBlob);
    if (given !== undefined) return given;
    throw new NoConfigError(
      `there is no blob ${configBlob} in the container service-tag-sync-config: upload the config there, or correct SERVICE_TAG_SYNC_CONFIG_BLOB`,
    );
  }
  try {
    return { text: await readFile(configFile, 'utf8'), ...author };
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    throw new NoConfigError(
      `cannot read the config ${configFile} (${error.message}): name it with --config FILE on the command line, or by the setting SERVICE_TAG_SYNC_CONFIG; \`npm run -s cli -- init\` writes a first one`,
      { cause: error },
    );
  }
}

/**
 * The config checked last. Every message reads the text anew; checking it again would cost a big config more than the work
 * of the message. The day is a part of it because exceptions end.
 */
let checked: { readonly key: string; readonly kinds: Kinds; readonly loaded: LoadedConfig } | undefined;

function parse(text: string, file: string, { now }: Settings, kinds: Kinds): LoadedConfig {
  const key = JSON.stringify([now().toISOString().slice(0, 10), file, text]);
  if (checked?.key !== key || checked.kinds !== kinds) {
    checked = { key, kinds, loaded: parseConfig(text, { file, kinds, now: now() }) };
  }
  return checked.loaded;
}
