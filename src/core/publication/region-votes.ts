import { isObject } from '../json.ts';
import type { Tag } from './catalog.ts';

/** Counts what the tags of each region say in their `region` property: see `Catalog.regions`. */
export class RegionVotes {
  readonly #bySuffix = new Map<string, Map<string, number>>();

  /** @param value the tag as the document has it. */
  add({ region, service }: Tag, value: unknown): void {
    if (region === undefined || service === 'AzureCloud') return;
    const properties = isObject(value) ? value.properties : undefined;
    const spelled = isObject(properties) ? properties.region : undefined;
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
