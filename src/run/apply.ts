import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '../core/errors.ts';
import { emptyLedger, type Ledger } from '../core/judge/ledger.ts';
import { holdsOfPlain } from '../core/plan/memory.ts';
import { unfinished } from '../core/plan/outcomes.ts';
import type { Planned } from '../core/plan/plan.ts';
import type { Outcome, Plan, PlannedChange } from '../core/plan/plan-types.ts';
import type { OutcomeError } from '../core/reason.ts';
import type { ListOrigin } from '../ports/feeds.ts';
import type { Intent } from '../ports/runs.ts';
import { outcomeErrorOf, TargetError } from '../ports/target.ts';
import type { ApplyContext } from './context.ts';
import { type DecisionState, loadDecisions } from './decisions.ts';
import { selectionFor } from './lists.ts';
import { memoryOf, planConfigured } from './plan-targets.ts';
import { claimEntries, recordLimit } from './record-while-writing.ts';
import { type Applying, type Failure, type InHand, verify } from './verify.ts';

/** One worker's try at a target. */
export interface Attempt {
  /** An earlier worker took the target up in the same run, and may have begun something. */
  readonly resumed: boolean;
  /** As it was read before the worker began with this target. */
  readonly decisionState: DecisionState;
  /** The ledger in force; undefined before the first. */
  readonly ledger: Ledger | undefined;
  /** Whether no newer run took the target over; asked before each write, and before anything goes on record. */
  isNewest(): Promise<boolean>;
  /** Why nothing more may be written; asked before each write. */
  whyNot(): Promise<string | undefined>;
}

/** A target under one worker. */
interface Writing extends Applying {
  readonly attempt: Attempt;
}

/**
 * Brings one target to its plan: judges it again, writes unit by unit, each only if it still is what the plan was made on (the target looks
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
    return unfinished(
      plan,
      'failed',
      'the target is no longer in the config; the next run decides anew',
      context.now(),
    );
  }
  const ledger = attempt.ledger ?? emptyLedger(context.loaded.config.cloud);
  const target = await configured.open();
  const applying: Writing = { context, intent, configured, target, ledger, attempt, signal };
  let inHand: InHand | undefined;
  let failure: Failure | undefined;
  try {
    // What an earlier worker planned again is what it wrote.
    const plans = [plan, ...(attempt.resumed ? await context.runs.replans(intent.run, plan.target) : [])];
    const carried = plans.at(-1) ?? plan;
    // Plans of older versions name no holds.
    const holds = carried.holds && { holds: holdsOfPlain(carried.holds) };
    inHand = { plan: carried, earlier: plans.slice(0, -1), ...holds };
    await goOn(applying);
    inHand = await judgeAgain(applying, inHand);
  } catch (error) {
    failure = failed(applying, plan, error);
  }
  // Nothing is written yet by this worker, neither there nor on record.
  if (!(await attempt.isNewest())) {
    return unfinished(plan, 'superseded', `${takenOver}; nothing was written by this one`, context.now());
  }
  if (inHand !== undefined && failure === undefined) {
    try {
      inHand = await writeAll(applying, inHand);
    } catch (error) {
      // What is on record may be another thing now: it is read again.
      inHand = withoutMemory(error instanceof WriteStopped ? error.inHand : inHand);
      failure = failed(applying, plan, error);
    }
  }
  return verify(applying, plan, inHand, failure);
}

const takenOver = 'a newer run took this target over';

/** What went wrong, logged. Throws what was thrown where the time of the message is over. */
function failed({ context, intent, signal }: Writing, { target }: Plan, error: unknown): Failure {
  if (signal.aborted) throw error;
  const failure = failureFrom(error);
  context.log('target failed', { run: intent.run, target, ...failure.error, error: failure.text });
  return failure;
}

/** Waits for what an earlier worker began. One that another operation took the place of leaves it to the plan. */
async function goOn({ intent, target, attempt, signal }: Writing): Promise<void> {
  if (!attempt.resumed) return;
  try {
    await target.resume?.(new Date(intent.startedAt), signal);
  } catch (error) {
    if (!(error instanceof TargetError && error.kind === 'superseded')) throw error;
  }
}

/**
 * A recorded plan is data, not an order: what is written is what a plan made now, on what the target holds, lets through by
 * the decisions and limits of now. As a rule that is the same.
 */
async function judgeAgain(applying: Writing, inHand: InHand): Promise<InHand> {
  // Waiting for what an earlier worker began can take minutes: what was said meanwhile counts.
  const { resumed, decisionState } = applying.attempt;
  const now = await planNow(applying, inHand.plan.target, resumed ? undefined : decisionState);
  const { live, memory, decisionState: judgedBy } = now;
  if (doesTheSame(now.plan, inHand.plan)) return { ...inHand, live, memory, decisionState: judgedBy };
  applying.context.log('the recorded plan is not what is to be done now; the new one is carried out', {
    target: inHand.plan.target,
  });
  return carryOut(applying, inHand, now);
}

/** A plan made now, on what the target holds and takes after a write of the one in hand was refused. */
async function planAgain(applying: Applying, inHand: InHand, refused: TargetError): Promise<InHand> {
  const { target } = inHand.plan;
  applying.context.log('target is not as it was when the plan was made; planning again', {
    target,
    ...outcomeErrorOf(refused),
  });
  return carryOut(applying, inHand, await planNow(applying, target), refused);
}

type PlannedNow = Planned & Required<Pick<InHand, 'live' | 'memory' | 'decisionState'>>;

/** @param known decisions read just now; they are read if absent. */
async function planNow(
  { context, configured, target, ledger, signal }: Applying,
  id: string,
  known?: DecisionState,
): Promise<PlannedNow> {
  const live = await target.read(signal);
  const memory = await memoryOf(context, id);
  const selection = selectionFor(id, context.loaded.config, ledger, context.now());
  const decisionState = known ?? (await loadDecisions(context));
  return {
    ...planConfigured(context, configured, { selection, ledger, live, memory, decisionState }),
    live,
    memory: { read: memory },
    decisionState,
  };
}

/** A newer plan in place of the one in hand. It goes on record first: a worker that takes over reports what it wrote. */
async function carryOut(
  { context, intent }: Applying,
  inHand: InHand,
  now: PlannedNow,
  refused?: TargetError,
): Promise<InHand> {
  const { plan, earlier } = inHand;
  if (now.plan.refusals.length > 0) {
    const text = now.plan.refusals.map((reason) => `${reason.text}; ${reason.next}`).join('; ');
    if (refused?.kind !== 'quota') throw new NotWritten(text);
    throw new NotWritten(`${refused.message} ${text}`, outcomeErrorOf(refused));
  }
  await context.runs.addReplan(intent.run, now.plan);
  const { holds, live, memory, decisionState } = now;
  return { ...inHand, plan: now.plan, earlier: [...earlier, plan], holds, live, memory, decisionState };
}

/** Whether two plans write the same, for the same reasons and on the same decisions. What waits in either does not count. */
function doesTheSame(one: Plan, other: Plan): boolean {
  const done = ({ changes, parts, refusals }: Plan) => ({
    refused: refusals.length > 0,
    changes: changes.map(({ version, ...change }) => change),
    going: parts.filter(({ verdict }) => verdict.kind === 'go').map(({ id, steps }) => ({ id, steps })),
  });
  return isDeepStrictEqual(plainOf(done(one)), plainOf(done(other)));
}

/** As it comes back from the store: without fields that are undefined. */
function plainOf(value: object): object {
  return JSON.parse(JSON.stringify(value)) as object;
}

/** A decision not to write, with its reason: nothing is broken. */
class NotWritten extends Error {
  override name = 'NotWritten';
  /** Of the answer of Azure that led to it. */
  readonly error: OutcomeError | undefined;

  constructor(message: string, error?: OutcomeError) {
    super(message);
    this.error = error;
  }
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

function failureFrom(thrown: unknown): Failure {
  const error = thrown instanceof WriteStopped ? thrown.cause : thrown;
  const text = messageOf(error);
  const known = error instanceof NotWritten ? error.error : outcomeErrorOf(error);
  return { text, ...(known === undefined ? {} : { error: known }) };
}

async function writeAll(applying: Writing, first: InHand): Promise<InHand> {
  let inHand: InHand = { ...first, ...(first.live === undefined ? {} : { before: first.live }) };
  let replanned = false;
  let queue = [...versioned(inHand)];
  inHand = await claimed(applying, inHand);
  const origin = originOf(applying, inHand);
  let isFirst = true;
  for (let change = queue.shift(); change !== undefined; change = queue.shift()) {
    applying.signal.throwIfAborted();
    const why = await whyNotNow(applying, isFirst);
    isFirst = false;
    if (why !== undefined) throw new WriteStopped(inHand, new NotWritten(why));
    const sent = applying.target.writes;
    try {
      await applying.target.write(change, applying.signal, origin);
    } catch (error) {
      if (applying.signal.aborted) throw error;
      if (replanned || !(error instanceof TargetError) || !isPlannedAgain(error)) throw new WriteStopped(inHand, error);
      replanned = true;
      if (error.kind === 'conflict' && applying.target.writes > sent) inHand = { ...inHand, undone: true };
      await recordLimit(applying, inHand, error);
      inHand = await planAgain(applying, inHand, error);
      queue = [...versioned(inHand)];
      inHand = await claimed(applying, inHand);
    }
  }
  return inHand;
}

/** @param isFirst whether nothing was written since it was asked for a newer run. */
async function whyNotNow({ attempt }: Writing, isFirst: boolean): Promise<string | undefined> {
  if (!isFirst && !(await attempt.isNewest())) return takenOver;
  return await attempt.whyNot();
}

/** Claims what is about to be written to a shared list: what the target remembers is another thing then. */
async function claimed(applying: Writing, inHand: InHand): Promise<InHand> {
  return (await claimEntries(applying, inHand)) ? withoutMemory(inHand) : inHand;
}

function withoutMemory({ memory: _, ...inHand }: InHand): InHand {
  return inHand;
}

/** Whether a plan made anew may be written where this one was not: others changed the target, or Azure takes fewer entries. */
function isPlannedAgain({ kind, limit }: TargetError): boolean {
  return kind === 'conflict' || kind === 'superseded' || (kind === 'quota' && limit !== undefined);
}

/** What is told to a target of where its list comes from. */
function originOf({ context, ledger }: Applying, { plan }: InHand): ListOrigin {
  const tags = selectionFor(plan.target, context.loaded.config, ledger, context.now())?.tags ?? [];
  const changeNumber = ledger.accepted?.changeNumber;
  return { tags, ...(changeNumber === undefined ? {} : { changeNumber }) };
}

/** The plan's changes with the versions just read: content is the same, tags may have moved the version on. */
function versioned({ plan, live }: InHand): PlannedChange[] {
  const versions = new Map(live?.units.map((unit) => [unit.key, unit.version]));
  return plan.changes.map((change) => {
    const version = versions.get(change.key);
    return version === undefined ? change : { ...change, version };
  });
}
