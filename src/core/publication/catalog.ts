import type { Sets } from '../address/sets.ts';

/** Clouds as the publications spell them. */
export const clouds = ['Public', 'AzureGovernment', 'China'] as const;
export type Cloud = (typeof clouds)[number];

/** One Service Tag of a publication. */
export interface Tag {
  /** Full name, `Storage.WestUS`. */
  readonly name: string;
  /** Before the first dot. */
  readonly service: string;
  /** After the first dot; absent for a service's global tag. A dot does not always mean a region. */
  readonly region: string | undefined;
  /** Rises by one whenever the tag's prefixes change; starts again at 1 when a vanished tag returns. */
  readonly changeNumber: number;
  /** The prefixes as published, in their order. */
  readonly published: readonly string[];
  readonly prefixes: Sets;
}

/** A publication parsed and checked. */
export interface Catalog {
  readonly cloud: Cloud;
  readonly changeNumber: number;
  readonly tags: ReadonlyMap<string, Tag>;
  /** What is unusual and harmless, such as a property nobody knows yet. */
  readonly notes: readonly string[];
}

/** One thing that is wrong with a document: what was expected, what came, and where. */
export interface Issue {
  /** JSON path, `values[12].properties.addressPrefixes[3]`. */
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

/** The part of a tag's name before the first dot. */
export function serviceOf(tag: string): string {
  const dot = tag.indexOf('.');
  return dot < 0 ? tag : tag.slice(0, dot);
}

/** The part of a tag's name after the first dot, if it has one. */
export function regionOf(tag: string): string | undefined {
  const dot = tag.indexOf('.');
  return dot < 0 ? undefined : tag.slice(dot + 1);
}
