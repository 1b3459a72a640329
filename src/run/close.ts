import { isDeepStrictEqual } from 'node:util';
import { messageOf } from '../core/errors.ts';
import type { DomainEvent, InTime } from '../core/event.ts';
import { soonestOf } from '../core/judge/announced.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import type { AnnouncedGain } from '../core/judge/source-state.ts';
import { statusOf, wholeTarget } from '../core/plan/outcomes.ts';
import type { Outcome, Plan } from '../core/plan/plan-types.ts';
import type { OutcomeError } from '../core/reason.ts';
import type { Intent, RunRecord } from '../ports/runs.ts';
import { stage } from '../telemetry/telemetry.ts';
import type { CloseContext } from './context.ts';
import { deadlinesAtRisk } from './deadlines-at-risk.ts';
import { emitMetrics } from './emit-metrics.ts';
import { enqueueNotices, type ReadForNotices } from './enqueue-notices.ts';
import { openUnits } from './open-units.ts';
import { sendQueued } from './send-runs.ts';

/** What a process that recorded a run knows of it without reading it again. */
export interface KnownOfRun {
  /** All that were recorded with it. */
  readonly plans?: readonly Plan[];
  /** The run that was recorded before it, as it was read under the lease; it is closed. */
  readonly last?: RunRecord;
}

/** The lane that has just come to its end. */
interface Done {
  readonly intent: Intent;
  readonly lane: string;
}

/**
 * Looks for an outcome that is missing, from the next lane on: as a rule the first look finds one. Reading all outcomes at
 * the end of each lane would take time in proportion to the square of their number.
 */
async function isMissing({ runs }: CloseContext, { intent, lane }: Done): Promise<boolean> {
  // Those of the lane itself are all there.
  const at = intent.lanes.findIndex((one) => one.lane === lane);
  const others = [...intent.lanes.slice(at + 1), ...intent.lanes.slice(0, at)];
  for (const target of others.flatMap(({ targets }) => targets).filter((one) => intent.subjects?.[one])) {
    for (const subject of intent.subjects?.[target] ?? []) {
      if (await runs.hasOutcome(intent.run, target, subject)) continue;
      if (!(await runs.hasOutcome(intent.run, target, wholeTarget))) return true;
    }
  }
  return false;
}

/** Closes a run whose every outcome is recorded; false if some are missing. The last worker closes it, exactly once. */
export async function closeIfComplete(context: CloseContext, run: string, done?: Done): Promise<boolean> {
  if (done && (await isMissing(context, done))) return false;
  const record = await context.runs.get(run);
  return record !== undefined && (await closeRecorded(context, record));
}

/** The same for a run as it was read just now. An outcome that came since is seen by the worker that recorded it. */
export async function closeRecorded(
  context: CloseContext,
  record: RunRecord,
  { plans, last }: KnownOfRun = {},
): Promise<boolean> {
  if (record.closing) return true;
  const { intent, outcomes } = record;
  const { run } = intent;
  for (const target of intent.lanes.flatMap((lane) => lane.targets)) {
    if ((await openUnits(context, record, target)).length > 0) return false;
  }
  const ledger = await ledgerOf(context, intent);
  const events = [
    ...intent.events,
    ...eventsOfOutcomes(outcomes, ledger?.source?.gains ?? [], context.now()),
    ...(ledger ? await deadlinesAtRisk(context, record, ledger) : []),
  ];
  const status = statusOf(outcomes, events);
  const closing = { status, closedAt: context.now().toISOString(), events };
  const closed = await stage('close', { run, status }, () => context.runs.close(record, closing));
  if (closed === 'closed') {
    context.log('run closed', { run, status });
    await emitMetrics(context, { ...record, closing }, ledger, plans);
  }
  await tellOf(
    context,
    run,
    closed === 'closed' ? { closed: { ...record, closing }, ledger, known: last ? [last] : [] } : {},
  );
  // What was asked for meanwhile has waited for this; if the process dies here, housekeeping sends it.
  if (closed === 'closed') await sendQueued(context, run);
  return true;
}

/** The ledger that came into force with a run, which it stays while the run is open. */
export async function ledgerOf(
  { ledgers }: Pick<CloseContext, 'ledgers'>,
  { ledgerAfter }: Intent,
): Promise<Ledger | undefined> {
  if (ledgerAfter === undefined) return undefined;
  // One that is missing is an error that says so.
  return (await ledgers.get(ledgerAfter)) ?? (await ledgers.current())?.ledger;
}

/** Notices never hold up a run: what goes wrong here is made good by housekeeping. */
async function tellOf(context: CloseContext, run: string, read: ReadForNotices): Promise<void> {
  try {
    await enqueueNotices(context, read);
  } catch (error) {
    context.log('notices wait for housekeeping', { run, error: messageOf(error) });
  }
}

/** One event a target for what was done to it, and one for what failed. */
function eventsOfOutcomes(outcomes: readonly Outcome[], gains: readonly AnnouncedGain[], now: Date): DomainEvent[] {
  const events: DomainEvent[] = [];
  for (const target of [...new Set(outcomes.map((outcome) => outcome.target))].sort()) {
    const own = outcomes.filter((outcome) => outcome.target === target);
    const done = own.filter(({ result }) => result === 'done');
    const added = done.flatMap((outcome) => outcome.added);
    const removed = done.flatMap((outcome) => outcome.removed);
    if (added.length + removed.length > 0) {
      events.push({ kind: 'target-changed', target, added, removed, ...inTime(gains, added, now) });
    }
    events.push(
      ...own.flatMap(({ meanwhile }) =>
        meanwhile ? [{ kind: 'changed-meanwhile', target, ...meanwhile } as const] : [],
      ),
    );
    const failed = own.filter(({ result }) => result === 'failed' || result === 'superseded');
    if (failed.length > 0) {
      const missing = failed.flatMap((outcome) => outcome.added);
      events.push({
        kind: 'target-failed',
        target,
        text: failed.map(({ text }) => text).join('; '),
        ...errorsOf(failed),
        missing,
        ...inTime(gains, missing, now),
      });
    }
  }
  return events;
}

function errorsOf(failed: readonly Outcome[]): { readonly errors?: readonly OutcomeError[] } {
  const all = failed.flatMap(({ error }) => error ?? []);
  const errors = all.filter((one, index) => all.findIndex((other) => isDeepStrictEqual(one, other)) === index);
  return errors.length === 0 ? {} : { errors };
}

function inTime(gains: readonly AnnouncedGain[], prefixes: readonly string[], now: Date): { readonly inTime?: InTime } {
  const soonest = soonestOf(gains, prefixes, now);
  return soonest ? { inTime: soonest } : {};
}
