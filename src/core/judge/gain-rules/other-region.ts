import { type ByFamily, byFamily, families } from '../../address/family.ts';
import { PrefixSet } from '../../address/prefix-set.ts';
import { isEmpty, prefixesOf, type Sets } from '../../address/sets.ts';
import { counted } from '../arithmetic.ts';
import { answerGain, firstThree, type Gain, type GainRule } from './gain.ts';

/**
 * Regions of one service have never overlapped: a tag that takes in what another region has, or allowed until now, is a
 * mix-up, unless all of Azure in the region has it now: then it moved.
 */
export const otherRegion: GainRule = (gain, policy) => {
  if (!policy.gainQuestionOtherRegion) return undefined;
  const here = hereNow(gain);
  const names: string[] = [];
  const parts: ByFamily<PrefixSet[]> = byFamily(() => []);
  for (const other of gain.otherRegions) {
    const shared: Sets = byFamily((f) => gain.gained[f].intersect(other.prefixes[f]).subtract(here[f]));
    if (isEmpty(shared)) continue;
    names.push(other.tag);
    for (const family of families) parts[family].push(shared[family]);
  }
  if (names.length === 0) return undefined;
  const ranges = byFamily((family) => PrefixSet.unionOf(family, parts[family]));
  const count = prefixesOf(ranges).length;
  return {
    ranges,
    reason: {
      rule: 'other-region',
      text: `${counted(count)} of the new ranges ${count === 1 ? 'belongs' : 'belong'} to ${firstThree([...new Set(names)])} as well; regions of one service do not share ranges`,
      next: answerGain,
    },
  };
};

function hereNow({ parents }: Gain): Sets {
  return byFamily((family) => parents[family]?.region ?? PrefixSet.empty(family));
}
