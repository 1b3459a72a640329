import type { DomainEvent, InTime } from '../core/event.ts';
import { soonestOf } from '../core/judge/gains.ts';
import type { Gain } from '../core/judge/source-state.ts';
import { openSubjects, statusOf } from '../core/plan/outcomes.ts';
import type { Outcome } from '../core/plan/plan-types.ts';
import { dangersOf } from './dangers.ts';
import type { Parts } from './parts.ts';
import { sweepRuns } from './sweep.ts';

/** Closes a run whose every outcome is recorded; false if some are missing. Whoever comes last closes, exactly once. */
export async function closeIfComplete(parts: Parts, run: string): Promise<boolean> {
  const record = await parts.runs.get(run);
  if (!record) return false;
  if (record.closing) return true;
  const { intent, outcomes } = record;
  for (const target of intent.lanes.flatMap((lane) => lane.targets)) {
    const plan = await parts.runs.plan(run, target);
    if (!plan || openSubjects(plan, outcomes).length > 0) return false;
  }
  const ledger = (await parts.ledgers.current())?.ledger;
  const events = [
    ...intent.events,
    ...eventsOfOutcomes(outcomes, ledger?.source?.gains ?? [], parts.now()),
    ...(ledger ? await dangersOf(parts, record, ledger) : []),
  ];
  const status = statusOf(outcomes, events);
  const closed = await parts.runs.close(run, { status, closedAt: parts.now().toISOString(), events });
  if (closed === 'closed') parts.log('run closed', { run, status });
  await tellOf(parts, run);
  return true;
}

/** Notices never hold up a run: what goes wrong here is made good by housekeeping. */
async function tellOf(parts: Parts, run: string): Promise<void> {
  try {
    await sweepRuns(parts);
  } catch (error) {
    parts.log('notices wait for housekeeping', { run, error: error instanceof Error ? error.message : String(error) });
  }
}

/** One event a target for what was done to it, and one for what failed. */
function eventsOfOutcomes(outcomes: readonly Outcome[], gains: readonly Gain[], now: Date): DomainEvent[] {
  const events: DomainEvent[] = [];
  for (const target of [...new Set(outcomes.map((outcome) => outcome.target))].sort()) {
    const own = outcomes.filter((outcome) => outcome.target === target);
    const done = own.filter(({ result }) => result === 'done');
    const added = done.flatMap((outcome) => outcome.added);
    const removed = done.flatMap((outcome) => outcome.removed);
    if (added.length + removed.length > 0) {
      events.push({ kind: 'target-changed', target, added, removed, ...inTime(gains, added, now) });
    }
    const failed = own.filter(({ result }) => result === 'failed' || result === 'superseded');
    if (failed.length > 0) {
      const missing = failed.flatMap((outcome) => outcome.added);
      events.push({
        kind: 'target-failed',
        target,
        text: failed.map(({ text }) => text).join('; '),
        missing,
        ...inTime(gains, missing, now),
      });
    }
  }
  return events;
}

function inTime(gains: readonly Gain[], prefixes: readonly string[], now: Date): { readonly inTime?: InTime } {
  const soonest = soonestOf(gains, prefixes, now);
  return soonest ? { inTime: soonest } : {};
}
