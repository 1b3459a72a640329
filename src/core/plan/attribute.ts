import type { Ledger } from '../judge/ledger.ts';
import { type AttributedRange, causesOfAdditions, causesOfRemovals } from './causes.ts';
import type { Compared } from './compare.ts';
import { noControl } from './control.ts';
import { type DriftJudgement, driftIn, isContested, judgeDrift, splitContested } from './drift.ts';
import { entries, isNone, unite, within, without } from './entries.ts';
import { foreignWithin } from './foreign.ts';
import type { Objection } from './gate.ts';
import { separateAggregated } from './joined.ts';
import { isContacted } from './memory.ts';
import { causedByPin, pinNotes, pinnedApart } from './pinned.ts';
import type { PlanInput } from './plan-input.ts';

/** Every change with its cause: contested drift apart from the rest, and what a pin moves as the pin's. */
export function attribute(
  input: PlanInput,
  ledger: Ledger,
  { missing, found: known, extra, strange, ownership, fit, goneWhole }: Compared,
) {
  const { target, selection, layout, memory, control = noControl } = input;
  const moved = control.pinned ? pinnedApart(selection, input.ledger, control.pinned) : undefined;
  const causeInput = { selection, ledger, memory, ...(input.config === undefined ? {} : { config: input.config }) };
  const add = separateAggregated(causesOfAdditions(unite([missing, known]), causeInput), entries(fit.overGrant));
  // What was there at first contact keeps its clock; what came since is drift.
  const met = within(strange, isContacted(memory) ? unite((memory?.holds ?? []).map(({ held }) => held)) : strange);
  const others: readonly AttributedRange[] = [
    { cause: { kind: 'first contact' }, entries: met },
    { cause: { kind: 'drift' }, entries: without(strange, met) },
  ];
  const remove = [...causesOfRemovals(extra, causeInput), ...others.filter((one) => !isNone(one.entries))];
  const past = { target: target.id, drift: memory?.drift ?? [] };
  const drifted = {
    add: judgeDrift(past, { direction: 'add', entries: driftIn(add), restore: goneWhole }, input.now),
    remove: judgeDrift(
      past,
      { direction: 'remove', entries: driftIn(remove), whole: foreignWithin(ownership, strange) },
      input.now,
    ),
  };
  return {
    drifted,
    additions: splitContested(moved ? causedByPin(add, moved.add) : add, drifted.add.stopped),
    removals: splitContested(moved ? causedByPin(remove, moved.remove) : remove, drifted.remove.stopped),
    notes: moved && control.pinned && target.holds !== 'names' ? pinNotes(control.pinned, moved, layout.families) : [],
  };
}

/** What is changed again and again waits for a person, whatever the target asks about. */
export function contestedBy({ reason, stopped }: DriftJudgement): readonly Objection[] {
  return reason ? [{ reason, concerns: (caused) => isContested(caused, stopped), insists: true }] : [];
}
