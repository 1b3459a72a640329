import { PrefixSet } from '../../address/prefix-set.ts';
import { counted, percent } from '../arithmetic.ts';
import { answerGain, type GainRule } from './gain.ts';

/** A tag that grows many times over at once. IPv6 is counted in prefixes: its address counts say nothing. */
export const growthGain: GainRule = (gain, policy) => {
  const { before, gained } = gain;
  if (before === undefined) return undefined;
  const v4 = gained.ipv4.count;
  const had = before.ipv4.count;
  const limit = BigInt(Math.round(policy.gainQuestionGrowth * 1000));
  const tooMany4 = had > 0n && v4 > BigInt(policy.gainQuestionAddresses) && v4 * 1000n > had * limit;
  const v6 = BigInt(gained.ipv6.toPrefixes().length);
  const had6 = BigInt(before.ipv6.toPrefixes().length);
  const tooMany6 = had6 > 0n && v6 > BigInt(policy.gainQuestionIPv6Prefixes) && v6 * 1000n > had6 * limit;
  if (!tooMany4 && !tooMany6) return undefined;
  const sums = [
    ...(tooMany4 ? [`${counted(v4)} IPv4 addresses on top of ${counted(had)} (+${percent(v4, had)})`] : []),
    ...(tooMany6 ? [`${counted(v6)} IPv6 prefixes on top of ${counted(had6)} (+${percent(v6, had6)})`] : []),
  ];
  return {
    ranges: {
      ipv4: tooMany4 ? gained.ipv4 : PrefixSet.empty('ipv4'),
      ipv6: tooMany6 ? gained.ipv6 : PrefixSet.empty('ipv6'),
    },
    reason: {
      rule: 'sudden-growth',
      text: `${sums.join(' and ')}; the limit is +${percent(limit, 1000n)}`,
      next: answerGain,
    },
  };
};
