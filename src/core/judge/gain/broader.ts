import { byFamily, families, familyNames } from '../../address/family.ts';
import { PrefixSet } from '../../address/prefix-set.ts';
import { answerGain, type GainRule } from './gain.ts';
import { lengthOf } from './ranges.ts';

/**
 * A /48 is what one site gets (RFC 6177), and Azure goes from /64 to /48 in one step: up to there breadth says nothing.
 */
const ordinaryIPv6 = 48;

/** A prefix far broader than any the tag had: a typing error in a mask lets half a continent in. */
export const broaderGain: GainRule = (gain, policy) => {
  const { before } = gain;
  if (before === undefined) return undefined;
  const found: string[] = [];
  const shortest: string[] = [];
  const ranges = byFamily((family) => {
    const own = before[family].toPrefixes().map(lengthOf);
    if (own.length === 0) return PrefixSet.empty(family);
    const relative = Math.min(...own) - policy.gainQuestionBroaderBits;
    const limit = family === 'ipv6' ? Math.min(relative, ordinaryIPv6 - 1) : relative;
    const broad = gain.gained[family].toPrefixes().filter((prefix) => lengthOf(prefix) <= limit);
    if (broad.length > 0) shortest.push(`/${Math.min(...own)} (${familyNames[family]})`);
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
