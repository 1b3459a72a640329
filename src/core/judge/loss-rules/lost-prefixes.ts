import { families } from '../../address/family.ts';
import { counted } from '../arithmetic.ts';
import { answerLoss, type LossRule, total } from './loss.ts';

/** Many prefixes at once, also where they are few addresses. A family that may go whole does not count. */
export const lostPrefixes: LossRule = (loss, policy) => {
  const counts = families.filter((family) => policy.lossQuestionFamily || !loss.familiesGone.includes(family));
  const lost = total(loss.prefixesLost, counts);
  if (loss.vanished || lost <= policy.lossQuestionPrefixes) return undefined;
  return {
    rule: 'lost-prefixes',
    text: `${counted(lost)} of ${counted(total(loss.prefixesBefore, counts))} published prefixes lost addresses; the limit is ${counted(policy.lossQuestionPrefixes)}`,
    next: answerLoss,
  };
};
