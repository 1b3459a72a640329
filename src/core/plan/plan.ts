import { byFamily, families } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import { isEmpty, type Sets, setsOf, subtract } from '../address/sets.ts';
import { quantity } from '../judge/arithmetic.ts';
import type { Ledger, Reason } from '../judge/ledger.ts';
import type { TagPolicy } from '../judge/policy.ts';
import { type Caused, causesOfAdditions, causesOfRemovals } from './causes.ts';
import { noControl, type PlanControl } from './control.ts';
import { driftingRanges, judgeDrift } from './drift.ts';
import { fitInto } from './fit.ts';
import { driftIn, foughtApart, isFought } from './fought.ts';
import type { Guarded, PartGuard } from './guards/guard.ts';
import { additionGuards, removalGuards, targetGuards } from './guards/index.ts';
import { digestLive, digestUnit, type HeldUnit, splitHolding } from './holding.ts';
import { joinedApart, overGrantOf } from './joined.ts';
import type { Layout, Live } from './live.ts';
import { packFamily } from './pack.ts';
import { partOf } from './part-of.ts';
import { causedByPin, pinNotes, pinnedApart } from './pinned.ts';
import type { Cause, Direction, Mode, Plan, TargetHold, TargetRecord, Verdict } from './plan-types.ts';
import { desiredOf, type Selection } from './selection.ts';
import { leftEmpty, type Sifted, type SiftInput, sift, unionOf, within, without } from './sift.ts';
import { keepTargetHolds } from './target-holds.ts';

export interface PlanInput {
  readonly target: {
    readonly id: string;
    readonly kind: string;
    readonly mode: Mode;
    readonly adopt: boolean;
    /** What becomes of entries that somebody else wrote. */
    readonly foreignEntries: 'keep' | 'remove';
    /** Others write this list too, entry by entry: see TargetDefinition. */
    readonly shared?: boolean;
    /** Addresses that may go in beyond the list where it does not fit otherwise; none if absent. */
    readonly maxOverGrant?: number;
  };
  /** `instance/target`. */
  readonly mark: string;
  /** The mark under the id that the target had before it was renamed. */
  readonly formerMark?: string;
  readonly layout: Layout;
  readonly selection: Selection;
  readonly ledger: Ledger;
  /** What we remember of the target; undefined before anything of it was verified. */
  readonly record: TargetRecord | undefined;
  readonly live: Live;
  readonly now: Date;
  readonly policy: TagPolicy;
  /** What people said; nothing if absent. */
  readonly control?: PlanControl;
}

export interface Planned {
  readonly plan: Plan;
  /** The target's own holds as they are from now on. */
  readonly holds: readonly TargetHold[];
}

/**
 * What turns a target's live state into the desired one: steps with causes, in parts with verdicts, and the writes of
 * the parts that may go. Pure and in a fixed order: the same input gives the same plan, and a plan made again after it
 * was applied has no change.
 */
export function planTarget(input: PlanInput): Planned {
  const { target, selection, layout, live, record, control = noControl } = input;
  const ledger = control.pinned ?? input.ledger;
  const moved = control.pinned ? pinnedApart(selection, input.ledger, control.pinned) : undefined;
  const wanted = desiredOf(selection, ledger);
  const listed = byFamily((f) => (layout.families.includes(f) ? wanted.prefixes[f] : PrefixSet.empty(f)));
  const everything: Sets = byFamily((f) => PrefixSet.from(f, [f === 'ipv4' ? '0.0.0.0/0' : '::/0']));
  const ours =
    target.foreignEntries === 'remove'
      ? everything
      : byFamily((f) => (record ? record.owned[f].union(listed[f]) : listed[f]));
  const shared = target.shared === true;
  const holding = shared ? splitHolding(live, everything, new Set(record?.wrote ?? [])) : splitHolding(live, ours);

  const { maxOverGrant = 0 } = target;
  const fit = fitInto({ listed, holding, layout, live, selection, ledger, maxOverGrant });
  const { desired } = fit;
  const missing = subtract(desired, holding.all);
  const extra = subtract(holding.ours, desired);
  const causes = {
    add: joinedApart(causesOfAdditions(missing, selection, ledger, record), fit.overGrant),
    remove: joinedApart(causesOfRemovals(extra, selection, ledger, record), setsOf(record?.overGrant ?? [])),
  };
  const drifted = driftIn([...causes.add, ...causes.remove]);
  const fight = judgeDrift(driftingRanges, { target: target.id, drift: record?.drift ?? [] }, drifted, input.now);
  const additions = foughtApart(moved ? causedByPin(causes.add, moved.add) : causes.add, fight.stopped);
  const removals = foughtApart(moved ? causedByPin(causes.remove, moved.remove) : causes.remove, fight.stopped);
  const fought = fight.reason
    ? [{ reason: fight.reason, concerns: (caused: Caused) => isFought(caused, fight.stopped), insists: true }]
    : [];

  const unselectedBy = (...kinds: readonly Cause['kind'][]) => {
    const sets = unionOf(removals.filter(({ cause }) => kinds.includes(cause.kind)));
    return subtract(sets, selection.never);
  };
  const kept = keepTargetHolds({
    target: target.id,
    holds: record?.holds ?? [],
    unselected: unselectedBy('config', 'first contact', 'registry'),
    byRegistry: unselectedBy('registry'),
    now: input.now,
    count: input.ledger.count,
    policy: input.policy,
    answers: control.answers,
  });

  const guarded: Guarded = {
    target: target.id,
    mark: input.mark,
    formerMark: input.formerMark,
    mode: target.mode,
    adopt: target.adopt,
    shared,
    layout,
    live,
    holding,
    record,
    desired,
    accepted: ledger.accepted !== undefined,
    unknownTags: wanted.unknownTags,
    additions,
    removals: without(removals, kept.waiting),
    unplaced: 0,
    entries: 0,
    offer: fit.offer,
  };
  const sifted = {
    add: sift({
      direction: 'add',
      caused: additions,
      mode: target.mode,
      control,
      // The growth guard judges edited lists: what Azure published goes in at once all the same.
      suspicions: [...suspicionsOf(additionGuards, guarded, ({ cause }) => cause.kind === 'config'), ...fought],
    }),
    remove: sift({
      direction: 'remove',
      caused: guarded.removals,
      mode: target.mode,
      control,
      suspicions: [...suspicionsOf(removalGuards, guarded, () => true), ...fought],
    }),
  };
  const inSet = unionOf(sifted.add.go);
  const pack = (remove: Sets) =>
    layout.families.map((family) =>
      packFamily(
        family,
        holding.units.filter(({ unit }) => unit.family === family),
        layout,
        { add: inSet[family], remove: remove[family], desired: desired[family] },
        (held) => !shared && claims(held, input.mark),
      ),
    );
  const packed = pack(unionOf(sifted.remove.go));
  const stranded = packed.flatMap((packing) => packing.stranded);
  const removing =
    stranded.length === 0
      ? sifted.remove
      : { go: [], held: [...sifted.remove.held, heldBack(stranded, sifted.remove.go)], approvals: [] };
  const outSet = unionOf(removing.go);
  const packings = stranded.length === 0 ? packed : pack(outSet);
  const unplaced = packings.reduce((sum, packing) => sum + packing.unplaced.length, 0);
  const entries = packings.reduce((sum, packing) => sum + packing.entries, 0);
  const refusals = targetGuards
    .map((guard) => guard({ ...guarded, unplaced, entries }))
    .filter((reason) => reason !== undefined);

  const verdict = (own: Verdict): Verdict => (refusals.length > 0 ? refuse(refusals) : own);
  const clockHolds: Sifted = {
    verdict: { kind: 'wait', reasons: kept.reasons },
    caused: within(removals, kept.waiting),
  };
  const partsOf = (direction: Direction, all: readonly Sifted[]) =>
    all.map((one) => partOf(target.id, direction, one.caused, verdict(one.verdict)));
  const parts = [
    ...partsOf('add', [{ verdict: { kind: 'go' }, caused: sifted.add.go }, ...sifted.add.held]),
    ...partsOf('remove', [{ verdict: { kind: 'go' }, caused: removing.go }, ...removing.held, clockHolds]),
  ].filter((part) => part !== undefined);
  // Even the mark alone is a write: not in report-only mode, not while paused or outside the hours.
  const mayWrite =
    refusals.length === 0 &&
    target.mode !== 'report-only' &&
    control.paused === undefined &&
    (!isEmpty(inSet) || !isEmpty(outSet) || !control.closed('add'));
  const changes = mayWrite ? packings.flatMap((packing) => packing.changes) : [];
  const nextOwned = mayWrite ? byFamily((f) => holding.ours[f].subtract(outSet[f]).union(inSet[f])) : holding.ours;
  const repaired = families.every((f) => inSet[f].union(outSet[f]).covers(fight.repair[f]));
  // Only what is put right counts: what a person, an hour or a refusal kept back does not.
  const drift = !isEmpty(fight.repair) && !(mayWrite && repaired) ? (record?.drift ?? []) : fight.drift;
  const plan: Plan = {
    target: target.id,
    kind: target.kind,
    list: selection.list,
    mode: target.mode,
    refusals,
    parts,
    before: byFamily((f) => holding.all[f].toPrefixes()),
    base: digestLive(live),
    changes,
    expected: changes
      .filter((change) => change.action !== 'delete')
      .map((change) => digestUnit(change.key, change.family, change.entries)),
    owned: byFamily((f) => nextOwned[f].toPrefixes()),
    ...overGrantOf(fit),
    ...(shared ? { wrote: mayWrite ? packings.flatMap(({ ours: kept }) => kept) : [...(record?.wrote ?? [])] } : {}),
    foreign: target.foreignEntries === 'keep' ? holding.foreign : [],
    ...(drift.length === 0 ? {} : { drift }),
    approvals: mayWrite ? [...sifted.add.approvals, ...removing.approvals] : [],
    notes: [
      ...notesOf(input, wanted.prefixes),
      ...fit.notes,
      ...(moved && control.pinned ? pinNotes(control.pinned, moved, layout.families) : []),
    ],
  };
  return { plan, holds: kept.holds };
}

/** Nobody may leave an empty list behind: the last entries stay until something may take their place. */
function heldBack(units: readonly string[], caused: readonly Caused[]): Sifted {
  return { verdict: { kind: 'wait', reasons: [leftEmpty(units)] }, caused };
}

function suspicionsOf(
  guards: readonly PartGuard[],
  guarded: Guarded,
  concerns: (caused: Caused) => boolean,
): SiftInput['suspicions'] {
  return guards
    .map((guard) => guard(guarded))
    .filter((reason) => reason !== undefined)
    .map((reason) => ({ reason, concerns }));
}

/**
 * A unit without our mark (none, or that of a former id) is rewritten once, so that the next reader knows whose it is; one
 * that is not in use is written until it is.
 */
function claims(held: HeldUnit, mark: string): boolean {
  return held.unit.mark !== mark || held.unit.unused !== undefined;
}

function refuse(reasons: readonly Reason[]): Verdict {
  return { kind: 'refuse', reasons };
}

/** What this target cannot hold is said, never dropped in silence. */
function notesOf(input: PlanInput, wanted: Sets): string[] {
  return families
    .filter((family) => !input.layout.families.includes(family) && !wanted[family].isEmpty)
    .map((family) => {
      const prefix = family === 'ipv4' ? 'IPv4 prefix' : 'IPv6 prefix';
      const left = quantity(wanted[family].toPrefixes().length, prefix, `${prefix}es`);
      return `not in this target: ${left} of list ${input.selection.list}, which a target of kind ${input.target.kind} cannot hold`;
    });
}
