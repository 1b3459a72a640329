import { counted } from '../arithmetic.ts';
import { answerLoss, type LossRule } from './loss.ts';

/** Many prefixes at once, also where they are few addresses or IPv6, whose addresses mean nothing as a share. */
export const lostPrefixes: LossRule = (loss, policy) =>
  !loss.vanished && loss.prefixesLost > policy.lossQuestionPrefixes
    ? {
        rule: 'lost-prefixes',
        text: `${counted(loss.prefixesLost)} of ${counted(loss.prefixesBefore)} published prefixes lost addresses; the limit is ${counted(policy.lossQuestionPrefixes)}`,
        next: answerLoss,
      }
    : undefined;
