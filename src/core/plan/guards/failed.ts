import { quantity } from '../../judge/arithmetic.ts';
import type { TargetGuard } from './guard.ts';

/** Writes of a unit in state Failed before a person is asked: what passes by itself has passed by then. */
export const failedTries = 3;

/** A resource that Azure leaves Failed after each write is left to a person: writing it for ever would hide that. */
export const stillFailed: TargetGuard = ({ live, memory }) => {
  for (const { unit: key, tries, since } of memory?.failures ?? []) {
    const unit = live.units.find((one) => one.key === key);
    if (tries < failedTries || unit?.state !== 'Failed') continue;
    return {
      rule: 'failed-state',
      text: `${key} is in state Failed since ${since.slice(0, 10)}, and was written ${quantity(tries, 'time')} without effect`,
      next: `save it again and see what Azure says: ${unit.repair ?? 'save it in the portal without a change'}. The next run goes on by itself once it is Succeeded`,
    };
  }
  return undefined;
};
