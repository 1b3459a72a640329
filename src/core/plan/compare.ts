import { byFamily, type Family } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import type { Ledger } from '../judge/ledger.ts';
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
import { ownedOf } from './memory.ts';
import { classifyEntries, type Ownership } from './ownership.ts';
import type { PlanInput } from './plan-input.ts';
import { noControl, type PlanControl } from './plan-input.ts';
import type { Plan } from './plan-types.ts';
import { desiredOf } from './selection.ts';

/** A list seen against what its target contains. */
export interface Compared {
  /** What the list allows in both families and in names, held by the target or not. */
  readonly wanted: Entries;
  readonly unknownTags: readonly string[];
  /** What is ours on record. */
  readonly owned: Entries;
  readonly ownership: Ownership;
  readonly fit: Fit;
  /** What the target should contain. */
  readonly desired: Entries;
  /** Wanted and not there. */
  readonly missing: Entries;
  /** Wanted and there, without being ours on record. */
  readonly found: Entries;
  /** Ours and not wanted. */
  readonly extra: Entries;
  /** What entries of others let in that are to go, because the target says so. */
  readonly strange: Entries;
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
  const ownership = holdingOf(input, owned, listed);
  const removes = target.foreignEntries === 'remove' && !target.shared;
  const fit = fitInto({
    listed,
    // What is to go takes no room.
    holding: removes
      ? { ...ownership, foreign: [], units: ownership.units.map((held) => ({ ...held, foreign: [] })) }
      : ownership,
    layout,
    live,
    selection,
    ledger,
    maxOverGrant: target.maxOverGrant ?? 0,
  });
  const desired = entries(fit.desired, listed.names);
  const exact = new Set(target.shared ? textsOf(desired) : []);
  const theirs = target.shared
    ? entriesOf(textsOf(ownership.foreignEntries).filter((text) => exact.has(text)))
    : noEntries;
  const joined = memory?.grants.filter(({ cause }) => cause.kind === 'joined').map((grant) => grant.entries) ?? [];
  // What came in only by joining and is listed by now has another reason to be there.
  const known = without(owned, within(unite(joined), listed));
  const missing = without(desired, unite([ownership.ours, theirs]));
  return {
    wanted,
    unknownTags: target.holds === 'names' ? [] : unknownTags,
    owned,
    ownership,
    fit,
    desired,
    missing,
    found: without(within(ownership.ours, desired), known),
    extra: without(ownership.ours, desired),
    strange: removes ? strangeIn(input, ownership) : noEntries,
    goneWhole: target.direction === 'ingress' ? noEntries : goneWhole(input, owned, ownership, missing),
  };
}

/** Whose each live entry is: ours are those on record, and those that are as the list wants them. */
function holdingOf({ target, live, memory }: PlanInput, owned: Entries, listed: Entries): Ownership {
  if (!target.shared) return classifyEntries(live, unite([owned, listed]));
  const claimed = new Set(memory?.claimed ?? []);
  return classifyEntries(live, entriesOf([...claimed]), claimed);
}

/** Service tags and the like are no entries that this kind of target writes: they stay. */
function strangeIn({ target }: PlanInput, { foreignEntries }: Ownership): Entries {
  return target.holds === 'names' ? foreignEntries : { ...foreignEntries, names: [] };
}

/**
 * In which unit a range was is not remembered: where one is emptied, all that drifted out of its family is put back with it.
 */
function goneWhole(
  { layout, memory, control = noControl }: PlanInput,
  owned: Entries,
  { ours, units }: Ownership,
  missing: Entries,
): Entries {
  const filled = new Set(units.filter((held) => !isNone(held.ours)).map(({ unit }) => unit.key));
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
export function unapprovedEntries({ units }: Ownership, unapproved: Entries): Plan['foreign'] {
  if (isNone(unapproved)) return [];
  return units.flatMap(({ unit, foreign }) =>
    unit.entries
      .filter((text) => !foreign.includes(text) && meets(entryOf(text, unit.family), unapproved))
      .map((entry) => ({ unit: unit.key, entry })),
  );
}
