import { byFamily, type Family, families } from '../../address/family.ts';
import { PrefixSet } from '../../address/prefix-set.ts';
import { isEmpty } from '../../address/sets.ts';
import { counted, percent, share } from '../arithmetic.ts';
import type { TagPolicy } from '../policy.ts';
import { measureOf } from '../size.ts';
import { answerGain, confirmedOf, type GainRule } from './gain.ts';

/**
 * More at once than any regional tag ever gained, also of a family that the tag did not have. What its parents lack is held anyway,
 * and must not hold what they have.
 */
export const suddenGrowth: GainRule = (gain, policy) => {
  const { before } = gain;
  if (before === undefined) return undefined;
  const ranges = byFamily((f) =>
    isTooMuch(f, confirmedOf(gain, f), before[f], policy) ? confirmedOf(gain, f) : PrefixSet.empty(f),
  );
  if (isEmpty(ranges)) return undefined;
  const sums = families
    .filter((family) => !ranges[family].isEmpty)
    .map((family) => {
      const [more, had] = [measureOf(ranges[family]), measureOf(before[family])];
      const unit = family === 'ipv4' ? 'IPv4 addresses' : 'IPv6 prefixes';
      const ratio = had === 0n ? '' : ` (+${percent(more, had)})`;
      return `${counted(more)} ${unit} on top of ${counted(had)}${ratio}; the limit is ${counted(limitOf(family, policy))}`;
    });
  return { ranges, reason: { rule: 'sudden-growth', text: sums.join('; '), next: answerGain } };
};

function isTooMuch(family: Family, gained: PrefixSet, had: PrefixSet, policy: TagPolicy): boolean {
  const [more, before] = [measureOf(gained), measureOf(had)];
  if (more <= BigInt(limitOf(family, policy))) return false;
  return before === 0n || share(more, before) > policy.gainQuestionGrowth;
}

function limitOf(family: Family, policy: TagPolicy): number {
  return family === 'ipv4' ? policy.gainQuestionAddresses : policy.gainQuestionIPv6Prefixes;
}
