import { createHash } from 'node:crypto';
import { type ByFamily, byFamily, families } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import { counted } from '../judge/arithmetic.ts';
import type { Ledger, Reason } from '../judge/ledger.ts';
import type { TagPolicy } from '../judge/policy.ts';
import { type Caused, causesOfAdditions, causesOfRemovals, stepsOf, unionOfCaused } from './causes.ts';
import type { Guarded } from './guards/guard.ts';
import { additionGuards, removalGuards, targetGuards } from './guards/index.ts';
import { digestLive, digestUnit, type HeldUnit, splitHolding } from './holding.ts';
import type { Layout, Live } from './live.ts';
import { packFamily } from './pack.ts';
import type { Direction, Mode, Plan, PlanPart, TargetHold, TargetRecord, Verdict } from './plan-types.ts';
import { desiredOf, type Selection } from './selection.ts';
import { keepTargetHolds } from './target-holds.ts';

export interface PlanInput {
  readonly target: {
    readonly id: string;
    readonly kind: string;
    readonly mode: Mode;
    readonly adopt: boolean;
    /** What becomes of entries that somebody else wrote. */
    readonly foreignEntries: 'keep' | 'remove';
  };
  /** `instance/target`. */
  readonly mark: string;
  readonly layout: Layout;
  readonly selection: Selection;
  readonly ledger: Ledger;
  /** What we remember of the target; undefined before anything of it was verified. */
  readonly record: TargetRecord | undefined;
  readonly live: Live;
  readonly now: Date;
  readonly policy: TagPolicy;
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
  const { target, selection, ledger, layout, live, record } = input;
  const wanted = desiredOf(selection, ledger);
  const desired = byFamily((f) => (layout.families.includes(f) ? wanted.prefixes[f] : PrefixSet.empty(f)));
  const everything: ByFamily<PrefixSet> = byFamily((f) => PrefixSet.from(f, [f === 'ipv4' ? '0.0.0.0/0' : '::/0']));
  const ours =
    target.foreignEntries === 'remove'
      ? everything
      : byFamily((f) => (record ? record.owned[f].union(desired[f]) : desired[f]));
  const holding = splitHolding(live, ours);

  const missing = byFamily((f) => desired[f].subtract(holding.all[f]));
  const extra = byFamily((f) => holding.ours[f].subtract(desired[f]));
  const additions = causesOfAdditions(missing, selection, ledger, record);
  const removals = causesOfRemovals(extra, selection, ledger, record);

  const clocked = removals.filter(({ cause }) => cause.kind === 'config' || cause.kind === 'first contact');
  const unselected = byFamily((f) => unionOfCaused(clocked)[f].subtract(selection.never[f]));
  const kept = keepTargetHolds({
    target: target.id,
    holds: record?.holds ?? [],
    unselected,
    now: input.now,
    count: ledger.count,
    policy: input.policy,
  });

  const removable = without(removals, kept.waiting);
  const guarded: Guarded = {
    target: target.id,
    mark: input.mark,
    mode: target.mode,
    adopt: target.adopt,
    layout,
    live,
    holding,
    record,
    desired,
    unknownTags: wanted.unknownTags,
    additions,
    removals: removable,
    unplaced: 0,
    entries: 0,
  };
  const modeReason = reasonOfMode(target.mode);
  const stopsAdd = additionGuards.map((guard) => guard(guarded)).filter((reason) => reason !== undefined);
  const stopsRemove = removalGuards.map((guard) => guard(guarded)).filter((reason) => reason !== undefined);
  // The growth guard judges edited lists: what Azure published goes in at once all the same.
  const heldBack = additions.filter(({ cause }) => stopsAdd.length > 0 && cause.kind === 'config');
  const goingIn = additions.filter((one) => !heldBack.includes(one));

  const go: Verdict = { kind: 'go' };
  const add = modeReason.add ? wait(modeReason.add) : go;
  const remove = modeReason.remove ? wait(modeReason.remove) : stopsRemove.length > 0 ? refuse(stopsRemove) : go;
  const packAll = (inSet: ByFamily<PrefixSet>, outSet: ByFamily<PrefixSet>) =>
    layout.families.map((family) =>
      packFamily(
        family,
        holding.units.filter(({ unit }) => unit.family === family),
        layout,
        { add: inSet[family], remove: outSet[family], desired: desired[family] },
        claims,
      ),
    );
  const nothing = byFamily((f) => PrefixSet.empty(f));
  const inSet = add.kind === 'go' ? unionOfCaused(goingIn) : nothing;
  const outSet = remove.kind === 'go' ? unionOfCaused(removable) : nothing;
  const packings = packAll(inSet, outSet);
  const unplaced = packings.reduce((sum, packing) => sum + packing.unplaced.length, 0);
  const entries = packings.reduce((sum, packing) => sum + packing.entries, 0);
  const refusals = targetGuards
    .map((guard) => guard({ ...guarded, unplaced, entries }))
    .filter((reason) => reason !== undefined);

  const verdict = (own: Verdict): Verdict => (refusals.length > 0 ? refuse(refusals) : own);
  const parts = [
    partOf(target.id, 'add', goingIn, verdict(add)),
    partOf(target.id, 'add', heldBack, verdict(modeReason.add ? wait(modeReason.add) : refuse(stopsAdd))),
    partOf(target.id, 'remove', removable, verdict(remove)),
    partOf(target.id, 'remove', within(removals, kept.waiting), verdict(wait(...kept.reasons))),
  ].filter((part) => part !== undefined);
  const mayWrite = refusals.length === 0 && target.mode !== 'report-only';
  const changes = mayWrite ? packings.flatMap((packing) => packing.changes) : [];
  const nextOwned = mayWrite ? byFamily((f) => holding.ours[f].subtract(outSet[f]).union(inSet[f])) : holding.ours;
  const plan: Plan = {
    target: target.id,
    kind: target.kind,
    list: selection.list,
    mode: target.mode,
    refusals,
    parts,
    base: digestLive(live),
    changes,
    expected: changes
      .filter((change) => change.action !== 'delete')
      .map((change) => digestUnit(change.key, change.family, change.entries)),
    owned: byFamily((f) => nextOwned[f].toPrefixes()),
    foreign: target.foreignEntries === 'keep' ? holding.foreign : [],
    notes: notesOf(input, wanted.prefixes),
  };
  return { plan, holds: kept.holds };
}

/** A unit without a mark is rewritten once so that the next reader knows whose it is. */
function claims(held: HeldUnit): boolean {
  return held.unit.mark === undefined;
}

function reasonOfMode(mode: Mode): { add?: Reason; remove?: Reason } {
  const reason = (text: string): Reason => ({
    rule: 'mode',
    text,
    next: 'change the mode of this target to have it written',
  });
  if (mode === 'report-only') {
    const both = reason('this target is report-only: the difference is reported and nothing is written');
    return { add: both, remove: both };
  }
  return mode === 'add-only' ? { remove: reason('this target is add-only: nothing is ever taken out') } : {};
}

function wait(...reasons: Reason[]): Verdict {
  return { kind: 'wait', reasons };
}

function refuse(reasons: readonly Reason[]): Verdict {
  return { kind: 'refuse', reasons };
}

function partOf(
  target: string,
  direction: Direction,
  caused: readonly Caused[],
  verdict: Verdict,
): PlanPart | undefined {
  const steps = stepsOf(caused);
  if (steps.length === 0) return undefined;
  const sets = unionOfCaused(caused);
  const ranges = families.flatMap((f) => sets[f].toPrefixes()).join(',');
  return {
    id: createHash('sha256').update(`${target}|${direction}|${ranges}`).digest('hex').slice(0, 16),
    direction,
    steps,
    addresses: byFamily((f) => sets[f].count.toString()),
    verdict,
  };
}

function without(caused: readonly Caused[], sets: ByFamily<PrefixSet>): Caused[] {
  return map(caused, (prefixes, f) => prefixes.subtract(sets[f]));
}

function within(caused: readonly Caused[], sets: ByFamily<PrefixSet>): Caused[] {
  return map(caused, (prefixes, f) => prefixes.intersect(sets[f]));
}

function map(caused: readonly Caused[], change: (set: PrefixSet, family: 'ipv4' | 'ipv6') => PrefixSet): Caused[] {
  return caused
    .map(({ cause, prefixes }) => ({ cause, prefixes: byFamily((f) => change(prefixes[f], f)) }))
    .filter(({ prefixes }) => !prefixes.ipv4.isEmpty || !prefixes.ipv6.isEmpty);
}

/** What this target cannot hold is said, never dropped in silence. */
function notesOf(input: PlanInput, wanted: ByFamily<PrefixSet>): string[] {
  return families
    .filter((family) => !input.layout.families.includes(family) && !wanted[family].isEmpty)
    .map(
      (family) =>
        `${counted(wanted[family].toPrefixes().length)} ${family === 'ipv4' ? 'IPv4' : 'IPv6'} prefixes of list ${input.selection.list} are not in this target: a target of kind ${input.target.kind} cannot hold them`,
    );
}
