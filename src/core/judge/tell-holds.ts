import { byFamily, type Family } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import { prefixesOf, type Sets } from '../address/sets.ts';
import type { DomainEvent } from '../event.ts';
import { heldFamilies, openGrounds } from './grounds.ts';
import { type Hold, type HoldState, isKept, type TagLedger } from './ledger.ts';
import { isLastReminder, remindersDue } from './reminders.ts';
import { measuresOf } from './size.ts';

/**
 * Says what is asked of people now, and tells what is new about it: a hold that concerns a list of some target for the first
 * time, a question that its parents settled or no longer settle, a reminder that is due. A hold that concerns no list is kept
 * in silence.
 */
export function tellHolds(row: TagLedger, watched: readonly Family[], now: Date, events: DomainEvent[]): TagLedger {
  if (row.holds.length === 0) return row;
  const holds = row.holds.map((hold) => tell(hold, watched, now, events));
  return holds.some((hold, i) => hold !== row.holds[i]) ? { ...row, holds } : row;
}

function tell(hold: Hold, watched: readonly Family[], now: Date, events: DomainEvent[]): Hold {
  const concerned = heldFamilies(hold.held, watched);
  const questions = openGrounds(hold, watched).map(({ reason }) => reason);
  const same =
    questions.length === hold.questions.length &&
    questions.every(({ rule, text }, i) => rule === hold.questions[i]?.rule && text === hold.questions[i]?.text);
  const current = same ? hold : { ...hold, questions };
  if (concerned.length === 0) return current;
  const state = stateOf(current, concerned);
  if (state === hold.told) return state === 'asked' ? remind(current, concerned, now, events) : current;
  const { asked: _, reminded: __, ...rest } = current;
  const told = { ...rest, told: state, ...(state === 'asked' ? { asked: now.toISOString() } : {}) };
  if (hold.told === undefined || state === 'asked') {
    events.push(openedEvent(told, state, concerned));
  } else {
    const { id, tag } = hold;
    const prefixes = prefixesOf(only(hold.held, concerned));
    events.push({ kind: 'hold-settled', hold: id, tag, how: state, prefixes, questions: hold.questions.length });
  }
  return told;
}

/** What becomes of a hold without an answer. What the parents keep of one family says nothing of the other. */
function stateOf({ questions, settled }: Hold, concerned: readonly Family[]): HoldState {
  if (questions.length > 0) return 'asked';
  return concerned.every((family) => settled?.[family] === 'kept') ? 'kept' : 'clock';
}

function openedEvent(hold: Hold, state: HoldState, concerned: readonly Family[]): DomainEvent {
  const held = only(hold.held, concerned);
  const { global, region } = hold.under ?? {};
  const measures = measuresOf(held);
  const hasAll = (which: 'global' | 'region'): boolean =>
    concerned.every((family) => hold.under?.[which]?.[family] === measures[family]);
  return {
    kind: 'hold-opened',
    hold: hold.id,
    tag: hold.tag,
    of: hold.kind,
    changeNumber: hold.publication.changeNumber,
    prefixes: prefixesOf(held),
    addresses: byFamily((family) => held[family].count.toString()),
    questions: hold.questions,
    ...(state === 'asked' ? {} : { settled: state }),
    ...(hold.before ? { before: hold.before.ipv4 } : {}),
    ...(global ? { underGlobal: global.ipv4 } : {}),
    ...(region ? { underRegion: region.ipv4 } : {}),
    ...(state === 'kept' ? { keptBy: (['global', 'region'] as const).filter(hasAll) } : {}),
  };
}

/** Sends a reminder of an unanswered question when one is due. */
function remind(hold: Hold, concerned: readonly Family[], now: Date, events: DomainEvent[]): Hold {
  const since = hold.asked ?? hold.since;
  const due = isKept(hold, now.toISOString()) ? 0 : remindersDue(since, now);
  if (due <= (hold.reminded ?? 0)) return hold;
  const { id, tag, kind, questions, opened } = hold;
  events.push({
    kind: 'hold-reminder',
    hold: id,
    tag,
    of: kind,
    since,
    prefixes: prefixesOf(only(hold.held, concerned)),
    asked: prefixesOf(only(opened, concerned)).length,
    questions,
    ...(isLastReminder(due) ? { last: true } : {}),
  });
  return { ...hold, reminded: due };
}

function only(sets: Sets, some: readonly Family[]): Sets {
  return byFamily((family) => (some.includes(family) ? sets[family] : PrefixSet.empty(family)));
}
