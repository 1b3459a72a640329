import { byFamily, type Family } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import type { Ledger } from '../judge/ledger.ts';
import { noControl, type PlanControl } from './control.ts';
import {
  type Entries,
  entries,
  entriesOf,
  entryOf,
  inFamilies,
  isNone,
  meets,
  noEntries,
  textsOf,
  unite,
  within,
  without,
} from './entries.ts';
import { type Fit, fitInto } from './fit.ts';
import { type Holding, splitHolding } from './holding.ts';
import { ownedOf } from './memory.ts';
import type { PlanInput } from './plan.ts';
import type { Plan } from './plan-types.ts';
import { desiredOf } from './selection.ts';

/** A list seen against what its target contains. */
export interface Compared {
  /** What the list allows in both families and in names, held by the target or not. */
  readonly wanted: Entries;
  readonly unknownTags: readonly string[];
  /** What is ours on record. */
  readonly owned: Entries;
  readonly holding: Holding;
  readonly fit: Fit;
  /** What the target should contain. */
  readonly desired: Entries;
  /** Wanted and not there. */
  readonly missing: Entries;
  /** Wanted and there, without being ours on record. */
  readonly found: Entries;
  /** Ours and not wanted. */
  readonly extra: Entries;
  /** What drifted out where a unit lost all that is ours in it, or a family all of it: an egress path that was emptied. */
  readonly goneWhole: Entries;
}

/**
 * Compares a list with what its target contains. What is ours counts by itself: a broader entry that others wrote neither
 * replaces what is missing nor hides it. In a shared list an entry of others that is exactly what we would write stands for
 * it: two of them cannot be.
 */
export function compareTarget(input: PlanInput, ledger: Ledger): Compared {
  const { target, selection, layout, live, memory } = input;
  const { entries: wanted, unknownTags } = desiredOf(selection, ledger);
  const listed =
    target.holds === 'names'
      ? { ...noEntries, names: wanted.names }
      : { ...inFamilies(wanted, layout.families), names: [] };
  const owned = ownedOf(memory);
  const holding = holdingOf(input, owned, listed);
  const fit = fitInto({
    listed,
    holding,
    layout,
    live,
    selection,
    ledger,
    maxOverGrant: target.maxOverGrant ?? 0,
  });
  const desired = entries(fit.desired, listed.names);
  const exact = new Set(target.shared ? textsOf(desired) : []);
  const theirs = target.shared
    ? entriesOf(textsOf(holding.foreignEntries).filter((text) => exact.has(text)))
    : noEntries;
  const joined = memory?.grants.filter(({ cause }) => cause.kind === 'joined').map((grant) => grant.entries) ?? [];
  // What came in only by joining and is listed by now has another reason to be there.
  const known = without(owned, within(unite(joined), listed));
  const missing = without(desired, unite([holding.ours, theirs]));
  return {
    wanted,
    unknownTags: target.holds === 'names' ? [] : unknownTags,
    owned,
    holding,
    fit,
    desired,
    missing,
    found: without(within(holding.ours, desired), known),
    extra: without(holding.ours, desired),
    goneWhole: target.direction === 'ingress' ? noEntries : goneWhole(input, owned, holding, { desired, missing }),
  };
}

/** Whose each live entry is: ours are those on record, and those that are as the list wants them. */
function holdingOf({ target, live, memory }: PlanInput, owned: Entries, listed: Entries): Holding {
  const everything = (): Entries => ({
    ...byFamily((f) => PrefixSet.from(f, [f === 'ipv4' ? '0.0.0.0/0' : '::/0'])),
    names: target.holds === 'names' ? live.units.flatMap((unit) => unit.entries) : [],
  });
  if (target.shared) return splitHolding(live, everything(), new Set(memory?.claimed ?? []));
  return splitHolding(live, target.foreignEntries === 'remove' ? everything() : unite([owned, listed]));
}

/**
 * In which unit a range was is not remembered: where one is emptied, all that drifted out of its family is put back with it.
 */
function goneWhole(
  { layout, memory, control = noControl }: PlanInput,
  owned: Entries,
  holding: Holding,
  { desired, missing }: Pick<Compared, 'desired' | 'missing'>,
): Entries {
  // Where entries of others are to go, they count as ours to write, and fill nothing.
  const wanted = unite([owned, desired]);
  const ours = within(holding.ours, wanted);
  const filled = new Set(holding.units.filter((held) => meets(held.ours, wanted)).map(({ unit }) => unit.key));
  const emptied = (memory?.units ?? []).filter((key) => !filled.has(key));
  const isGone = (family: Family, empty: boolean): boolean =>
    (memory?.units === undefined && empty) ||
    Array.from({ length: layout.maxUnits }, (_, index) => layout.unitKey(family, index)).some((key) =>
      emptied.includes(key),
    );
  const drifted = within(missing, owned);
  const gone = {
    ...byFamily((f) => (isGone(f, ours[f].isEmpty) ? drifted[f] : PrefixSet.empty(f))),
    names: isGone('ipv4', ours.names.length === 0) ? drifted.names : [],
  };
  // What a person is asked about already waits on, unless nothing else is left to put back.
  const rest = without(gone, contestedBefore(control));
  return {
    ...byFamily((f) => (rest[f].isEmpty && ours[f].isEmpty ? gone[f] : rest[f])),
    names: rest.names.length === 0 ? gone.names : rest.names,
  };
}

/** What drifted so often that a run before has asked about it. */
function contestedBefore({ asked = [] }: PlanControl): Entries {
  const parts = asked.filter(
    ({ direction, reasons = [] }) => direction === 'add' && reasons.some(({ rule }) => rule === 'drift-again'),
  );
  return entriesOf(parts.flatMap(({ ranges = [] }) => ranges));
}

/** Live entries that meet what a person has not let in yet: they are as the list wants them, and not ours. */
export function unapprovedEntries({ units }: Holding, unapproved: Entries): Plan['foreign'] {
  if (isNone(unapproved)) return [];
  return units.flatMap(({ unit, foreign }) =>
    unit.entries
      .filter((text) => !foreign.includes(text) && meets(entryOf(text, unit.family), unapproved))
      .map((entry) => ({ unit: unit.key, entry })),
  );
}
