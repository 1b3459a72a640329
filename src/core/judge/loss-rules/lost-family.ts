import { familyNames } from '../../address/family.ts';
import { answerLoss, type LossRule } from './loss.ts';

/** A tag that had both families and is left with one. */
export const lostFamily: LossRule = (loss, policy) =>
  policy.lossQuestionFamily && !loss.vanished && loss.familiesGone.length > 0
    ? {
        rule: 'lost-family',
        text: `${loss.tag} has no ${loss.familiesGone.map((family) => familyNames[family]).join(' and no ')} prefix any more`,
        next: answerLoss,
      }
    : undefined;
