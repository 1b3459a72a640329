import { emptySets, type Sets } from '../core/address/sets.ts';
import type { NotAccepted } from '../core/judge/follow-source.ts';
import type { Catalog, Tag } from '../core/publication/catalog.ts';
import { type Parents, parentsOf } from '../core/publication/parents.ts';
import type { FileRead } from '../core/publication/read-publication.ts';

/** A file that cannot be read as a whole. */
export interface BrokenFile {
  readonly file: string;
  /** ISO 8601 date. */
  readonly date: string;
  /** Of its bytes. */
  readonly digest: string;
  /** What is wrong with it, in sentences. */
  readonly reasons: readonly string[];
  /** Its tags without the broken ones; absent where what it says cannot be told. */
  readonly sound?: NotAccepted;
  /** Its tags as one has them who takes every entry that is a prefix and checks nothing else; absent if it is no JSON. */
  readonly unchecked?: ReadonlyMap<string, Tag>;
}

/** A file that can be read, whole or in part. */
interface ReadFile extends FileRead {
  /** As of a broken file; absent if nothing was set aside. */
  readonly unchecked?: ReadonlyMap<string, Tag>;
}

/** One file of the sequence that is replayed. */
export type SequencedFile = ReadFile | BrokenFile;

export function isBroken(file: SequencedFile): file is BrokenFile {
  return !('catalog' in file);
}

/** When a file is there to be fetched, ISO 8601 date. */
export function dateOf(file: SequencedFile): string {
  return isBroken(file) ? file.date : file.publication.date;
}

/** What of a file can be believed, whether or not it is accepted. */
export function soundCatalogOf(file: SequencedFile): Catalog | undefined {
  return isBroken(file) ? file.sound?.catalog : file.catalog;
}

/**
 * What is published at a moment, which every policy is measured against: the newest file that can be read, accepted or not. A
 * file moves its sound tags; those that are broken in it stay as they were.
 */
export class Published {
  #catalog: Pick<Catalog, 'tags' | 'regions'> = { tags: new Map(), regions: new Map() };

  /** The next file of the sequence is out. */
  take(file: SequencedFile): void {
    const next = soundCatalogOf(file);
    if (!next) return;
    const { tags, regions } = this.#catalog;
    const stays = (tag: string) => isBroken(file) || file.unnamed !== undefined || file.setAside?.has(tag) === true;
    this.#catalog = {
      tags: new Map([...[...tags].filter(([tag]) => stays(tag)), ...next.tags]),
      regions: new Map([...regions, ...next.regions]),
    };
  }

  /** Nothing for a tag that is not published. */
  of(tag: string): Sets {
    return this.#catalog.tags.get(tag)?.prefixes ?? emptySets;
  }

  parentsOf(tag: string): Parents {
    return parentsOf(tag, this.#catalog);
  }
}
