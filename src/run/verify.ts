import { messageOf } from '../core/errors.ts';
import { counted, quantity } from '../core/judge/arithmetic.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import { advanceMemory } from '../core/plan/advance-memory.ts';
import { completeAfter } from '../core/plan/causes.ts';
import { covers, entriesOf, entryOf, meets, textsOf, unite } from '../core/plan/entries.ts';
import type { Live, UnitChange } from '../core/plan/live.ts';
import { movedMeanwhile, withMeanwhile } from '../core/plan/meanwhile.ts';
import { ownedOf, type TargetMemory } from '../core/plan/memory.ts';
import { movesBetween } from '../core/plan/moves.ts';
import { outcomesBeforeWriting, unfinished, wholeTarget } from '../core/plan/outcomes.ts';
import { digestUnit } from '../core/plan/ownership.ts';
import type { Complete, Meanwhile, Outcome, Plan, PlannedChange, TargetHold } from '../core/plan/plan-types.ts';
import type { ReadBack } from '../core/plan/read-back.ts';
import { readBack } from '../core/plan/read-back.ts';
import type { OutcomeError } from '../core/reason.ts';
import type { Intent } from '../ports/runs.ts';
import type { Change } from '../ports/store.ts';
import type { Target } from '../ports/target.ts';
import { outcomeErrorOf } from '../ports/target.ts';
import type { ApplyContext, ConfiguredTarget } from './context.ts';
import type { DecisionState } from './decisions.ts';
import { decisionRefs, loadDecisions } from './decisions.ts';
import { selectionFor } from './lists.ts';
import { layoutOf, memoryOf } from './plan-targets.ts';

/** Why a target was not brought to its plan. */
export interface Failure {
  readonly text: string;
  readonly error?: OutcomeError;
}

/** One target of a run, on its way to its plan. */
export interface Applying {
  readonly context: ApplyContext;
  readonly intent: Intent;
  readonly configured: ConfiguredTarget;
  readonly target: Target;
  readonly ledger: Ledger;
  readonly signal: AbortSignal;
}

/** The plan that is carried out, and the target's holds under it. */
export interface InHand {
  readonly plan: Plan;
  /** Plans that it took the place of, oldest first: the recorded one, and those made again. */
  readonly earlier: readonly Plan[];
  /** Absent: what the target remembers of them stands. */
  readonly holds?: readonly TargetHold[];
  /** The decisions that it was judged by again; absent: it was not. */
  readonly decisionState?: DecisionState;
  /** What was read for it since; absent: the plan is the recorded one, and so are its versions. */
  readonly live?: Live;
  /** What the target remembers, as it was read for that plan; absent: it has been written since, or was not read. */
  readonly memory?: { readonly read: TargetMemory | undefined };
  /** What was read before its first write; absent: nothing is written yet. */
  readonly before?: Live;
  /** A write of ours was undone by others within seconds. */
  readonly undone?: true;
}

/** Reads back, records what is ours now and what changed, then says what became of every change. */
export async function verify(
  applying: Applying,
  recorded: Plan,
  inHand: InHand | undefined,
  failure: Failure | undefined,
): Promise<Outcome[]> {
  const { context, intent, target, configured, signal } = applying;
  const at = context.now().toISOString();
  let live: Live;
  try {
    live = await target.read(signal);
  } catch (error) {
    if (signal.aborted) throw error;
    const text = `${failure?.text ?? 'written, but'} the target could not be read back: ${messageOf(error)}`;
    const failed = unfinished(recorded, 'failed', text, context.now(), failure?.error ?? outcomeErrorOf(error));
    return failed.map((outcome, index) => ({ ...outcome, writes: index === 0 ? target.writes : 0 }));
  }
  const plan = inHand?.plan ?? recorded;
  const before = inHand?.memory ? inHand.memory.read : await memoryOf(context, plan.target);
  const back = readBack(plan, before, live);
  const meanwhile = meanwhileOf(before, inHand, live);
  const again = new Map(plan.changes.map((change) => [change.key, change]));
  const subjects = [
    ...recorded.changes.map((change) => again.get(change.key) ?? change),
    ...plan.changes.filter((change) => !recorded.changes.some(({ key }) => key === change.key)),
  ];
  const outcomes = subjects.map((change, index): Outcome => {
    // A unit that the newer plan leaves alone is as it should be already.
    const expected = inHand === undefined || again.has(change.key) ? change : undefined;
    const mark = plan.wrote === undefined ? configured.mark : undefined;
    const wrong = expected
      ? verifyChange(withOthers(expected, meanwhile), live, mark, failure !== undefined)
      : undefined;
    const original = recorded.changes.find(({ key }) => key === change.key) ?? change;
    const left = expected === undefined && failure === undefined ? leftAlone : undefined;
    const text =
      wrong === undefined
        ? (left ?? 'written and read back')
        : failure === undefined
          ? wrong
          : `${failure.text} (${wrong})`;
    return {
      target: recorded.target,
      subject: change.key,
      ...(wrong === undefined
        ? { result: 'done', ...movedIn(original, change, back, live) }
        : asPlanned(original, change)),
      text,
      ...(wrong !== undefined && failure?.error ? { error: failure.error } : {}),
      ...(index === 0 && meanwhile ? { meanwhile } : {}),
      writes: index === 0 ? target.writes : 0,
      at,
    };
  });
  const plans = [...(inHand?.earlier ?? []), plan];
  const decisionState = inHand?.decisionState ?? (await loadDecisions(context));
  const written = new Set(outcomes.filter(({ result }) => result === 'failed').map(({ subject }) => subject));
  const after = advanceMemory(before, {
    plan,
    back,
    live,
    holds: inHand?.holds ?? before?.holds ?? [],
    run: intent.run,
    at,
    decisions: decisionRefs(decisionState),
    ...(back.allIn ? {} : wholeIn(applying, before, back, live, decisionState)),
    ...(target.writes > 0 ? { written } : {}),
  });
  const changes = changesOf(plans, before, live, intent, at);
  if (after) {
    // Before memory advances: a process that dies in between leaves what came and went to be found again.
    const known = decisionRefs(decisionState);
    const moves = movesBetween(before, after, { run: intent.run, at, changes, decisions: known });
    await context.moves.append([...(before?.moves ?? []), ...moves]);
    await context.targetRecords.put(after, { before });
  }
  await context.history.append(changes);
  const approvals = plans.flatMap((one) => one.approvals);
  await recordApprovalsUsed(context, decisionState, approvals, changes, at);
  return plan === recorded ? outcomes : [...outcomes, ...newlyHeld(recorded, plan, at)];
}

/** What others moved in a shared list since the first write to it; undefined if nothing, or if it is not shared. */
function meanwhileOf(memory: TargetMemory | undefined, inHand: InHand | undefined, live: Live): Meanwhile | undefined {
  if (inHand?.before === undefined || inHand.plan.wrote === undefined) return undefined;
  const plans = [...inHand.earlier, inHand.plan];
  const changes = plans.flatMap((plan) => plan.changes);
  if (changes.length === 0) return undefined;
  const claimed = new Set([...(memory?.claimed ?? []), ...plans.flatMap(({ wrote = [] }) => wrote)]);
  const moved = movedMeanwhile(inHand.before, live, claimed, changes);
  const undone = inHand.undone === undefined ? {} : { undone: inHand.undone };
  return moved.came.length + moved.gone.length === 0 && !inHand.undone ? undefined : { ...moved, ...undone };
}

/** An entry of others that came or went in the meantime is no fault of a write that took effect. */
function withOthers(change: PlannedChange, meanwhile: Meanwhile | undefined): PlannedChange {
  return meanwhile === undefined ? change : { ...change, entries: withMeanwhile(change.entries, meanwhile) };
}

/** What became of a unit that the plan made again does not write. */
const leftAlone = 'nothing left to write: a plan made right before the write leaves this as it is';

/** Which tags and registries are there whole, although a write failed: what these gain next comes by publication. */
function wholeIn(
  { context, configured, ledger }: Applying,
  memory: TargetMemory | undefined,
  { ours }: ReadBack,
  live: Live,
  { pinned }: DecisionState,
): { readonly complete?: Complete } {
  const selection = selectionFor(configured.id, context.loaded.config, ledger, context.now());
  if (!selection) return {};
  const layout = layoutOf(context, configured, memory, live);
  const holdsNames = configured.definition.holds === 'names';
  // What others took out was there: as in a plan, it counts.
  const had = unite([ownedOf(memory), ours]);
  return { complete: completeAfter({ selection, ledger: pinned ?? ledger, memory, layout, holdsNames, ours: had }) };
}

/** What is so of the ranges that a unit's change meant to move, as recorded and as made again. */
function movedIn(
  original: PlannedChange,
  change: PlannedChange,
  { ours }: ReadBack,
  { units }: Live,
): Pick<Outcome, 'added' | 'removed'> {
  const both = (of: 'added' | 'removed') => [...new Set([...original[of], ...change[of]])];
  const dropped = new Set([...(original.dropped ?? []), ...(change.dropped ?? [])]);
  const still = new Set(units.find(({ key }) => key === change.key)?.entries);
  return {
    added: both('added').filter((range) => covers(ours, entriesOf([range]))),
    removed: [
      ...both('removed').filter((range) => !meets(ours, entriesOf([range]))),
      ...[...dropped].filter((text) => !still.has(text)).flatMap((text) => textsOf(entryOf(text, change.family))),
    ],
  };
}

/** What a unit's change meant to move, as recorded and as made again, where nothing of it may be taken for done. */
function asPlanned(original: PlannedChange, change: PlannedChange): Pick<Outcome, 'result' | 'added' | 'removed'> {
  const both = (of: 'added' | 'removed' | 'dropped') => [...new Set([...(original[of] ?? []), ...(change[of] ?? [])])];
  const dropped = both('dropped').flatMap((text) => textsOf(entryOf(text, change.family)));
  return { result: 'failed', added: both('added'), removed: [...both('removed'), ...dropped] };
}

/** Parts that only the plan made again holds back: what others changed in the middle of the run counts too. */
function newlyHeld(recorded: Plan, plan: Plan, at: string): Outcome[] {
  const known = new Set(recorded.parts.filter(({ verdict }) => verdict.kind !== 'go').map(({ id }) => `part:${id}`));
  return outcomesBeforeWriting(plan, at).filter(({ subject }) => subject !== wholeTarget && !known.has(subject));
}

/**
 * What is wrong with a unit after its write; undefined if it is as planned, Succeeded and carries our mark.
 * @param mark undefined: the list is shared, and has no marks.
 * @param explained whether it is known why: then what is found there is said, and nothing is supposed.
 */
export function verifyChange(
  change: UnitChange,
  live: Live,
  mark: string | undefined,
  explained = false,
): string | undefined {
  const unit = live.units.find(({ key }) => key === change.key);
  if (change.action === 'delete') return unit ? `${change.key} should be gone and is still there` : undefined;
  if (!unit)
    return `${change.key} should hold ${quantity(change.entries.length, 'entry', 'entries')} and does not exist`;
  if (unit.state !== 'Succeeded')
    return `${change.key} is in state ${unit.state}, not Succeeded: the next run writes it again; Azure's activity log says why`;
  if (mark !== undefined && unit.mark !== mark)
    return `${change.key} carries the mark "${unit.mark ?? ''}", not "${mark}"`;
  if (unit.unused !== undefined) return unit.unused;
  const expected = digestUnit(change.key, change.family, change.entries);
  const found = digestUnit(unit.key, unit.family, unit.entries);
  if (expected.digest === found.digest) return undefined;
  const differs = `${change.key} holds other entries (${counted(found.entries)}) than planned (${counted(expected.entries)})`;
  return explained ? differs : `${differs}: it was changed, or Azure did not take the write; the next run tries again`;
}

/** The steps that are true of the target now, of the plan as recorded and as made again, oldest first. */
function changesOf(
  plans: readonly Plan[],
  before: TargetMemory | undefined,
  live: Live,
  intent: Pick<Intent, 'run'>,
  at: string,
): Change[] {
  const seen = new Set<string>();
  return plans.flatMap((one) => {
    const { target, list } = one;
    const { added, removed } = readBack(one, before, live);
    const of = (direction: Change['direction'], steps: typeof added) =>
      steps.flatMap(({ prefix, cause, decisions }): Change[] => {
        if (seen.has(`${direction} ${prefix}`)) return [];
        seen.add(`${direction} ${prefix}`);
        const decided = decisions === undefined ? {} : { decisions };
        return [{ target, list, run: intent.run, at, direction, prefix, cause, ...decided }];
      });
    return [...of('add', added), ...of('remove', removed)];
  });
}

/** What an approval let through is done, so that it lets the same through no second time. */
async function recordApprovalsUsed(
  context: Pick<ApplyContext, 'controls'>,
  decisionState: DecisionState,
  /** Ids of the approvals that let something through. */
  used: readonly string[],
  changes: readonly Change[],
  at: string,
): Promise<void> {
  for (const { decision, covers: covered } of decisionState.active.approvals) {
    if (!used.includes(decision.id)) continue;
    const done = changes.filter(
      ({ direction, prefix }) => direction === decision.direction && covers(covered, entriesOf([prefix])),
    );
    if (done.length === 0) continue;
    const run = done[0]?.run ?? '';
    await context.controls.append({
      kind: 'done',
      // The same for the same run, and after the approval in order: recorded again, it is the same word.
      id: `${decision.id}-done-${run}`,
      at,
      by: { name: 'service-tag-sync', how: 'key' },
      why: `written and read back in run ${run}`,
      word: decision.id,
      ranges: done.map(({ prefix }) => prefix),
    });
  }
}
