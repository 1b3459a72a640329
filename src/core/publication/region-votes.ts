import type { Tag } from './catalog.ts';

/** Counts what the tags of each region say in their `region` property: see `Catalog.regions`. */
export class RegionVotes {
  readonly #bySuffix = new Map<string, Map<string, number>>();

  /** @param spelled the tag's `region` property. */
  add({ region, service }: Tag, spelled: unknown): void {
    if (region === undefined || service === 'AzureCloud') return;
    if (typeof spelled !== 'string' || spelled === '') return;
    const votes = this.#bySuffix.get(region) ?? new Map<string, number>();
    this.#bySuffix.set(region, votes);
    votes.set(spelled, (votes.get(spelled) ?? 0) + 1);
  }

  result(): ReadonlyMap<string, string> {
    const regions = new Map<string, string>();
    for (const [suffix, votes] of this.#bySuffix) {
      const [most] = [...votes].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
      if (most) regions.set(suffix, most[0]);
    }
    return regions;
  }
}
