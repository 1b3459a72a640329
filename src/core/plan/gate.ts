import type { DeclineDecision } from '../decisions/decision.ts';
import { distinctPersons } from '../decisions/person.ts';
import { peopleNeeded } from '../decisions/quorum.ts';
import type { Reason } from '../reason.ts';
import { type AttributedRange, causedInside, causedOutside, unionOf } from './causes.ts';
import { covers, type Entries, entriesOf, isNone, meets, noEntries, within, without } from './entries.ts';
import type { PlanControl } from './plan-input.ts';
import type { Direction, Mode, Verdict } from './plan-types.ts';

/** Ranges of one direction under one verdict. */
export interface GatedPart {
  readonly verdict: Verdict;
  readonly caused: readonly AttributedRange[];
}

/** What of one direction may go, and what is held back. */
export interface Gated {
  readonly go: readonly AttributedRange[];
  readonly held: readonly GatedPart[];
  /** Ids of the approvals that let something through. */
  readonly approvals: readonly string[];
}

/** A guard's objection, and which of the ranges it concerns. */
export interface Objection {
  readonly reason: Reason;
  readonly concerns: (caused: AttributedRange) => boolean;
  /** Holds also where the target is never to ask: going on by itself would do no good. */
  readonly insists?: boolean;
}

export interface GateInput {
  readonly direction: Direction;
  readonly caused: readonly AttributedRange[];
  readonly mode: Mode;
  readonly control: PlanControl;
  readonly objections: readonly Objection[];
  /** What fills an egress path that was emptied: no question of an earlier run holds it back. */
  readonly restores?: Entries;
}

/** Why a part waits where every change is asked about. */
const alwaysAsked: Reason = {
  rule: 'approval',
  text: 'this target asks before every change of this kind',
  next: 'approve the part, or decline it',
};

/** Rules whose question stays open until it is answered, also when its sums have since fallen below the limit. */
export const standingRules: ReadonlySet<string> = new Set(['config-growth', 'large-removal', 'drift-again']);

/** Those of them that ask about each range by itself, and stay open for the ranges that are left. */
export const byRangeRules: ReadonlySet<string> = new Set(['drift-again']);

/**
 * Sorts one direction's ranges by what may become of them: mode, a person's decline, approval, pause, hour. The first that
 * holds a range back gives its reason. What waits for a person waits until it is answered, its ranges change, or they are no
 * longer wanted: a question that was asked in an earlier run and whose ranges are all wanted still is asked here too.
 */
export function gate(input: GateInput): Gated {
  const { direction, control } = input;
  const held: GatedPart[] = [];
  const hold = (caused: readonly AttributedRange[], reasons: readonly Reason[]): void => {
    if (caused.length > 0) held.push({ verdict: { kind: 'wait', reasons }, caused });
  };
  let rest = input.caused;

  const mode = modeReason(input.mode, direction);
  if (mode) {
    hold(rest, [mode]);
    return { go: [], held, approvals: [] };
  }
  for (const declined of control.declinedParts.filter((one) => one.direction === direction)) {
    const ranges = entriesOf(declined.ranges);
    hold(causedInside(rest, ranges), [declinedReason(declined)]);
    rest = causedOutside(rest, ranges);
  }

  const rule = control.approval[direction];
  const standing = standingIn(rest, input);
  const objections = [...input.objections, ...standing.map(({ objection }) => objection)].filter(
    ({ insists }) => rule !== 'never' || insists,
  );
  // What an earlier question asked about keeps its own borders, so that its answer fits it.
  const pieces = standing.reduce<readonly AttributedRange[]>(
    (some, { ranges }) => [...causedOutside(some, ranges), ...causedInside(some, ranges)],
    rest,
  );
  const asks = (caused: AttributedRange): Reason[] => [
    ...(rule === 'always' ? [alwaysAsked] : []),
    ...objections.filter(({ concerns }) => concerns(caused)).map(({ reason }) => reason),
  ];
  const asked = pieces.filter((caused) => asks(caused).length > 0);
  const free = pieces.filter((caused) => asks(caused).length === 0);
  const approvals = new Set<string>();
  const approved: AttributedRange[] = [];
  let open: readonly AttributedRange[] = asked;
  const given = control.approvals.filter((one) => one.decision.direction === direction);
  for (const { covers: covered } of given) {
    const inside = causedInside(open, covered).map((one) => {
      // Where several people had to approve, each of them is on record with it.
      const ids = given.filter((other) => covers(other.covers, one.entries)).map(({ decision }) => decision.id);
      for (const id of ids) approvals.add(id);
      return { ...one, decisions: [...(one.decisions ?? []), ...ids] };
    });
    approved.push(...inside);
    open = causedOutside(open, covered);
  }
  hold(open, unique([...open.flatMap(asks), ...incompleteIn(open, input)]));
  const go = [...free, ...approved];

  const closed = control.paused ?? control.closed(direction);
  if (closed) {
    hold(go, [closed]);
    return { go: [], held, approvals: [] };
  }
  return { go, held, approvals: [...approvals] };
}

/**
 * Unanswered questions of earlier runs, as objections. One about a sum stays open while all of its ranges are wanted; one
 * about drift is about each range by itself, and stays open for those that are.
 */
function standingIn(rest: readonly AttributedRange[], { direction, control, restores = noEntries }: GateInput) {
  const wanted = unionOf(rest);
  return (control.asked ?? []).flatMap((asked) => {
    const reasons = asked.reasons?.filter((one) => standingRules.has(one.rule)) ?? [];
    if (asked.direction !== direction || reasons.length === 0) return [];
    const all = entriesOf(asked.ranges ?? []);
    return reasons.flatMap((reason) => {
      const byRange = byRangeRules.has(reason.rule);
      // What fills an egress path again waits for no question, also for one about a sum that it was a part of.
      const ranges = without(byRange ? within(all, wanted) : all, restores);
      if (isNone(ranges) || !covers(wanted, ranges)) return [];
      const concerns = (caused: AttributedRange) => meets(caused.entries, ranges);
      return [{ ranges, objection: { reason, concerns, insists: byRange } }];
    });
  });
}

/** Who approved what is still open, and that others have to as well. */
function incompleteIn(open: readonly AttributedRange[], { direction, control }: GateInput): Reason[] {
  const some = (control.incomplete ?? []).filter(
    ({ decision, covers: covered }) =>
      decision.direction === direction && open.some(({ entries }) => meets(entries, covered)),
  );
  if (some.length === 0) return [];
  const persons = distinctPersons(some.map(({ decision }) => decision.by)).map(({ name }) => name);
  const needed = Math.max(...some.map(({ decision }) => peopleNeeded(decision)));
  return [
    {
      rule: 'more-approvals',
      text: `approved by ${persons.join(', ')}: ${persons.length} of the ${needed} people that it needs`,
      next: 'another person has to approve the same part',
    },
  ];
}

/** Why a part waits that a person declined. */
function declinedReason({ id, by, at, why, until }: DeclineDecision): Reason {
  return {
    rule: 'kept',
    text: `${by.name} answered keep on ${at.slice(0, 10)}: ${why}`,
    next: until ? `asked again on ${until.slice(0, 10)}` : `withdraw ${id} to have it asked again`,
  };
}

/** Why the last entries of units wait while nothing may take their place. */
export function leftEmpty(units: readonly string[]): Reason {
  return {
    rule: 'left-empty',
    text: `${units.join(', ')} would be left without an entry: all that is there is to go out, and what is to come in waits`,
    next: 'nothing to do for this part: it goes by itself once what is to come in is let in',
  };
}

/** Why a mode forbids a direction; undefined if it does not. */
function modeReason(mode: Mode, direction: Direction): Reason | undefined {
  const next = 'change the mode of this target to have it written';
  if (mode === 'report-only') {
    return {
      rule: 'mode',
      text: 'this target is report-only: the difference is reported and nothing is written',
      next,
    };
  }
  return mode === 'add-only' && direction === 'remove'
    ? { rule: 'mode', text: 'this target is add-only: nothing is ever taken out', next }
    : undefined;
}

function unique(reasons: readonly Reason[]): Reason[] {
  return reasons.filter((reason, index) => reasons.findIndex(({ rule }) => rule === reason.rule) === index);
}
