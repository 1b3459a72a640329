import { quantity } from '../../judge/arithmetic.ts';
import { covers, entryOf } from '../entries.ts';
import type { LiveUnit } from '../live.ts';
import type { Guarded, TargetGuard } from './guard.ts';

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

/** A resource that Azure leaves Failed after each write is left to a person: writing it again and again would hide that. */
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

/** Two writers of one list undo each other's work without end. */
export const foreignMark: TargetGuard = ({ live, mark, formerMark }) => {
  const unit = live.units.find((one) => one.mark !== undefined && one.mark !== mark && one.mark !== formerMark);
  return unit
    ? {
        rule: 'foreign-mark',
        text: `${unit.key} is marked as "${unit.mark}", not as "${mark}": another instance or target writes it`,
        next: 'point this target at another resource, or remove the mark there once the other one no longer uses it',
      }
    : undefined;
};

/** First contact with a list that is filled already: taking it over is the operator's decision. */
export const firstContact: TargetGuard = ({ live, adopt, shared, ...record }) => {
  if (adopt || shared) return undefined;
  const unmarked = live.units.filter((unit) => isUnmarked(unit) && !isOnRecord(unit, record));
  if (unmarked.length === 0) return undefined;
  const entries = unmarked.reduce((sum, unit) => sum + unit.entries.length, 0);
  const named = unmarked.map((unit) => unit.key).join(', ');
  const holds = `holds ${quantity(entries, 'entry', 'entries')}`;
  if (unmarked.every((unit) => wasFilled(unit, record))) {
    return {
      rule: 'first-contact',
      text: `${named} was filled by this service, and now ${holds} and carries no mark of ours: a template has put it back whole, or others use it`,
      next: 'take its entries and its mark out of the template (docs/beside-terraform.md), then set "adopt": true on this target to have them put in again beside what is there; or point it at another resource',
    };
  }
  return {
    rule: 'first-contact',
    text: `${named} ${holds} and carries no mark of ours`,
    next: 'set "adopt": true on this target to add what is missing and keep every entry that is there, or point it at another resource',
  };
};

/** What is known of a target's units beside what they hold. */
type UnitRecord = Pick<Guarded, 'owned' | 'memory' | 'keepsForeign'>;

/**
 * Units that lost our mark, as a template's apply takes off tags and descriptions, while they are ours on record. A shared
 * list never had one.
 */
export function unitsWithoutMark({
  live,
  shared,
  ...record
}: Pick<Guarded, 'live' | 'shared'> & UnitRecord): readonly string[] {
  if (shared) return [];
  return live.units.filter((unit) => isUnmarked(unit) && isOnRecord(unit, record)).map(({ key }) => key);
}

function isUnmarked(unit: LiveUnit): boolean {
  return unit.mark === undefined && unit.entries.length > 0;
}

/**
 * Whether a unit without a mark is ours all the same: all that it holds is; or it was filled by us, still holds something of
 * that, and what others put beside it stays. Where entries of others are removed, the mark alone says whose the unit is.
 */
function isOnRecord(unit: LiveUnit, record: UnitRecord): boolean {
  const isOurs = (text: string) => covers(record.owned, entryOf(text, unit.family));
  if (unit.entries.every(isOurs)) return true;
  return record.keepsForeign && wasFilled(unit, record) && unit.entries.some(isOurs);
}

function wasFilled({ key }: LiveUnit, { memory }: UnitRecord): boolean {
  return memory?.units?.includes(key) === true;
}
