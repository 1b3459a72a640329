import { byFamily } from '../address/family.ts';
import type { PrefixSet } from '../address/prefix-set.ts';
import { isEmpty, type Sets, setsOf, union } from '../address/sets.ts';
import type { KeepPartWord } from '../control/word.ts';
import type { Reason } from '../judge/ledger.ts';
import type { Caused } from './causes.ts';
import type { PlanControl } from './control.ts';
import type { Direction, Mode, Verdict } from './plan-types.ts';

/** Ranges of one direction under one verdict. */
export interface Sifted {
  readonly verdict: Verdict;
  readonly caused: readonly Caused[];
}

export interface SiftInput {
  readonly direction: Direction;
  readonly caused: readonly Caused[];
  readonly mode: Mode;
  readonly control: PlanControl;
  /** Guards' objections, and which of the ranges each concerns. */
  readonly suspicions: readonly {
    readonly reason: Reason;
    readonly concerns: (caused: Caused) => boolean;
    /** Holds also where the target is never to ask: going on by itself would do no good. */
    readonly insists?: boolean;
  }[];
}

/** Why a part waits where every change is asked about. */
export const alwaysAsked: Reason = {
  rule: 'approval',
  text: 'this target asks before every change of this kind',
  next: 'approve the part, or keep the ranges as they are',
};

/**
 * Sorts one direction's ranges by what may become of them. Each sieve lets some through to the next; the first that holds
 * a range back gives its reason: mode, a person's keep, approval, pause, hour.
 */
export function sift(input: SiftInput): {
  go: readonly Caused[];
  held: readonly Sifted[];
  approvals: readonly string[];
} {
  const { direction, control } = input;
  const held: Sifted[] = [];
  const approvals = new Set<string>();
  const hold = (caused: readonly Caused[], reasons: readonly Reason[]): void => {
    if (caused.length > 0) held.push({ verdict: { kind: 'wait', reasons }, caused });
  };
  let rest = input.caused;

  const mode = modeReason(input.mode, direction);
  if (mode) {
    hold(rest, [mode]);
    return { go: [], held, approvals: [] };
  }
  for (const kept of control.keptParts.filter((word) => word.direction === direction)) {
    const sets = setsOf(kept.ranges);
    hold(within(rest, sets), [keptReason(kept)]);
    rest = without(rest, sets);
  }

  const rule = control.approval[direction];
  const asks = (caused: Caused): Reason[] => [
    ...(rule === 'always' ? [alwaysAsked] : []),
    ...input.suspicions
      .filter(({ concerns, insists }) => (rule !== 'never' || insists) && concerns(caused))
      .map(({ reason }) => reason),
  ];
  const asked = rest.filter((caused) => asks(caused).length > 0);
  let open = asked;
  for (const approval of control.approvals.filter(({ word }) => word.direction === direction)) {
    if (within(open, approval.covers).length > 0) approvals.add(approval.word.id);
    open = without(open, approval.covers);
  }
  hold(open, unique(open.flatMap(asks)));
  rest = without(rest, unionOf(open));

  const closed = control.paused ?? control.closed(direction);
  if (closed) {
    hold(rest, [closed]);
    return { go: [], held, approvals: [] };
  }
  return { go: rest, held, approvals: [...approvals] };
}

/** Why a part waits that a person answered with keep. */
export function keptReason({ id, by, at, why, until }: KeepPartWord): Reason {
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
export function modeReason(mode: Mode, direction: Direction): Reason | undefined {
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

/** All ranges of several causes together. */
export function unionOf(caused: readonly Caused[]): Sets {
  return union(caused.map((one) => one.prefixes));
}

export function without(caused: readonly Caused[], sets: Sets): Caused[] {
  return each(caused, (set, family) => set.subtract(sets[family]));
}

export function within(caused: readonly Caused[], sets: Sets): Caused[] {
  return each(caused, (set, family) => set.intersect(sets[family]));
}

function each(caused: readonly Caused[], change: (set: PrefixSet, family: 'ipv4' | 'ipv6') => PrefixSet): Caused[] {
  return caused
    .map(({ cause, prefixes }) => ({ cause, prefixes: byFamily((f) => change(prefixes[f], f)) }))
    .filter(({ prefixes }) => !isEmpty(prefixes));
}
