import type { TagSizes } from '../core/tag-sizes/sizes.ts';

/** Sizes as they were read. What is absent or damaged has none, and is made anew from what is kept. */
export interface StoredTagSizes {
  readonly sizes?: TagSizes;
  /** Why there are none, where something is stored. */
  readonly damage?: string;
  /** For `write()`; absent where nothing is stored. */
  readonly version?: string;
}

/** The index of sizes of tags over time: one document an instance and cloud, derived from kept publications and ledgers. */
export interface TagSizesIndex {
  /** One request to Storage. */
  read(): Promise<StoredTagSizes>;
  /** Writes it in place of what was read; `changed`: another writer was faster, and nothing was written. */
  write(sizes: TagSizes, read: Pick<StoredTagSizes, 'version'>): Promise<'written' | 'changed'>;
}
