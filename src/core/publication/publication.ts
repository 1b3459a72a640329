import { isCalendarDate } from '../calendar.ts';
import { type Catalog, type Cloud, clouds, type Issue, type SetAside } from './catalog.ts';

/** Where the bytes of a publication came from. Kept with everything that was decided on them. */
export interface Provenance {
  /** The way that led to it, `download-centre`, `folder`, `sample`. */
  readonly via: string;
  readonly url: string;
  /** ISO 8601, UTC. */
  readonly fetchedAt: string;
  /** The publishing date the download page gives, ISO 8601 date, if it gave one. */
  readonly publishedAt?: string;
}

/** What a publication is known by: its cloud and the digest of its canonical content. */
interface PublicationKey {
  readonly cloud: Cloud;
  /** sha256 of the canonical content, lower-case hex: the same for other line ends, key order or white space. */
  readonly digest: string;
}

/** A publication that parsed. */
export interface Publication extends PublicationKey {
  /** sha256 of the canonical `values` alone: the same where a publication only raised its number. */
  readonly valuesDigest: string;
  readonly changeNumber: number;
  /** File name, `ServiceTags_Public_20240115.json`. */
  readonly file: string;
  /** The date in the file's name (a Monday), ISO 8601 date; else the date it was first seen. */
  readonly date: string;
  /** True if the name carried no date. */
  readonly dateEstimated: boolean;
  readonly bytes: number;
  readonly provenance: Provenance;
  /** Of one in force: tags that are in force as another file has them. Absent: all are as this one has them. */
  readonly tagsFrom?: readonly TagFrom[];
  /** Of one in force: how many of its values were left out because their names cannot be read; absent if none. */
  readonly unnamed?: number;
}

/** A tag that is in force as another file has it. */
export interface TagFrom {
  readonly tag: string;
  /** The file it was last taken from; absent before the first. */
  readonly from?: Pick<Publication, 'digest' | 'file' | 'changeNumber'>;
  /** What is wrong with it in the publication in force; absent if a person accepted the other file for it. */
  readonly why?: string;
  /** It is sound there, and older content: a person may accept it from that publication all the same. */
  readonly stale?: true;
}

/** Tags of a publication in force that were set aside. */
export function setAsideIn({ tagsFrom = [] }: Publication): ReadonlySet<string> {
  return new Set(tagsFrom.flatMap(({ tag, why }) => (why === undefined ? [] : [tag])));
}

/** A publication with the catalog that it puts in force. */
export interface ParsedPublication {
  readonly publication: Publication;
  readonly catalog: Catalog;
  /** Tags of the catalog that are as before, because the file's were set aside: it tells nothing of them. */
  readonly setAside?: SetAside;
  /** Those of them that are sound in the file, and set aside because their own number went back: a person may accept them. */
  readonly stale?: readonly string[];
  /** What is wrong with values of the file whose name cannot be read; absent if nothing is. */
  readonly unnamed?: readonly Issue[];
}

/** What the name of a Service Tags file says. */
export interface FileName {
  readonly cloud: Cloud;
  /** The name as Microsoft spells it, whatever case it came in. */
  readonly file: string;
  /** ISO 8601 date; a Monday in every official file. Absent for `..._Latest.json` and for digits that are no date. */
  readonly date?: string;
}

/**
 * Reads `ServiceTags_<cloud>_<date or word>.json` in any case, as it is or compressed (`.json.gz`), also with what browsers and
 * people put behind the date: `ServiceTags_Public_20261123 (1).json`, `ServiceTags_Public_2026-11-23.json`. Undefined for every
 * other name.
 */
export function parseFileName(name: string): FileName | undefined {
  const [, spelled = '', rest = '', gz = ''] =
    /^servicetags_([a-z]+)[_-]([^/\\]{1,100}?)\.json(\.gz)?$/i.exec(name) ?? [];
  const cloud = clouds.find((known) => known.toLowerCase() === spelled.toLowerCase());
  if (cloud === undefined) return undefined;
  const [, year, month, day] = /^(\d{4})-?(\d\d)-?(\d\d)(?!\d)/.exec(rest) ?? [];
  const date = `${year}-${month}-${day}`;
  const tail = rest.toLowerCase() === 'latest' ? 'Latest' : rest;
  const file = `ServiceTags_${cloud}_${tail}.json${gz.toLowerCase()}`;
  return { cloud, file, ...(isCalendarDate(date) ? { date } : {}) };
}

/** Newest date first; names without a date last. */
export function compareNewestFirst(a: FileName, b: FileName): number {
  if (a.date === b.date) return 0;
  if (a.date === undefined) return 1;
  if (b.date === undefined) return -1;
  return a.date < b.date ? 1 : -1;
}
