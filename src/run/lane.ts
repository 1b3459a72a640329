import { openSubjects, unfinished } from '../core/plan/outcomes.ts';
import type { LaneMessage } from '../ports/lane-queue.ts';
import type { RunRecord } from '../ports/runs.ts';
import { applyPlan } from './apply.ts';
import { closeIfComplete } from './close.ts';
import type { Parts } from './parts.ts';

/** Seconds after which a lane that somebody else works on is looked at again. */
const retrySeconds = 5;

/**
 * Works off one lane of one run: its targets one after the other, under the lane's lease. Redelivery is safe: what has
 * its outcome is left alone, and what was written without one is seen in the live state and only recorded.
 */
export async function workLane(parts: Parts, message: LaneMessage, signal: AbortSignal): Promise<void> {
  const record = await parts.runs.get(message.run);
  if (!record || record.closing) return;
  const lane = record.intent.lanes.find((one) => one.lane === message.lane);
  if (!lane) return;
  const lease = await parts.leases.acquire(`lane-${message.lane}`);
  if (!lease) return parts.laneQueue.send(message, retrySeconds);
  try {
    for (const target of lane.targets) {
      const stop = AbortSignal.any([signal, lease.lost]);
      stop.throwIfAborted();
      await workTarget(parts, record, target, stop);
    }
  } finally {
    await lease.release();
  }
  await closeIfComplete(parts, message.run);
}

async function workTarget(parts: Parts, record: RunRecord, target: string, signal: AbortSignal): Promise<void> {
  const { run, generation } = record.intent;
  const plan = await parts.runs.plan(run, target);
  if (!plan || openSubjects(plan, record.outcomes).length === 0) return;
  const isNewest = async () => (await parts.targetRecords.generation(target)) <= generation;
  const outcomes = (await isNewest())
    ? await applyPlan(parts, record.intent, plan, isNewest, signal)
    : unfinished(plan, 'superseded', 'a newer run took this target over; nothing was written by this one', parts.now());
  for (const outcome of outcomes) await parts.runs.insertOutcome(run, outcome);
}
