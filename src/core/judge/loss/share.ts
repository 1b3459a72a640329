import { counted, percent, share } from '../arithmetic.ts';
import { answerLoss, type LossRule } from './loss.ts';

/** A large share of the IPv4 addresses at once; one prefix alone may be most of a small tag and is left to the clock. */
export const lostShare: LossRule = (loss, policy) => {
  const lost = loss.lost.ipv4.count;
  const before = loss.before.ipv4.count;
  if (loss.vanished || loss.prefixesLost <= 1 || share(lost, before) <= policy.lossQuestionShare) return undefined;
  return {
    rule: 'lost-share',
    text: `${counted(lost)} of ${counted(before)} IPv4 addresses (${percent(lost, before)}) are gone; the limit is ${percent(BigInt(Math.round(policy.lossQuestionShare * 1e6)), 1_000_000n)}`,
    next: answerLoss,
  };
};
