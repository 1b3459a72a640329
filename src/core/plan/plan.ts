import { byFamily } from '../address/family.ts';
import { needsOperator } from '../reason.ts';
import { attribute, contestedBy } from './attribute.ts';
import {
  type AttributedRange,
  causedInside,
  causedOutside,
  completeAfter,
  partId,
  partOf,
  stepsOf,
  unionOf,
} from './causes.ts';
import { compareTarget, unapprovedEntries } from './compare.ts';
import { driftOf } from './drift.ts';
import {
  covers,
  type Entries,
  entries,
  entriesOf,
  isNone,
  noEntries,
  textsOf,
  unite,
  within,
  without,
} from './entries.ts';
import { overGrantOf } from './fit.ts';
import {
  type Broad,
  broadEntries,
  droppedWithin,
  gateBroad,
  holdCovering,
  holdLast,
  splitCovered,
  wholeOnly,
} from './foreign.ts';
import { type Gated, type GatedPart, gate, leftEmpty, type Objection, standingRules } from './gate.ts';
import type { Guarded, PartGuard } from './guards/guard.ts';
import { additionGuards, removalGuards, targetGuards } from './guards/index.ts';
import { unitsWithoutMark } from './guards/live.ts';
import { layOut, notContained, splitUncreatable } from './lay-out.ts';
import { plainHolds } from './memory.ts';
import { digestLive, digestUnit } from './ownership.ts';
import type { PlanInput } from './plan-input.ts';
import { noControl, type PlanControl } from './plan-input.ts';
import { type Cause, type Direction, directions, type Plan, type TargetHold, type Verdict } from './plan-types.ts';
import { keepTargetHolds } from './target-holds.ts';

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
  const { target, selection, layout, live, memory, control = noControl } = input;
  const { mode } = target;
  const ledger = control.pinned ?? input.ledger;
  const compared = compareTarget(input, ledger);
  const { wanted, owned, ownership, fit, desired, missing, found } = compared;
  const { additions: all, removals, drifted, notes } = attribute(input, ledger, compared);
  // What is only reported on is not written anyway.
  const { free: additions, refused } = splitUncreatable(all, mode === 'report-only' ? { uncreatable: [] } : live);
  const kept = holdsOf(input, removals);
  const keeps = target.foreignEntries === 'keep';
  const guarded: Guarded = {
    target: target.id,
    list: selection.list,
    mark: input.mark,
    formerMark: input.formerMark,
    mode,
    adopt: target.adopt,
    keepsForeign: keeps,
    shared: target.shared === true,
    holdsNames: target.holds === 'names',
    layout,
    live,
    holding: ownership,
    memory,
    owned,
    desired,
    accepted: ledger.accepted !== undefined,
    unknownTags: compared.unknownTags,
    followedTags: Object.values(selection.followed ?? {}).flat(),
    knownTags: ledger.tags.keys(),
    additions: all,
    removals: causedOutside(removals, kept.waiting),
    unplaced: 0,
    entries: 0,
    offer: fit.offer,
  };
  const broad = broadEntries(ownership, desired);
  const asked = gateBroad(keeps ? broad : [], desired, ownership, { mode, control });
  const gatedRemovals = wholeOnly(
    gate({
      direction: 'remove',
      caused: guarded.removals,
      mode,
      control,
      objections: [...objectionsOf(removalGuards, guarded, () => true), ...contestedBy(drifted.remove)],
    }),
    ownership,
  );
  const dropOf = (caused: readonly AttributedRange[], letGo: readonly AttributedRange[]) =>
    new Set([
      ...droppedWithin(ownership, unionOf(letGo)),
      ...droppedWithin(ownership, within(unionOf(caused), compared.strange)),
    ]);
  const gatedAdditions = gate({
    direction: 'add',
    caused: additions,
    mode,
    control,
    // The growth guard judges edited lists: what Azure published goes in at once all the same.
    objections: [
      ...objectionsOf(additionGuards, guarded, ({ cause }) => cause.kind === 'config'),
      ...contestedBy(drifted.add),
    ],
    restores: compared.goneWhole,
  });

  // What a person is asked about stays asked, covered or not.
  const { free: fitting, blocked } = splitCovered(
    gatedAdditions.go,
    missing,
    broad,
    dropOf(gatedRemovals.go, asked.go),
    layout,
    mode,
  );
  const adding: Gated = { ...gatedAdditions, go: fitting };
  const go = within(unionOf(adding.go), missing);
  const uncovered = without(missing, go);
  const removable = holdCovering(gatedRemovals, ownership, uncovered);
  const foreignOut = holdCovering(asked, ownership, uncovered);
  // What goes of others goes entry by entry: ours below one stays.
  const lay = (caused: readonly AttributedRange[], others: readonly AttributedRange[]) => {
    const remove = within(unionOf(caused), compared.extra);
    const drop = dropOf(caused, others);
    return layOut({ target, mark: input.mark, layout, units: ownership.units, desired, add: go, remove, drop });
  };
  const first = lay(removable.go, foreignOut.go);
  const removing: Gated = first.stranded.length === 0 ? removable : heldBack(removable, first.stranded);
  const out = unionOf(removing.go);
  const second = first.stranded.length === 0 ? first : lay(removing.go, foreignOut.go);
  const leaving = holdLast(foreignOut, ownership, second.stranded);
  const laid = second.stranded.length === 0 ? second : lay(removing.go, leaving.go);
  const drop = dropOf(removing.go, leaving.go);
  const refusals = targetGuards
    .map((guard) => guard({ ...guarded, unplaced: laid.unplaced, entries: laid.entries }))
    .filter((reason) => reason !== undefined);

  const partsOf = (direction: Direction, { go: goes, held }: Pick<Gated, 'go' | 'held'>, more: readonly GatedPart[]) =>
    [{ verdict: { kind: 'go' } as const, caused: goes }, ...held, ...more]
      // What is there already needs no step, whatever becomes of it.
      .map((one) => (direction === 'add' ? { ...one, caused: causedInside(one.caused, missing) } : one))
      .map((one) => partOf(target.id, direction, one.caused, refusals.length > 0 ? refuse(refusals) : one.verdict))
      .filter((part) => part !== undefined);
  const clockHolds: GatedPart = {
    verdict: { kind: 'wait', reasons: kept.reasons },
    caused: causedInside(removals, kept.waiting),
  };
  const parts = [
    ...partsOf('add', adding, [...blocked, ...refused]),
    ...partsOf('remove', removing, [clockHolds]),
    ...partsOf('remove', leaving, []),
  ];

  const mayTouch = refusals.length === 0 && mode !== 'report-only';
  const moves = !isNone(go) || !isNone(out) || drop.size > 0;
  const mayWrite = mayTouch && control.paused === undefined && (moves || !control.closed('add'));
  const changes = mayWrite ? laid.changes : [];
  const adopts = mayTouch ? causedInside(adding.go, found) : [];
  const after = mayWrite ? unite([without(ownership.ours, within(out, compared.extra)), go]) : ownership.ours;
  // Only what is put right counts: what a person, an hour or a refusal kept back does not.
  const drift = directions.flatMap((direction) => {
    const { repair, drift: counted } = drifted[direction];
    const goes = direction === 'add' ? go : out;
    return isNone(repair) || (mayWrite && covers(goes, repair)) ? counted : driftOf(memory?.drift, direction);
  });
  const ours = unite([without(unite([owned, unionOf(adopts)]), within(out, compared.extra)), go]);
  const gone = textsOf(without(without(owned, desired), ownership.ours));
  const unmarked = unitsWithoutMark(guarded);
  const plan: Plan = {
    target: target.id,
    kind: target.kind,
    list: selection.list,
    mode,
    refusals,
    parts,
    before: byFamily((f) => [...(f === 'ipv4' ? ownership.all.names : []), ...ownership.all[f].toPrefixes()]),
    base: digestLive(live),
    changes,
    expected: changes
      .filter((change) => change.action !== 'delete')
      .map((change) => digestUnit(change.key, change.family, change.entries)),
    owned: byFamily((f) => after[f].toPrefixes()),
    ...(target.holds === 'names' ? { names: after.names } : {}),
    ...overGrantOf(entries(fit.overGrant), fit.offer),
    ...(layout.limit?.learned === undefined ? {} : { limit: layout.limit.learned }),
    ...(target.shared ? { wrote: mayWrite ? laid.ours : [...(memory?.claimed ?? [])] } : {}),
    ...(adopts.length > 0 ? { adopts: stepsOf(adopts) } : {}),
    ...(gone.length > 0 ? { forgets: gone } : {}),
    complete: completeAfter({ selection, ledger, memory, layout, holdsNames: target.holds === 'names', ours }),
    foreign: keeps ? [...ownership.foreign, ...unapprovedEntries(ownership, without(found, unionOf(adopts)))] : [],
    ...broadIn(target.id, keeps ? broad : []),
    ...(isNone(within(compared.goneWhole, go)) ? {} : { restores: true }),
    ...(unmarked.length === 0 ? {} : { unmarked }),
    ...(drift.length === 0 ? {} : { drift }),
    ...(kept.holds.length + (memory?.holds.length ?? 0) === 0 ? {} : { holds: plainHolds(kept.holds) }),
    approvals: mayWrite ? [...new Set([...adding.approvals, ...removing.approvals, ...leaving.approvals])] : [],
    notes: [...notContained(input, wanted), ...fit.notes, ...notes],
  };
  return { plan, holds: kept.holds };
}

/** What the list no longer selects, by its clock and its answers. */
function holdsOf(input: PlanInput, removals: readonly AttributedRange[]) {
  const { target, selection, memory, control = noControl } = input;
  const unselectedBy = (...kinds: readonly Cause['kind'][]) =>
    without(unionOf(removals.filter(({ cause }) => kinds.includes(cause.kind))), entries(selection.never));
  return keepTargetHolds({
    target: target.id,
    holds: memory?.holds ?? [],
    unselected: unselectedBy('config', 'first contact', 'registry'),
    byRegistry: unselectedBy('registry'),
    now: input.now,
    count: input.ledger.count,
    policy: input.policy,
    answers: control.answers,
    asked: askedToGo(unionOf(removals), control),
    ...(control.releasesWait === undefined ? {} : { releasesWait: control.releasesWait }),
  });
}

/**
 * Removals that still wait for approval, whatever the clock says since: where each is asked about, or the question is one
 * that stays open.
 */
function askedToGo(removals: Entries, { asked = [], approval }: PlanControl): Entries {
  if (approval.remove === 'never') return noEntries;
  const parts = asked.filter(({ direction, ranges = [], reasons = [] }) => {
    if (direction !== 'remove') return false;
    if (approval.remove === 'always') return needsOperator(reasons);
    return reasons.some(({ rule }) => standingRules.has(rule)) && covers(removals, entriesOf(ranges));
  });
  return entriesOf(parts.flatMap(({ ranges = [] }) => ranges));
}

/** Never leave an empty list behind: the last entries stay until something may take their place. */
function heldBack({ go, held }: Gated, units: readonly string[]): Gated {
  return {
    go: [],
    held: [...held, { verdict: { kind: 'wait', reasons: [leftEmpty(units)] }, caused: go }],
    approvals: [],
  };
}

function objectionsOf(
  guards: readonly PartGuard[],
  guarded: Guarded,
  concerns: (caused: AttributedRange) => boolean,
): readonly Objection[] {
  return guards
    .map((guard) => guard(guarded))
    .filter((reason) => reason !== undefined)
    .map((reason) => ({ reason, concerns }));
}

function refuse(reasons: Plan['refusals']): Verdict {
  return { kind: 'refuse', reasons };
}

/** Foreign entries that need a person, with the part whose approval takes them out. */
function broadIn(target: string, broad: readonly Broad[]): Pick<Plan, 'broad'> {
  if (broad.length === 0) return {};
  const part = partId(target, 'remove', textsOf(unite(broad.map(({ lets }) => lets))));
  return {
    broad: broad.map(({ entry, addresses }) => ({
      ...entry,
      ...(addresses === undefined ? {} : { addresses: addresses.toString() }),
      part,
    })),
  };
}
