import { messageOf } from '../core/errors.ts';
import type { DomainEvent } from '../core/event.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import { emptyLedger } from '../core/judge/ledger.ts';
import { roomOf } from '../core/plan/live.ts';
import type { Plan } from '../core/plan/plan-types.ts';
import type { RunRecord } from '../ports/runs.ts';
import { gauge } from '../telemetry/telemetry.ts';
import type { ApplyContext } from './context.ts';
import { metricsOf, questionsOf } from './metrics.ts';

/**
 * Emits logs and metrics for a closed run: one log line an event, one for the state of the service, and metrics. The alert rules of `infra/` look for these messages. Never fails a run.
 * @param planned every plan of the run, where they need not be read.
 */
export async function emitMetrics(
  context: ApplyContext,
  record: RunRecord,
  ledger: Ledger | undefined,
  planned?: readonly Plan[],
): Promise<void> {
  const { run } = record.intent;
  try {
    for (const event of record.closing?.events ?? []) context.log('event', { run, ...subjectOf(event) });
    const now = ledger ?? emptyLedger(context.loaded.config.cloud);
    const freshness = now.source?.freshness ?? 'none';
    const { plans, room } = await plansOf(context, record, planned);
    context.log('state', { run, freshness, questions: questionsOf(now, plans), configHash: context.loaded.hash });
    const measures = metricsOf(now, { record, plans, room }, context.now());
    for (const { name, unit, value, about } of measures) gauge(name, unit, value, about);
  } catch (error) {
    context.log('the run could not be observed', { run, error: messageOf(error) });
  }
}

/** The plans of a run, and how many entries each of their targets can hold. */
async function plansOf(context: ApplyContext, record: RunRecord, planned?: readonly Plan[]) {
  const recorded = new Map((planned ?? (await context.runs.plans(record))).map((plan) => [plan.target, plan]));
  const plans: Plan[] = [];
  const room = new Map<string, number>();
  for (const id of record.intent.targets) {
    const plan = recorded.get(id);
    const settings = context.loaded.config.targets[id]?.settings;
    const definition = context.targets.get(id)?.definition;
    if (!plan || !settings || !definition) continue;
    plans.push(plan);
    room.set(id, roomOf(definition.layout(settings), plan.limit));
  }
  return { plans, room };
}

/** What a log may show of an event: its kind and what it is about, never the lists themselves. */
function subjectOf(event: DomainEvent): Readonly<Record<string, unknown>> {
  const about = ['tag', 'target', 'hold', 'registry', 'channel', 'file', 'changeNumber', 'to', 'leftMs'] as const;
  const fields = event as unknown as Readonly<Record<string, unknown>>;
  return Object.fromEntries([
    ['kind', event.kind],
    ...about.filter((key) => fields[key] !== undefined).map((key) => [key, fields[key]]),
  ]);
}
