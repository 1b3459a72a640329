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
  await authors.note(loaded.hash, by);
  if (blob !== undefined) await feedConfigs?.give(blob, text);
  for (const place of [configs, ...(feedConfigs ? [feedConfigs] : [])]) {
    // What is damaged there is replaced.
    if ((await unlessDamaged(place.lastGood()))?.text === text) continue;
    await place.keep({ text, from, hash: loaded.hash, at: at.toISOString() });
  }
}
