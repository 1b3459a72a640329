import { messageOf } from '../core/errors.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import { emptyLedger } from '../core/judge/ledger.ts';
import { advanceMemory } from '../core/plan/advance-memory.ts';
import { covers, entriesOf, entryOf, meets, textsOf } from '../core/plan/entries.ts';
import type { Live } from '../core/plan/live.ts';
import { holdsOfPlain } from '../core/plan/memory.ts';
import { outcomesBeforeWriting, unfinished, wholeTarget } from '../core/plan/outcomes.ts';
import type { Outcome, Plan, PlannedChange, TargetHold } from '../core/plan/plan-types.ts';
import { type ReadBack, readBack } from '../core/plan/read-back.ts';
import type { OutcomeError } from '../core/reason.ts';
import type { Intent } from '../ports/runs.ts';
import type { Target } from '../ports/target.ts';
import { outcomeErrorOf, TargetError } from '../ports/target.ts';
import type { ApplyContext, ConfiguredTarget } from './context.ts';
import { decisionRefs, loadDecisions } from './decisions.ts';
import { selectionFor } from './lists.ts';
import { memoryOf, planConfigured } from './plan-targets.ts';
import { changesOf, recordApprovalsUsed, verifyChange } from './verify.ts';

/** One worker's try at a target. */
export interface Attempt {
  /** An earlier worker took the target up in the same run, and may have begun something. */
  readonly resumed: boolean;
  /** Why nothing more may be written; asked before each write. */
  whyNot(): Promise<string | undefined>;
}

/** Why a target was not brought to its plan. */
interface Failure {
  readonly text: string;
  readonly error?: OutcomeError;
}

interface Applying {
  readonly context: ApplyContext;
  readonly intent: Intent;
  readonly configured: ConfiguredTarget;
  readonly target: Target;
  readonly ledger: Ledger;
  readonly attempt: Attempt;
  readonly signal: AbortSignal;
}

/** The plan that is carried out, and the target's holds under it. */
interface InHand {
  readonly plan: Plan;
  /** Plans that it took the place of, oldest first: the recorded one, and those made again. */
  readonly earlier: readonly Plan[];
  readonly holds: readonly TargetHold[];
  /** What was read for it since; absent: the plan is the recorded one, and so are its versions. */
  readonly live?: Live;
}

/**
 * Brings one target to its plan: writes unit by unit, each only if it still is what the plan was made on (the target looks
 * right before it writes); else reads all and plans again, once. Then reads back, compares, and says what became of every
 * change. Whatever goes wrong is an outcome; only an aborted signal throws, and then nothing was recorded and the next delivery begins here again.
 */
export async function applyPlan(
  context: ApplyContext,
  intent: Intent,
  plan: Plan,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<Outcome[]> {
  const configured = context.targets.get(plan.target);
  if (!configured) {
    return unfinished(plan, 'failed', 'the target is in the config no more; the next run decides anew', context.now());
  }
  const ledger = (await context.ledgers.current())?.ledger ?? emptyLedger(context.loaded.config.cloud);
  const target = await configured.open();
  const applying: Applying = { context, intent, configured, target, ledger, attempt, signal };
  let inHand: InHand | undefined;
  let failure: Failure | undefined;
  try {
    // What an earlier worker planned again is what it wrote.
    const plans = [plan, ...(attempt.resumed ? await context.runs.replans(intent.run, plan.target) : [])];
    const carried = plans.at(-1) ?? plan;
    // Plans of older versions name no holds.
    const holds = carried.holds ? holdsOfPlain(carried.holds) : ((await memoryOf(context, plan.target))?.holds ?? []);
    inHand = { plan: carried, earlier: plans.slice(0, -1), holds };
    await goOn(applying);
    inHand = await writeAll(applying, inHand);
  } catch (error) {
    if (signal.aborted) throw error;
    if (error instanceof WriteStopped) inHand = error.inHand;
    failure = failureOf(error);
    context.log('target failed', { run: intent.run, target: plan.target, ...failure.error, error: failure.text });
  }
  return verify(applying, plan, inHand, failure);
}

/** Waits for what an earlier worker began. One that another operation took the place of leaves it to the plan. */
async function goOn({ intent, target, attempt, signal }: Applying): Promise<void> {
  if (!attempt.resumed) return;
  try {
    await target.resume?.(new Date(intent.startedAt), signal);
  } catch (error) {
    if (!(error instanceof TargetError && error.kind === 'superseded')) throw error;
  }
}

/** A plan made now, on what the target holds after somebody changed it. */
async function planAgain(applying: Applying, { plan, earlier }: InHand): Promise<InHand> {
  const { context, intent, configured, target, ledger, signal } = applying;
  const live = await target.read(signal);
  const memory = await memoryOf(context, plan.target);
  context.log('target changed since the plan was made; planning again', { target: plan.target });
  const selection = selectionFor(plan.target, context.loaded.config, ledger, context.now());
  const decisionState = await loadDecisions(context);
  const again = planConfigured(context, configured, { selection, ledger, live, memory, decisionState });
  if (again.plan.refusals.length > 0) {
    throw new NotWritten(again.plan.refusals.map(({ text, next }) => `${text}; ${next}`).join('; '));
  }
  await context.runs.addReplan(intent.run, again.plan);
  return { plan: again.plan, earlier: [...earlier, plan], holds: again.holds, live };
}

/** A decision not to write, with its reason: nothing is broken. */
class NotWritten extends Error {
  override name = 'NotWritten';
}

/** Carries the plan in hand of a failed write to where it is verified: what was written before the failure counts. */
class WriteStopped extends Error {
  override name = 'WriteStopped';
  readonly inHand: InHand;

  constructor(inHand: InHand, cause: unknown) {
    super(messageOf(cause), { cause });
    this.inHand = inHand;
  }
}

function failureOf(thrown: unknown): Failure {
  const error = thrown instanceof WriteStopped ? thrown.cause : thrown;
  const text = messageOf(error);
  return error instanceof NotWritten ? { text } : { text, error: outcomeErrorOf(error) };
}

async function writeAll(applying: Applying, first: InHand): Promise<InHand> {
  let inHand = first;
  let replanned = false;
  let queue = [...versioned(inHand)];
  await claimEntries(applying, inHand);
  for (let change = queue.shift(); change !== undefined; change = queue.shift()) {
    applying.signal.throwIfAborted();
    const why = await applying.attempt.whyNot();
    if (why !== undefined) throw new WriteStopped(inHand, new NotWritten(why));
    try {
      await applying.target.write(change, applying.signal);
    } catch (error) {
      if (applying.signal.aborted) throw error;
      const foreign = error instanceof TargetError && (error.kind === 'conflict' || error.kind === 'superseded');
      if (!foreign || replanned) throw new WriteStopped(inHand, error);
      replanned = true;
      inHand = await planAgain(applying, inHand);
      queue = [...versioned(inHand)];
      await claimEntries(applying, inHand);
    }
  }
  return inHand;
}

/**
 * Of a shared list, what is about to be written goes on record first: nothing in the list itself tells ours from theirs,
 * and an entry that we wrote and did not note would stay there for good.
 */
async function claimEntries({ context }: Applying, { plan, holds }: InHand): Promise<void> {
  if (plan.wrote === undefined || plan.changes.length === 0) return;
  const { target, kind } = plan;
  const known = (await context.targetRecords.get(target)) ?? {
    target,
    kind,
    grants: [],
    tags: [],
    followed: {},
    holds,
    unread: true as const,
  };
  await context.targetRecords.put({ ...known, claimed: [...new Set([...(known.claimed ?? []), ...plan.wrote])] });
}

/** The plan's changes with the versions just read: content is the same, tags may have moved the version on. */
function versioned({ plan, live }: InHand): PlannedChange[] {
  const versions = new Map(live?.units.map((unit) => [unit.key, unit.version]));
  return plan.changes.map((change) => {
    const version = versions.get(change.key);
    return version === undefined ? change : { ...change, version };
  });
}

/** Reads back, records what is ours now and what changed, then says what became of every change. */
async function verify(
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
  const before = await memoryOf(context, plan.target);
  const back = readBack(plan, before, live);
  const again = new Map(plan.changes.map((change) => [change.key, change]));
  const subjects = [
    ...recorded.changes.map((change) => again.get(change.key) ?? change),
    ...plan.changes.filter((change) => !recorded.changes.some(({ key }) => key === change.key)),
  ];
  const outcomes = subjects.map((change, index): Outcome => {
    // A unit that the newer plan leaves alone is as it should be already.
    const expected = inHand === undefined || again.has(change.key) ? change : undefined;
    const wrong = expected
      ? verifyChange(expected, live, plan.wrote === undefined ? configured.mark : undefined)
      : undefined;
    const original = recorded.changes.find(({ key }) => key === change.key) ?? change;
    const text =
      wrong === undefined ? 'written and read back' : failure === undefined ? wrong : `${failure.text} (${wrong})`;
    return {
      target: recorded.target,
      subject: change.key,
      ...(wrong === undefined
        ? { result: 'done', ...movedIn(original, change, back, live) }
        : asPlanned(original, change)),
      text,
      ...(wrong !== undefined && failure?.error ? { error: failure.error } : {}),
      writes: index === 0 ? target.writes : 0,
      at,
    };
  });
  const plans = [...(inHand?.earlier ?? []), plan];
  const decisionState = await loadDecisions(context);
  const written = new Set(outcomes.filter(({ result }) => result === 'failed').map(({ subject }) => subject));
  const after = advanceMemory(before, {
    plan,
    back,
    live,
    holds: inHand?.holds ?? before?.holds ?? [],
    run: intent.run,
    at,
    decisions: decisionRefs(decisionState),
    ...(target.writes > 0 ? { written } : {}),
  });
  if (after) await context.targetRecords.put(after);
  const changes = changesOf(plans, before, live, intent, at);
  await context.history.append(changes);
  const approvals = plans.flatMap((one) => one.approvals);
  await recordApprovalsUsed(context, decisionState, approvals, changes, at);
  return plan === recorded ? outcomes : [...outcomes, ...newlyHeld(recorded, plan, at)];
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
