import { byFamily, type Family } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import { share } from './arithmetic.ts';
import type { Hold, Settled } from './ledger.ts';
import type { TagPolicy } from './policy.ts';
import type { ReliableParents } from './reliable-parents.ts';
import type { Season } from './season.ts';
import { measureOf } from './size.ts';

/**
 * A held loss with what the parents of its tag answer, by family, where a person would be asked about it:
 *
 * - all of it is in each of them: a slip in one tag. It is kept, and no clock runs.
 * - what is not in each of them is in none: Azure retired it. The clock has it, unless it is too much of the tag to go by itself,
 *   with what else left them in the same season.
 * - undefined: they disagree, or there are none that can be relied on. A person is asked.
 *
 * Who was asked stays asked until each parent has all of it: a question is not taken back because time has passed.
 */
export function settleLoss(hold: Hold, parents: ReliableParents, season: Season, policy: TagPolicy): Hold {
  if (hold.kind === 'gain' || hold.grounds.length === 0) return hold;
  const of = (family: Family): Settled[Family] => {
    const own = parents[family];
    const held = hold.held[family];
    if (own === undefined || held.isEmpty) return undefined;
    const sets = [own.global, own.region].filter((set) => set !== undefined);
    if (sets.length === 0) return undefined;
    const inEach = sets.reduce((rest, set) => rest.intersect(set), held);
    const loose = held.subtract(inEach);
    if (loose.isEmpty) return 'kept';
    const inAny = PrefixSet.unionOf(family, sets);
    const wasAsked = hold.told === 'asked' && hold.settled?.[family] === undefined;
    if (wasAsked || loose.overlaps(inAny)) return undefined;
    const gone = measureOf(season.lost[family].subtract(inAny).union(loose));
    return share(gone, measureOf(season.had[family])) > policy.lossQuestionLargeShare ? undefined : 'clock';
  };
  const { settled: _, ...rest } = hold;
  const settled = byFamily(of);
  if (!settled.ipv4 && !settled.ipv6) return rest;
  return {
    ...rest,
    settled: {
      ...(settled.ipv4 ? { ipv4: settled.ipv4 } : {}),
      ...(settled.ipv6 ? { ipv6: settled.ipv6 } : {}),
    },
  };
}
