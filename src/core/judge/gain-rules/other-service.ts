import { intersect, isEmpty, overlaps, prefixesOf, type Sets, union } from '../../address/sets.ts';
import { counted } from '../arithmetic.ts';
import { answerGain, firstThree, type GainRule } from './gain.ts';

/**
 * Some services share ranges, most do not, and none has begun to: a tag that takes in what belongs to a service it shared
 * nothing with is a mix-up.
 */
export const otherService: GainRule = ({ tag, before, gained, otherServices }, policy) => {
  if (!policy.gainQuestionOtherService || before === undefined || isEmpty(before)) return undefined;
  const names = new Set<string>();
  const shared: Sets[] = [];
  for (const other of otherServices) {
    if (!overlaps(gained, other.prefixes) || overlaps(before, other.prefixes)) continue;
    names.add(other.tag);
    shared.push(intersect(gained, other.prefixes));
  }
  if (shared.length === 0) return undefined;
  const ranges = union(shared);
  const count = prefixesOf(ranges).length;
  return {
    ranges,
    reason: {
      rule: 'other-service',
      text: `${counted(count)} of the new ranges ${count === 1 ? 'belongs' : 'belong'} to ${firstThree([...names])}, with which ${tag} shared nothing before`,
      next: answerGain,
    },
  };
};
