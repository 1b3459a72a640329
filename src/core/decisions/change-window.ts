import { DateTime, IANAZone } from 'luxon';
import { dayMs, type Weekday, weekdays } from '../calendar.ts';
import { quantity } from '../judge/arithmetic.ts';
import type { Direction } from '../plan/plan-types.ts';
import type { Reason } from '../reason.ts';

/** When a target may be written. */
export interface ChangeRules {
  /** IANA name, `Europe/Oslo`; every time below is read on a clock there. */
  readonly timeZone: string;
  /** A direction that no window names is open at any time. */
  readonly windows: readonly ChangeWindow[];
  readonly freezes: readonly Freeze[];
  /** Additions go in spite of windows and freezes when Azure may use them in less than so many hours. */
  readonly breakIfDeadlineUnderHours?: number;
}

/** A time that comes back every week. */
interface ChangeWindow {
  readonly directions: readonly Direction[];
  /** Days on which it begins. */
  readonly days: readonly Weekday[];
  /** `HH:MM`, inclusive. */
  readonly from: string;
  /** `HH:MM`, exclusive; not after `from`: on the day after (the same time: 24 hours). */
  readonly to: string;
}

/** A time in which nothing is changed. It beats every window. */
interface Freeze {
  readonly directions: readonly Direction[];
  /** Local ISO 8601 date or date-time without offset, inclusive. */
  readonly from: string;
  /** The same: a date is the last day, a date-time the first moment after. */
  readonly to: string;
  readonly reason: string;
}

type WindowState =
  | { readonly open: true /** The rule that was broken for the deadline. */; readonly broke?: Reason }
  | { readonly open: false; readonly reason: Reason; readonly opensAt?: Date };

/**
 * May this direction be written now? The clock on the wall decides: a window whose hour is skipped in spring does not
 * open that day, one whose hour comes twice in autumn opens twice. A freeze is one stretch of time, the longer one
 * where its ends can be read in two ways. `deadline`: when Azure may begin to use the additions. Throws RangeError for a
 * zone or a local time that does not exist; the config has checked both.
 */
export function windowAt(rules: ChangeRules, direction: Direction, now: Date, deadline?: Date): WindowState {
  if (!isTimeZone(rules.timeZone)) {
    throw new RangeError(`expected an IANA time zone such as Europe/Oslo, got ${JSON.stringify(rules.timeZone)}`);
  }
  const at = now.getTime();
  const closed = closedAt(rules, direction, at);
  if (closed === undefined) return { open: true };
  const breaks =
    direction === 'add' && deadline && rules.breakIfDeadlineUnderHours !== undefined
      ? deadline.getTime() - rules.breakIfDeadlineUnderHours * hourMs
      : undefined;
  // Strictly under: at exactly N hours the window still holds.
  if (breaks !== undefined && at > breaks) return { open: true, broke: broken(rules, closed, now, deadline as Date) };
  const opens = nextOpening(rules, direction, at);
  const first = breaks === undefined ? opens : Math.min(opens ?? breaks + 1, breaks + 1);
  const next =
    first === undefined
      ? 'it opens at no time within the rules of this target (`change`): correct them'
      : `nothing to do: it goes by itself from ${localTime(first, rules.timeZone)} on; to have it sooner, change the rules of this target (\`change\`)`;
  const reason = { ...closed, next };
  return first === undefined ? { open: false, reason } : { open: false, reason, opensAt: new Date(first) };
}

/** True for a name that the time zone database of this Node knows; offsets such as `+01:00` are none. */
export function isTimeZone(name: string): boolean {
  // create() remembers its zones. isValidZone() would make a formatter at each call, a quarter of a MiB outside the heap.
  return /^[A-Za-z]/.test(name) && IANAZone.create(name).isValid;
}

/** True for a local date or date-time without offset, as freezes have them, that exists in the calendar. */
export function isLocalTime(text: string): boolean {
  return localForm.test(text) && DateTime.fromISO(text, { zone: 'utc' }).isValid;
}

/** True if a freeze ends after it begins. */
export function isFreezeInOrder({ from, to }: Pick<Freeze, 'from' | 'to'>, timeZone: string): boolean {
  const [first, end] = stretchOf({ from, to }, timeZone);
  return first < end;
}

const hourMs = 3_600_000;
const localForm = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?)?$/;
const isDate = (text: string) => !text.includes('T');

/** Why a direction is closed at a moment, without the way on; undefined if it is open. */
function closedAt(rules: ChangeRules, direction: Direction, at: number): Omit<Reason, 'next'> | undefined {
  const freeze = freezeAt(rules, direction, at);
  if (freeze) {
    return {
      rule: 'freeze',
      text: `${named[direction]} are frozen ${spanText(freeze)} (${rules.timeZone}): ${freeze.reason}`,
    };
  }
  const windows = rules.windows.filter(({ directions }) => directions.includes(direction));
  if (windows.length === 0 || windows.some((window) => isInside(window, local(at, rules.timeZone)))) return undefined;
  return {
    rule: 'window',
    text: `${named[direction]} go ${windows.map(windowText).join(', or ')} (${rules.timeZone}); it is ${localTime(at, rules.timeZone)}`,
  };
}

const named: Readonly<Record<Direction, string>> = { add: 'additions', remove: 'removals' };

function freezeAt(rules: ChangeRules, direction: Direction, at: number): Freeze | undefined {
  return rules.freezes.find((freeze) => {
    if (!freeze.directions.includes(direction)) return false;
    const [first, end] = stretchOf(freeze, rules.timeZone);
    return first <= at && at < end;
  });
}

function isInside({ days, from, to }: ChangeWindow, { weekday, hour, minute }: DateTime): boolean {
  const time = hour * 60 + minute;
  const begin = minutesOf(from);
  const end = minutesOf(to);
  const startsOn = (day: number) => days.some((name) => weekdays.indexOf(name) === day);
  const today = weekday - 1;
  if (begin < end) return startsOn(today) && begin <= time && time < end;
  return (startsOn(today) && time >= begin) || (startsOn((today + 6) % 7) && time < end);
}

function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** First and end (exclusive) of a freeze, in milliseconds. */
function stretchOf({ from, to }: Pick<Freeze, 'from' | 'to'>, zone: string): [number, number] {
  const last = DateTime.fromISO(to, { zone: 'utc' });
  const end = isDate(to) ? last.plus({ days: 1 }) : last;
  const firsts = instantsOf(DateTime.fromISO(from, { zone: 'utc' }), zone);
  const ends = instantsOf(end, zone);
  return [Math.min(...firsts), Math.max(...ends)];
}

/** When clocks in a zone show what `wall` shows in UTC: twice in autumn; a time skipped in spring is the moment of the skip. */
function instantsOf(wall: DateTime, zone: string): number[] {
  if (!wall.isValid)
    throw new RangeError(`expected a local date or time, got one that is none: ${wall.invalidExplanation}`);
  const { year, month, day, hour, minute, second } = wall;
  const found = DateTime.fromObject({ year, month, day, hour, minute, second }, { zone });
  if (found.day === day && found.hour === hour && found.minute === minute)
    return found.getPossibleOffsets().map((one) => one.toMillis());
  return [shiftBetween(found.toMillis() - dayMs, found.toMillis() + dayMs, zone)];
}

/** The first moment at which the offset is no longer the one at `low`. */
function shiftBetween(low: number, high: number, zone: string): number {
  const before = local(low, zone).offset;
  let [old, fresh] = [low, high];
  while (fresh - old > 1) {
    const middle = Math.floor((old + fresh) / 2);
    if (local(middle, zone).offset === before) old = middle;
    else fresh = middle;
  }
  return fresh;
}

/** More stretches than any config has; only there so that a search for an opening that never comes ends. */
const maxSteps = 1000;

function nextOpening(rules: ChangeRules, direction: Direction, after: number): number | undefined {
  let at = after;
  for (let step = 0; step < maxSteps; step++) {
    const freeze = freezeAt(rules, direction, at);
    if (freeze) {
      [, at] = stretchOf(freeze, rules.timeZone);
    } else {
      const next = nextWindow(rules, direction, at);
      if (next === undefined) return undefined;
      at = next;
    }
    if (closedAt(rules, direction, at) === undefined) return at;
  }
  return undefined;
}

/** Whether a direction would be open at a moment if there were no freeze. */
function isInSomeWindow(rules: ChangeRules, direction: Direction, at: number): boolean {
  return closedAt({ ...rules, freezes: [] }, direction, at) === undefined;
}

/** First moment after `after` in a window, freezes aside. Two weeks hold one: an hour is skipped once at most. */
function nextWindow(rules: ChangeRules, direction: Direction, after: number): number | undefined {
  const today = local(after, rules.timeZone);
  const first = DateTime.utc(today.year, today.month, today.day);
  for (let day = 0; day < 15; day++) {
    const found = openingsOn(first.plus({ days: day }), rules, direction).find(
      (one) => one > after && isInSomeWindow(rules, direction, one),
    );
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Moments of a day at which windows can open, in order. */
function openingsOn(day: DateTime, { timeZone, windows }: ChangeRules, direction: Direction): number[] {
  const starts = windows
    .filter(({ directions }) => directions.includes(direction))
    .flatMap(({ from }) => instantsOf(day.plus({ minutes: minutesOf(from) }), timeZone));
  const [midnight = 0] = instantsOf(day, timeZone);
  const next = midnight + dayMs;
  // Clocks that are moved can enter a window in its middle.
  const isShifted = local(midnight, timeZone).offset !== local(next, timeZone).offset;
  return [...starts, ...(isShifted ? [shiftBetween(midnight, next, timeZone)] : [])].sort((a, b) => a - b);
}

function broken(rules: ChangeRules, closed: Omit<Reason, 'next'>, now: Date, deadline: Date): Reason {
  const hours = Math.max(0, Math.floor((deadline.getTime() - now.getTime()) / hourMs));
  const left = deadline.getTime() <= now.getTime() ? 'has passed' : `is in ${quantity(hours, 'hour')}`;
  return {
    rule: 'deadline',
    text: `${closed.text}; broken because Azure may use these addresses from ${localTime(deadline.getTime(), rules.timeZone)} on, which ${left} (the limit is ${quantity(rules.breakIfDeadlineUnderHours ?? 0, 'hour')})`,
    next: 'nothing to do; to have the window kept all the same, take `breakIfDeadlineUnderHours` out of the rules of this target',
  };
}

function windowText({ days, from, to }: ChangeWindow): string {
  const listed = weekdays.filter((day) => days.includes(day)).join(', ');
  return `${days.length === 7 ? 'every day' : `on ${listed}`} from ${from} to ${to}${to <= from ? ' of the next day' : ''}`;
}

function spanText({ from, to }: Freeze): string {
  return `from ${from.replace('T', ' ')} ${isDate(to) ? 'through' : 'until'} ${to.replace('T', ' ')}`;
}

function local(at: number, zone: string): DateTime {
  return DateTime.fromMillis(at, { zone, locale: 'en' });
}

/** "Sat 2026-03-28 22:00 (Europe/Oslo, UTC+1)". */
function localTime(at: number, zone: string): string {
  return `${local(at, zone).toFormat('ccc yyyy-MM-dd HH:mm')} (${zone}, UTC${local(at, zone).toFormat('Z')})`;
}
