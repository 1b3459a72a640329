import { byFamily } from '../address/family.ts';
import { type Sets, union } from '../address/sets.ts';
import type { Hold, Ledger, TagLedger } from './ledger.ts';

/** What all holds of one kind still hold. */
export function heldBy(holds: readonly Hold[], kind: Hold['kind']): Sets {
  const of = holds.filter((hold) => hold.kind === kind);
  return union(of.map((hold) => hold.held));
}

/** What a tag allows now: published, plus held losses, minus held gains. */
export function effectiveOf(tag: TagLedger): Sets {
  const losses = heldBy(tag.holds, 'loss');
  const gains = heldBy(tag.holds, 'gain');
  return byFamily((family) => tag.published[family].subtract(gains[family]).union(losses[family]));
}

export function emptyLedger(cloud: Ledger['cloud']): Ledger {
  return { cloud, count: 0, tags: new Map() };
}
