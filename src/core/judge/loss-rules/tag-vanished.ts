import { isEmpty } from '../../address/sets.ts';
import { quantity } from '../arithmetic.ts';
import { answerLoss, type LossRule, total } from './loss.ts';

/** Publication 239 dropped 363 tags; most came back 1 to 14 months later. */
export const tagVanished: LossRule = (loss, policy) =>
  policy.lossQuestionTagVanished && loss.vanished && !isEmpty(loss.before)
    ? {
        rule: 'tag-vanished',
        text: `the whole tag ${loss.tag} is gone: it had ${quantity(loss.before.ipv4.count, 'IPv4 address', 'IPv4 addresses')}, and ${quantity(total(loss.prefixesBefore), 'prefix', 'prefixes')} in both families together`,
        next: answerLoss,
      }
    : undefined;
