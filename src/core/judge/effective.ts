import { type ByFamily, byFamily } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import type { Hold, Ledger, TagLedger } from './ledger.ts';

export const emptySets: ByFamily<PrefixSet> = byFamily((family) => PrefixSet.empty(family));

/** What all holds of one kind still hold. */
export function heldBy(holds: readonly Hold[], kind: Hold['kind']): ByFamily<PrefixSet> {
  const of = holds.filter((hold) => hold.kind === kind);
  return byFamily((family) =>
    PrefixSet.unionOf(
      family,
      of.map((hold) => hold.held[family]),
    ),
  );
}

/** What a tag allows now: published, plus held losses, minus held gains. */
export function effectiveOf(tag: TagLedger): ByFamily<PrefixSet> {
  const losses = heldBy(tag.holds, 'loss');
  const gains = heldBy(tag.holds, 'gain');
  return byFamily((family) => tag.published[family].subtract(gains[family]).union(losses[family]));
}

export function emptyLedger(cloud: Ledger['cloud']): Ledger {
  return { cloud, count: 0, tags: new Map() };
}
