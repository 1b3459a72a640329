import { quantity } from '../../judge/arithmetic.ts';
import { covers, type Entries, entryOf } from '../entries.ts';
import type { Live, LiveUnit } from '../live.ts';
import type { TargetGuard } from './guard.ts';

/** What the target itself reported while it was read. */
export const liveProblem: TargetGuard = ({ live }) => {
  const [first, ...more] = live.problems;
  return first
    ? {
        rule: first.code,
        text: more.length > 0 ? `${first.text} (and ${more.length} more)` : first.text,
        next: first.next,
      }
    : undefined;
};

/** Writes of a unit in state Failed before a person is asked: what passes by itself has passed by then. */
const failedTries = 3;

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

/** Two writers of one list undo each other's work for ever. */
export const foreignMark: TargetGuard = ({ live, mark, formerMark }) => {
  const unit = live.units.find((one) => one.mark !== undefined && one.mark !== mark && one.mark !== formerMark);
  return unit
    ? {
        rule: 'foreign-mark',
        text: `${unit.key} is marked as "${unit.mark}", not as "${mark}": another instance or target writes it`,
        next: 'point this target at another resource, or remove the mark there once the other one has let go of it',
      }
    : undefined;
};

/** First contact with a list that is filled already: taking it over is the operator's decision. */
export const firstContact: TargetGuard = ({ live, adopt, shared, owned }) => {
  if (adopt || shared) return undefined;
  const unmarked = live.units.filter((unit) => isUnmarked(unit) && !isOurs(unit, owned));
  if (unmarked.length === 0) return undefined;
  const entries = unmarked.reduce((sum, unit) => sum + unit.entries.length, 0);
  return {
    rule: 'first-contact',
    text: `${unmarked.map((unit) => unit.key).join(', ')} holds ${quantity(entries, 'entry', 'entries')} and carries no mark of ours`,
    next: 'set "adopt": true on this target to add what is missing and keep every entry that is there, or point it at another resource',
  };
};

/** Units that lost our mark, as a template's apply takes off tags and descriptions, while all they hold is ours on record. */
export function unitsWithoutMark(live: Live, owned: Entries): readonly string[] {
  return live.units.filter((unit) => isUnmarked(unit) && isOurs(unit, owned)).map(({ key }) => key);
}

function isUnmarked(unit: LiveUnit): boolean {
  return unit.mark === undefined && unit.entries.length > 0;
}

function isOurs(unit: LiveUnit, owned: Entries): boolean {
  return unit.entries.every((text) => covers(owned, entryOf(text, unit.family)));
}
