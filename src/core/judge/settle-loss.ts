import { byFamily, type Family } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import { share } from './arithmetic.ts';
import type { Hold, Settled } from './ledger.ts';
import type { TagPolicy } from './policy.ts';
import type { ReliableParents } from './reliable-parents.ts';
import { measureOf } from './size.ts';

/**
 * What the parents of a tag answer about a loss that a person would be asked about, by family:
 *
 * - all of it is in each of them: a slip in one tag. It is kept, and no clock runs.
 * - what is not in each of them is in none: Azure retired it. The clock has it, unless it is too much of the tag to go by itself.
 * - undefined: they disagree, or there are none that can be relied on. A person is asked.
 */
export function settleLoss(hold: Hold, parents: ReliableParents, policy: TagPolicy): Settled {
  const of = (family: Family): Settled[Family] => {
    const own = parents[family];
    const held = hold.held[family];
    if (own === undefined || held.isEmpty) return undefined;
    const sets = [own.global, own.region].filter((set) => set !== undefined);
    const inEach = sets.reduce((rest, set) => rest.intersect(set), held);
    const loose = held.subtract(inEach);
    if (loose.isEmpty) return 'kept';
    if (loose.overlaps(PrefixSet.unionOf(family, sets))) return undefined;
    const before = BigInt(hold.before?.[family] ?? '0');
    return share(measureOf(loose), before) > policy.lossQuestionLargeShare || before === 0n ? undefined : 'clock';
  };
  const settled = byFamily(of);
  return {
    ...(settled.ipv4 ? { ipv4: settled.ipv4 } : {}),
    ...(settled.ipv6 ? { ipv6: settled.ipv6 } : {}),
  };
}
