import type { Family } from '../../address/family.ts';
import { counted, percent, quantity, share } from '../arithmetic.ts';
import type { TagPolicy } from '../policy.ts';
import { measureOf } from '../size.ts';
import { answerLoss, type Loss, type LossRule } from './loss.ts';

/**
 * A large share of the tag. Losses of a season count together, so that a tag that melts away by a few ranges a week is noticed
 * as well. One prefix alone may be much of a small tag and has a limit of its own.
 */
export const lostShare: LossRule = (loss, policy) => {
  if (loss.vanished) return undefined;
  const sums = [shareOf('ipv4', loss, policy), shareOf('ipv6', loss, policy)].filter((text) => text !== undefined);
  return sums.length === 0 ? undefined : { rule: 'lost-share', text: sums.join('; '), next: answerLoss };
};

function shareOf(family: Family, loss: Loss, policy: TagPolicy): string | undefined {
  // A family that is gone as a whole has a rule of its own.
  if (loss.lost[family].isEmpty || loss.familiesGone.includes(family)) return undefined;
  const [lost, now, before] = [loss.window, loss.lost, loss.windowBefore].map((sets) => measureOf(sets[family])) as [
    bigint,
    bigint,
    bigint,
  ];
  const single = loss.window[family].prefixCount <= 1;
  const limit = single ? policy.lossQuestionLargeShare : policy.lossQuestionShare;
  if (share(lost, before) <= limit) return undefined;
  const unit = family === 'ipv4' ? 'IPv4 addresses' : 'IPv6 prefixes';
  const within = lost > now ? ` within ${policy.lossWindowDays} days, ${counted(now)} of them now` : '';
  const limitText = percent(BigInt(Math.round(limit * 1e6)), 1_000_000n);
  // One IPv6 prefix may lose many ranges within it, and stays one prefix or more.
  const gone =
    lost > before
      ? `${counted(lost)} ranges within its ${quantity(before, 'IPv6 prefix', 'IPv6 prefixes')}`
      : `${counted(lost)} of ${counted(before)} ${unit} (${percent(lost, before)})`;
  return `${gone} are gone${within}; the limit is ${limitText}${single ? ' for one prefix' : ''}`;
}
