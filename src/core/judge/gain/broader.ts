import { byFamily, families } from '../../address/family.ts';
import { PrefixSet } from '../../address/prefix-set.ts';
import { answerGain, type GainRule } from './gain.ts';
import { lengthOf } from './ranges.ts';

/** A prefix far broader than any the tag had: a typing error in a mask lets half a continent in. */
export const broaderGain: GainRule = (gain, policy) => {
  const { before } = gain;
  if (before === undefined) return undefined;
  const found: string[] = [];
  const shortest: string[] = [];
  const ranges = byFamily((family) => {
    const own = before[family].toPrefixes().map(lengthOf);
    if (own.length === 0) return PrefixSet.empty(family);
    const limit = Math.min(...own) - policy.gainQuestionBroaderBits;
    const broad = gain.gained[family].toPrefixes().filter((prefix) => lengthOf(prefix) <= limit);
    if (broad.length > 0) shortest.push(`/${Math.min(...own)} (${family === 'ipv4' ? 'IPv4' : 'IPv6'})`);
    found.push(...broad);
    return PrefixSet.from(family, broad);
  });
  if (families.every((family) => ranges[family].isEmpty)) return undefined;
  return {
    ranges,
    reason: {
      rule: 'broad-prefix',
      text: `${found.slice(0, 3).join(', ')} is broader by ${policy.gainQuestionBroaderBits} bits or more than anything ${gain.tag} had; its broadest was ${shortest.join(' and ')}`,
      next: answerGain,
    },
  };
};
