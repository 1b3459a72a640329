import { byFamily, families } from '../../address/family.ts';
import { PrefixSet } from '../../address/prefix-set.ts';
import { prefixesOf } from '../../address/sets.ts';
import { counted } from '../arithmetic.ts';
import { answerGain, type GainRule } from './gain.ts';

/** Regions of one service have never overlapped: a tag that takes in another region's ranges is a mix-up. */
export const otherRegionGain: GainRule = (gain) => {
  const names: string[] = [];
  const parts = byFamily((): PrefixSet[] => []);
  for (const other of gain.otherRegions) {
    let shared = false;
    for (const family of families) {
      const both = gain.gained[family].intersect(other.prefixes[family]);
      if (both.isEmpty) continue;
      parts[family].push(both);
      shared = true;
    }
    if (shared) names.push(other.tag);
  }
  if (names.length === 0) return undefined;
  const ranges = byFamily((family) => PrefixSet.unionOf(family, parts[family]));
  const count = prefixesOf(ranges).length;
  return {
    ranges,
    reason: {
      rule: 'other-region',
      text: `${counted(count)} of the new ranges ${count === 1 ? 'belongs' : 'belong'} to ${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''} as well; regions of one service do not share ranges`,
      next: answerGain,
    },
  };
};
