import { quantity } from '../judge/arithmetic.ts';
import type { Ledger } from '../judge/ledger.ts';
import { type AttributedRange, causedInside, causedOutside, causesOfAdditions, causesOfRemovals } from './causes.ts';
import type { Compared } from './compare.ts';
import { type DriftJudgement, driftIn, isContested, judgeDrift, splitContested } from './drift.ts';
import { type Entries, entries, isNone, unite, within, without } from './entries.ts';
import { separateAggregated } from './fit.ts';
import { foreignWithin } from './foreign.ts';
import type { Objection } from './gate.ts';
import { isContacted } from './memory.ts';
import type { PlanInput } from './plan-input.ts';
import { noControl } from './plan-input.ts';
import type { Direction } from './plan-types.ts';
import { desiredOf, type Selection } from './selection.ts';

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

/** Contested drift waits for a person, with every approval rule. */
export function contestedBy({ reason, stopped }: DriftJudgement): readonly Objection[] {
  return reason ? [{ reason, concerns: (caused) => isContested(caused, stopped), insists: true }] : [];
}

/** How a pinned list differs from the current one, by direction. */
type PinnedApart = Readonly<Record<Direction, Entries>>;

/** What goes in and what goes out only because lists are pinned to an earlier ledger. */
function pinnedApart(selection: Selection, current: Ledger, pinned: Ledger): PinnedApart {
  const now = desiredOf(selection, current).entries;
  const then = desiredOf(selection, pinned).entries;
  return { add: without(then, now), remove: without(now, then) };
}

/** Gives the pin as cause to what it moves. Drift stays drift, and what an edited list gave up keeps its own clock. */
function causedByPin(caused: readonly AttributedRange[], moved: Entries): AttributedRange[] {
  return caused.flatMap((one) =>
    one.cause.kind === 'drift'
      ? [one]
      : [
          ...causedOutside([one], moved),
          ...causedInside([one], moved).map((pinned) => ({ ...pinned, cause: { kind: 'pin' as const } })),
        ],
  );
}

/** What a pin leaves out is counted: it is missing by decision, and may be needed soon. */
function pinNotes(pinned: Ledger, { remove: missing }: PinnedApart, families: readonly ('ipv4' | 'ipv6')[]): string[] {
  const sums = families.flatMap((family) => {
    const what = family === 'ipv4' ? quantity(missing[family].count, 'IPv4 address', 'IPv4 addresses') : 'IPv6';
    return missing[family].isEmpty ? [] : [`${what} in ${quantity(missing[family].prefixCount, 'prefix', 'prefixes')}`];
  });
  return sums.length === 0
    ? []
    : [`pinned to publication ${pinned.accepted?.changeNumber}, without ${sums.join(' and ')}`];
}
