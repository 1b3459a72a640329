import { isDeepStrictEqual } from 'node:util';
import { type ConfigAuthors, type Configs, unlessDamaged } from '../ports/store.ts';
import type { ConfigRead } from './read-config.ts';

/** Where a config that is good is kept. */
interface ConfigPlaces {
  readonly configs: Configs;
  /** Of the account that the app which serves feeds reads alone; absent if feeds lie with everything else. */
  readonly feedConfigs?: Configs;
  /** Name of the blob that the config came from, and is copied to for that app. */
  readonly blob?: string;
  readonly authors: ConfigAuthors;
}

/** Remembers a config as the last good one, and who wrote it. One that was refused is not. */
export async function keepConfig(
  { configs, feedConfigs, blob, authors }: ConfigPlaces,
  { loaded, text, from, by, refused }: ConfigRead,
  at: Date,
): Promise<void> {
  if (refused) return;
  // What is damaged there is replaced.
  const known = await unlessDamaged(configs.lastGood());
  // Kept with its author, who was noted before that.
  const isNoted = known?.text === text && isDeepStrictEqual(known.by, by);
  if (!isNoted) await authors.note(loaded.hash, by);
  if (blob !== undefined) await feedConfigs?.give(blob, text);
  const config = { text, from, hash: loaded.hash, at: known?.text === text ? known.at : at.toISOString() };
  if (!isNoted) await configs.keep({ ...config, ...(by === undefined ? {} : { by }) });
  if (feedConfigs && (await unlessDamaged(feedConfigs.lastGood()))?.text !== text) await feedConfigs.keep(config);
}
