import { openSubjects, unfinished } from '../core/plan/outcomes.ts';
import type { Outcome } from '../core/plan/plan-types.ts';
import type { LaneMessage } from '../ports/lane-queue.ts';
import type { Intent, RunRecord } from '../ports/runs.ts';
import { stage } from '../telemetry/stage.ts';
import { applyPlan } from './apply.ts';
import { closeIfComplete } from './close.ts';
import { failRest } from './fail-rest.ts';
import type { Parts } from './parts.ts';
import { readSaid } from './said.ts';

/** Seconds after which a lane that somebody else works on is looked at again. */
const retrySeconds = 5;

/**
 * Works off one lane of one run: its targets one after the other, under the lane's lease. Redelivery is safe: what has
 * its outcome is left alone, an operation under way is waited for, and what was written without an outcome is seen in
 * the live state and only recorded. When the time of one message (`signal`) is over, the rest is another message's.
 */
export async function workLane(parts: Parts, message: LaneMessage, signal: AbortSignal): Promise<void> {
  const ofLane = (intent: Intent) => intent.lanes.find((one) => one.lane === message.lane)?.targets ?? [];
  const record = await parts.runs.get(message.run, ofLane);
  if (!record || record.closing) return;
  const lane = record.intent.lanes.find((one) => one.lane === message.lane);
  if (!lane) return;
  const lease = await parts.leases.acquire(`lane-${message.lane}`);
  if (!lease) return parts.laneQueue.send(message, retrySeconds);
  try {
    const stop = AbortSignal.any([signal, lease.lost]);
    await workTargets(parts, record, lane.targets, stop);
  } catch (error) {
    if (!signal.aborted) throw error;
    parts.log('the time of this message is over; the lane goes on with another one', { ...message });
    return await parts.laneQueue.send(message);
  } finally {
    await lease.release();
  }
  await closeIfComplete(parts, message.run, { intent: record.intent, lane: lane.lane });
}

/**
 * Fails what is left of a lane whose message was tried in vain again and again. Throws while somebody still works on
 * the lane: its own outcomes are better.
 */
export async function giveUpLane(parts: Parts, message: LaneMessage, reason: string): Promise<void> {
  const lease = await parts.leases.acquire(`lane-${message.lane}`);
  if (!lease) throw new Error(`lane ${message.lane} of run ${message.run} is being worked on; it is not given up yet`);
  try {
    const record = await parts.runs.get(message.run);
    const lane = record?.intent.lanes.find((one) => one.lane === message.lane);
    if (!record || record.closing || !lane) return;
    parts.log('lane given up', { ...message, reason });
    const text = `given up: ${reason}; what was written is seen by the next run, which tries again`;
    await failRest(parts, record, lane.targets, text);
  } finally {
    await lease.release();
  }
  await closeIfComplete(parts, message.run);
}

async function workTargets(
  parts: Parts,
  record: RunRecord,
  targets: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  let trouble = targets.map((target) => troubleOf(parts, target, record.outcomes)).find((one) => one !== undefined);
  for (const target of targets) {
    signal.throwIfAborted();
    if (trouble !== undefined) {
      await failRest(parts, record, [target], `not attempted because ${trouble}`);
      continue;
    }
    trouble = troubleOf(
      parts,
      target,
      await stage('apply and verify', { run: record.intent.run, target }, () =>
        workTarget(parts, record, target, signal),
      ),
    );
  }
}

/** Why nothing else of the lane may be written after this target; undefined if it may. */
function troubleOf(parts: Parts, target: string, outcomes: readonly Outcome[]): string | undefined {
  if (!parts.targets.get(target)?.definition.failureStopsLane) return undefined;
  const own = outcomes.filter((outcome) => outcome.target === target);
  const failed = own.find(({ result }) => result === 'failed');
  // A target that failed before its first request left the firewalls as they were.
  if (!failed || own.every(({ writes }) => writes === 0)) return undefined;
  return `the write of target ${target}, which reaches the same firewall, failed: ${failed.text}`;
}

async function workTarget(
  parts: Parts,
  record: RunRecord,
  target: string,
  signal: AbortSignal,
): Promise<readonly Outcome[]> {
  const { run, generation } = record.intent;
  const plan = await parts.runs.plan(run, target);
  if (!plan || openSubjects(plan, record.outcomes).length === 0) return [];
  // Said after the plan was made: a pause means zero writes from now on, not from the next run on.
  const { inForce } = await readSaid(parts);
  const pause = inForce.paused ?? inForce.pausedTargets.get(target);
  const isNewest = async () => (await parts.targetRecords.generation(target)) <= generation;
  const outcomes = pause
    ? unfinished(
        plan,
        'waiting',
        `paused by ${pause.by.name}: ${pause.why}; goes on when somebody resumes`,
        parts.now(),
      )
    : (await isNewest())
      ? await applyPlan(parts, record.intent, plan, isNewest, signal)
      : unfinished(
          plan,
          'superseded',
          'a newer run took this target over; nothing was written by this one',
          parts.now(),
        );
  for (const outcome of outcomes) await parts.runs.insertOutcome(run, outcome);
  return outcomes;
}
