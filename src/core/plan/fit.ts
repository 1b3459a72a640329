import { byFamily, type Family, families, familyNames } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import { emptySets, type Sets } from '../address/sets.ts';
import { counted, quantity } from '../judge/arithmetic.ts';
import type { Ledger } from '../judge/ledger.ts';
import { aggregate } from './aggregate.ts';
import { type AttributedRange, causedInside, causedOutside, unionOf } from './causes.ts';
import { type Entries, isNone, textsOf } from './entries.ts';
import { type Layout, type Live, renderedBy } from './live.ts';
import { ownedOf, type TargetMemory } from './memory.ts';
import type { Ownership } from './ownership.ts';
import type { Plan } from './plan-types.ts';
import type { Selection } from './selection.ts';

interface FitInput {
  /** What the list allows, in the families that the target holds. */
  readonly listed: Sets;
  readonly holding: Ownership;
  readonly layout: Layout;
  readonly live: Pick<Live, 'taken'>;
  readonly selection: Selection;
  readonly ledger: Ledger;
  /** Addresses that may go in beyond the list. */
  readonly maxOverGrant: number;
}

/** A list that has too many prefixes for its target, joined until it fits. */
export interface Joined {
  readonly family: Family;
  /** Entries that the list takes, room for them, and the fewest that would do. */
  readonly listed: number;
  readonly room: number;
  readonly entries: readonly string[];
  /** What it lets in beyond the list. */
  readonly overGrant: PrefixSet;
}

export interface Fit {
  /** What the target should hold: as listed, or joined where that is allowed. */
  readonly desired: Sets;
  /** What of it is beyond the list. */
  readonly overGrant: Sets;
  /** What would fit, where joining is needed and lets in more than is allowed. */
  readonly offer: readonly Joined[];
  readonly notes: readonly string[];
}

/**
 * Fits a list into the room its target has beside what others wrote. What must not get in (`never`, gains that are held)
 * gets in by no joining.
 */
export function fitInto({ listed, holding: ownership, layout, live, selection, ledger, maxOverGrant }: FitInput): Fit {
  const { together = Number.POSITIVE_INFINITY } = layout;
  const all = layout.families.reduce(
    (sum, family) => sum + renderedBy(layout, listed[family]).length,
    ownership.foreign.length,
  );
  const joined = layout.families.flatMap((family): Joined[] => {
    const prefixes = renderedBy(layout, listed[family]).length;
    const foreign = ownership.units.filter(({ unit }) => unit.family === family).flatMap((unit) => unit.foreign).length;
    const shared = together - (live.taken ?? 0) - (all - prefixes);
    const room = Math.min(layout.entriesPerUnit * layout.maxUnits - foreign, shared);
    if (prefixes <= room) return [];
    const found = aggregate(
      listed[family],
      room,
      keptOut(selection, ledger, family),
      (prefix) => layout.render?.(prefix).length ?? 1,
    );
    if (!found) return [];
    return [
      { family, listed: prefixes, room, entries: renderedBy(layout, found.prefixes), overGrant: found.overGrant },
    ];
  });
  const beyond = joined.reduce((sum, { overGrant }) => sum + overGrant.count, 0n);
  if (joined.length === 0) return { desired: listed, overGrant: emptySets, offer: [], notes: [] };
  if (beyond > BigInt(maxOverGrant)) return { desired: listed, overGrant: emptySets, offer: joined, notes: [] };
  const overGrant = byFamily((f) => joined.find(({ family }) => family === f)?.overGrant ?? emptySets[f]);
  return {
    desired: byFamily((f) => listed[f].union(overGrant[f])),
    overGrant,
    offer: [],
    notes: joined.map(
      ({ family, listed: prefixes, room, entries, overGrant: over }) =>
        `${counted(prefixes)} ${familyNames[family]} prefixes do not fit into ${quantity(room, 'entry', 'entries')}: they are joined to ${counted(entries.length)}, which lets in ${quantity(over.count, 'address', 'addresses')} beyond the list (maxOverGrant is ${counted(maxOverGrant)}): ${over.toPrefixes().join(', ')}`,
    ),
  };
}

function keptOut(selection: Selection, ledger: Ledger, family: Family): PrefixSet {
  const held = selection.tags
    .flatMap((tag) => ledger.tags.get(tag)?.holds ?? [])
    .filter(({ kind }) => kind === 'gain')
    .map((hold) => hold.held[family]);
  return PrefixSet.unionOf(family, [selection.never[family], ...held]);
}

/** What is beyond the list because prefixes are joined has that for its cause, and no clock keeps it. */
export function separateAggregated(caused: readonly AttributedRange[], overGrant: Entries): AttributedRange[] {
  const [drifts, rest] = [caused.filter(isDrift), caused.filter((one) => !isDrift(one))];
  const joined = unionOf(causedInside(rest, overGrant));
  return [
    ...drifts,
    ...causedOutside(rest, overGrant),
    ...(isNone(joined) ? [] : [{ cause: { kind: 'joined' as const }, entries: joined }]),
  ];
}

function isDrift({ cause }: AttributedRange): boolean {
  return cause.kind === 'drift';
}

/** What a plan says of joining: what goes in beyond the list, and what it would take to fit. */
export function overGrantOf(overGrant: Entries, offer: Fit['offer']): Pick<Plan, 'overGrant' | 'wouldFit'> {
  const beyond = offer.flatMap((one) => one.overGrant.toPrefixes());
  return {
    ...(isNone(overGrant) ? {} : { overGrant: textsOf(overGrant) }),
    ...(offer.length > 0 ? { wouldFit: { entries: offer.flatMap((one) => one.entries), overGrant: beyond } } : {}),
  };
}

/** From here on there is time to act before nothing fits any more. */
const nearShare = 0.8;

/**
 * How full a target gets with this plan, in the fuller family or in all, if that is the plan with which it passes 80 % of
 * its room: so it is told once, and again only after it was emptier. What others wrote there takes room as well.
 * Undefined for a plan that writes nothing.
 */
export function passesNearLimit(
  plan: Pick<Plan, 'owned' | 'names' | 'foreign' | 'refusals' | 'mode'>,
  memory: Pick<TargetMemory, 'grants'> | undefined,
  layout: Pick<Layout, 'entriesPerUnit' | 'maxUnits' | 'together' | 'render'>,
  { taken = 0 }: Pick<Live, 'taken'> = {},
): { readonly entries: number; readonly room: number } | undefined {
  if (plan.refusals.length > 0 || plan.mode === 'report-only') return undefined;
  const { entriesPerUnit, maxUnits, together } = layout;
  const owned = ownedOf(memory);
  const each = families.map((family) => {
    const isOf = (entry: string) => entry.includes(':') === (family === 'ipv6');
    const names = family === 'ipv4';
    const foreign = plan.foreign.filter(({ entry }) => isOf(entry)).length;
    return {
      room: entriesPerUnit * maxUnits,
      entries:
        renderedBy(layout, PrefixSet.from(family, plan.owned[family])).length +
        (names ? (plan.names?.length ?? 0) : 0) +
        foreign,
      // Nothing was told of a target before it was first written.
      before: memory ? renderedBy(layout, owned[family]).length + (names ? owned.names.length : 0) + foreign : 0,
    };
  });
  const all = (of: (one: (typeof each)[number]) => number) => each.reduce((sum, one) => sum + of(one), taken);
  const whole =
    together === undefined
      ? []
      : [{ room: together, entries: all(({ entries }) => entries), before: memory ? all(({ before }) => before) : 0 }];
  const isNear = (count: number, room: number) => count >= room * nearShare;
  const [fullest] = [...each, ...whole]
    .filter(({ entries, before, room }) => isNear(entries, room) && !isNear(before, room))
    .sort((a, b) => b.entries / b.room - a.entries / a.room);
  return fullest && { entries: fullest.entries, room: fullest.room };
}
