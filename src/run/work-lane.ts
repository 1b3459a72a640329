import type { Ledger } from '../core/judge/ledger.ts';
import { openSubjects, unfinished } from '../core/plan/outcomes.ts';
import type { Outcome, Plan } from '../core/plan/plan-types.ts';
import type { LaneMessage } from '../ports/queues.ts';
import type { Intent, RunRecord } from '../ports/runs.ts';
import { stage } from '../telemetry/telemetry.ts';
import { applyPlan } from './apply.ts';
import { closeIfComplete, ledgerOf } from './close.ts';
import type { ApplyContext, CloseContext } from './context.ts';
import { loadDecisions } from './decisions.ts';
import { failRemaining, recordedPlan } from './open-units.ts';

/** Seconds after which a lane that another worker holds is tried again. */
const retrySeconds = 5;

/**
 * Works off one lane of one run: its targets one after the other, under the lane's lease. Redelivery is safe: what has
 * its outcome is left alone, an operation under way is waited for, and what was written without an outcome is seen in
 * the live state and only recorded. When the time of one message (`signal`) is over, the rest is another message's.
 */
export async function workLane(context: CloseContext, message: LaneMessage, signal: AbortSignal): Promise<void> {
  // Outcomes of a target are read where a worker started on it before.
  const record = await context.runs.get(message.run, () => []);
  if (!record || record.closing) return;
  const lane = record.intent.lanes.find((one) => one.lane === message.lane);
  if (!lane) return;
  const lease = await context.leases.acquire(`lane-${message.lane}`);
  if (!lease) return context.laneQueue.send(message, retrySeconds);
  try {
    const stop = AbortSignal.any([signal, lease.lost]);
    await workTargets(context, record, lane, stop);
  } catch (error) {
    if (!signal.aborted) throw error;
    context.log('the time of this message is over; the lane goes on with another one', { ...message });
    return await context.laneQueue.send(message);
  } finally {
    await lease.release();
  }
  await closeIfComplete(context, message.run, { intent: record.intent, lane: lane.lane });
}

/**
 * Fails what is left of a lane whose message failed too often. Throws while a worker still holds the lane's lease: its own
 * outcomes are better.
 */
export async function giveUpLane(context: CloseContext, message: LaneMessage, reason: string): Promise<void> {
  const lease = await context.leases.acquire(`lane-${message.lane}`);
  if (!lease) throw new Error(`lane ${message.lane} of run ${message.run} is being worked on; it is not given up yet`);
  try {
    const record = await context.runs.get(message.run);
    const lane = record?.intent.lanes.find((one) => one.lane === message.lane);
    if (!record || record.closing || !lane) return;
    context.log('lane given up', { ...message, reason });
    const text = `given up: ${reason}; what was written is seen by the next run, which tries again`;
    await failRemaining(context, record, lane.targets, text);
  } finally {
    await lease.release();
  }
  await closeIfComplete(context, message.run);
}

/** Why nothing more may be written; undefined if something may. */
type Trouble = () => Promise<string | undefined>;

/** What is the same for all targets of a lane. */
interface Around {
  /** In force; undefined before the first. */
  readonly ledger: Ledger | undefined;
  readonly trouble: Trouble;
  /** Recorded plans that were read. */
  readonly plans: readonly Plan[];
}

async function workTargets(
  context: ApplyContext,
  record: RunRecord,
  { lane, targets }: Intent['lanes'][number],
  signal: AbortSignal,
): Promise<void> {
  const siblings = openSiblingSlots(context, record.intent, lane);
  // No other one comes into force while the run is open.
  const ledger = await ledgerOf(context, record.intent);
  // Where all are worked on here, one request reads the plans of all. What is missing among them is asked for by itself.
  const plans = record.intent.lanes.length === 1 ? await context.runs.plans(record) : [];
  let own: string | undefined;
  for (const target of targets) {
    signal.throwIfAborted();
    // Another slot first: what it stopped half way here is not what went wrong.
    const trouble = async () => (await siblings()) ?? own;
    const outcomes = await stage('apply and verify', { run: record.intent.run, target }, () =>
      workTarget(context, record, target, { ledger, trouble, plans }, signal),
    );
    own ??= failureOf(context, target, outcomes);
  }
}

async function workTarget(
  context: ApplyContext,
  record: RunRecord,
  target: string,
  around: Around,
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  const { run, outcomes: known } = record.intent;
  const read = around.plans.find((one) => one.target === target);
  const plan = read ?? (await recordedPlan(context, record, target));
  if (!plan) return [];
  const resumed = (await context.runs.begin(run, target)) === 'again';
  const before = resumed ? await context.runs.outcomesOf(run, target) : known;
  if (openSubjects(plan, before).length === 0) return before;
  const outcomes = await outcomesOf(context, record, plan, { ...around, resumed }, signal);
  for (const outcome of outcomes)
    await context.runs.insertOutcome(run, { ...outcome, ...(resumed ? { resumed } : {}) });
  return outcomes;
}

async function outcomesOf(
  context: ApplyContext,
  { intent }: RunRecord,
  plan: Plan,
  { ledger, trouble, resumed }: Omit<Around, 'plans'> & { readonly resumed: boolean },
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  const { target } = plan;
  const why = await trouble();
  // What an earlier worker may have written is read back, and nothing is added to it.
  if (why !== undefined && !resumed) return unfinished(plan, 'failed', `not attempted because ${why}`, context.now());
  // Said after the plan was made: a pause means zero writes from now on, not from the next run on.
  const decisionState = await loadDecisions(context);
  const { active } = decisionState;
  const pause = active.paused ?? active.pausedTargets.get(target);
  if (pause) {
    const text = `paused by ${pause.by.name}: ${pause.why}; goes on with \`resume\``;
    return unfinished(plan, 'waiting', text, context.now());
  }
  const isNewest = async () => (await context.targetRecords.generation(target)) <= intent.generation;
  const whyNot = async () => {
    const now = await trouble();
    return now === undefined ? undefined : `not attempted because ${now}`;
  };
  return applyPlan(context, intent, plan, { resumed, decisionState, ledger, isNewest, whyNot }, signal);
}

/** Why nothing else that reaches the same firewall may be written after this target; undefined if it may. */
function failureOf(context: ApplyContext, target: string, outcomes: readonly Outcome[]): string | undefined {
  if (!context.targets.get(target)?.definition.failureStopsLane) return undefined;
  const own = outcomes.filter((outcome) => outcome.target === target);
  const failed = own.find(({ result }) => result === 'failed');
  // A target that failed before its first request left the firewalls as they were.
  if (!failed || own.every(({ writes, resumed }) => writes === 0 && !resumed)) return undefined;
  return `the write of target ${target}, which reaches the same firewall, failed: ${failed.text}`;
}

/**
 * Asks whether another slot of the same lane failed. A slot works its targets in their order and an outcome never
 * changes, so each question goes on at the first target that was not done at the last one: as a rule one
 * read a slot. Reads nothing where a lane has no slots.
 */
function openSiblingSlots(context: ApplyContext, intent: Intent, name: string): () => Promise<string | undefined> {
  const shared = intent.lanes.find(({ lane }) => lane === name)?.shared;
  const others = intent.lanes.filter((one) => one.lane !== name && shared !== undefined && one.shared === shared);
  const left = others.map(({ targets }) => [...targets]);
  let found: string | undefined;
  const look = async (targets: string[]): Promise<void> => {
    for (let [target] = targets; target !== undefined; [target] = targets) {
      const outcomes = await context.runs.outcomesOf(intent.run, target);
      found ??= failureOf(context, target, outcomes);
      const known = new Set(outcomes.map(({ subject }) => subject));
      if (found !== undefined || !intent.subjects?.[target]?.every((subject) => known.has(subject))) return;
      targets.shift();
    }
  };
  return async () => {
    if (found === undefined) await Promise.all(left.map(look));
    return found;
  };
}
