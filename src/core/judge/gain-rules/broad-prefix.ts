import { byFamily, type Family, families, familyNames } from '../../address/family.ts';
import { PrefixSet } from '../../address/prefix-set.ts';
import type { TagPolicy } from '../policy.ts';
import { answerGain, broadestIn, type Gain, type GainRule, lengthOf } from './gain.ts';

/**
 * A /48 is what one site gets (RFC 6177), and Azure goes from /64 to /48 in one step: up to there breadth says nothing.
 */
const ordinaryIPv6 = 48;

/** A prefix far broader than any the tag had: a typing error in a mask lets half a continent in. */
export const broadPrefix: GainRule = (gain, policy) => {
  const found: string[] = [];
  const own: string[] = [];
  const ranges = byFamily((family) => {
    const known = knownBreadth(gain, family);
    if (known === undefined) return PrefixSet.empty(family);
    const limit = limitOf(family, known.length, policy);
    const broad = gain.gained[family].toPrefixes().filter((prefix) => lengthOf(prefix) <= limit);
    if (broad.length > 0) own.push(`${known.of} was /${known.length} (${familyNames[family]})`);
    found.push(...broad);
    return PrefixSet.from(family, broad);
  });
  if (families.every((family) => ranges[family].isEmpty)) return undefined;
  return {
    ranges,
    reason: {
      rule: 'broad-prefix',
      text: `${found.slice(0, 3).join(', ')} ${found.length === 1 ? 'is' : 'are'} broader by ${policy.gainQuestionBroaderBits} bits or more than anything before; ${own.join(' and ')}`,
      next: answerGain,
    },
  };
};

/** What breadth is ordinary: the tag's own; that of its service where the tag had nothing of the family yet. */
function knownBreadth({ tag, before, global }: Gain, family: Family): { of: string; length: number } | undefined {
  if (before === undefined) return undefined;
  const own = broadestIn(before[family]);
  if (own !== undefined) return { of: `the broadest of ${tag}`, length: own };
  const ofService = broadestIn(global?.[family]);
  return ofService === undefined ? undefined : { of: 'the broadest of its service', length: ofService };
}

function limitOf(family: Family, broadest: number, policy: TagPolicy): number {
  const relative = broadest - policy.gainQuestionBroaderBits;
  return family === 'ipv6' ? Math.min(relative, ordinaryIPv6 - 1) : relative;
}
