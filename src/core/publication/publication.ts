import type { Catalog, Cloud } from './catalog.ts';

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
}

export interface ParsedPublication {
  readonly publication: Publication;
  readonly catalog: Catalog;
}
