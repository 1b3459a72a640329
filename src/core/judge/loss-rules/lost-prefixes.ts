import { counted } from '../arithmetic.ts';
import { answerLoss, type LossRule, total } from './loss.ts';

/** Many prefixes at once, also where they are few addresses. */
export const lostPrefixes: LossRule = (loss, policy) => {
  const lost = total(loss.prefixesLost);
  if (loss.vanished || lost <= policy.lossQuestionPrefixes) return undefined;
  return {
    rule: 'lost-prefixes',
    text: `${counted(lost)} of ${counted(total(loss.prefixesBefore))} published prefixes lost addresses; the limit is ${counted(policy.lossQuestionPrefixes)}`,
    next: answerLoss,
  };
};
