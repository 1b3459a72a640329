import type { PublicationSizes } from './sizes.ts';

/** A kept publication, as far as its place in time depends on it. */
export type Kept = Pick<PublicationSizes, 'digest' | 'changeNumber' | 'date'>;

/** A publication to look at, and the one that it follows; the first one follows none. */
export interface Missing {
  readonly kept: Kept;
  readonly after?: Kept;
}

/**
 * Which publications are to be looked at, the oldest first: those that are not known, those that follow another one than they
 * were compared with, because one came in between, and those in which a service was not looked at.
 */
export function missingIn(
  sizes: readonly PublicationSizes[],
  kept: readonly Kept[],
  services: readonly string[],
): readonly Missing[] {
  const byDigest = new Map(sizes.map((one) => [one.digest, one]));
  const missing: Missing[] = [];
  let after: Kept | undefined;
  for (const one of kept.toSorted(inTime)) {
    const found = byDigest.get(one.digest);
    const isKnown = found?.date === one.date && services.every((service) => found.services.includes(service));
    if (!isKnown || (!found.unreadable && found.after !== after?.digest)) {
      missing.push({ kept: one, ...(after ? { after } : {}) });
    }
    if (!found?.unreadable) after = one;
  }
  return missing;
}

/** The sizes with those of one more publication, or with other ones of it, by time, without what is no longer kept. */
export function withSizes(
  sizes: readonly PublicationSizes[],
  found: PublicationSizes,
  kept: readonly Kept[],
): readonly PublicationSizes[] {
  const digests = new Set(kept.map(({ digest }) => digest));
  return [...sizes.filter(({ digest }) => digest !== found.digest && digests.has(digest)), found].sort(inTime);
}

function inTime(a: Kept, b: Kept): number {
  return a.date.localeCompare(b.date) || a.changeNumber - b.changeNumber || (a.digest < b.digest ? -1 : 1);
}
