import type { Ledger } from '../core/judge/ledger.ts';
import { effectiveOf } from '../core/judge/ledger.ts';
import type { Plan } from '../core/plan/plan-types.ts';
import { daysSince } from '../core/publication/freshness.ts';
import { needsOperator } from '../core/reason.ts';
import type { RunRecord } from '../ports/runs.ts';

/** One number about the service, with what it is about. */
interface Measure {
  readonly name: string;
  /** UCUM, as OpenTelemetry wants it: `d`, `s`, `1`, `{address}`. */
  readonly unit: string;
  readonly value: number;
  readonly about: Readonly<Record<string, string>>;
}

/**
 * The numbers that tell how the service fares after a run: freshness, effective addresses, what is held, open questions,
 * how full each target is, how long the run took, how long is left for what was announced. Pure.
 */
export function metricsOf(
  ledger: Ledger,
  {
    record,
    plans,
    room,
  }: {
    readonly record: RunRecord;
    readonly plans: readonly Plan[];
    /** Entries that a target can hold at most, by its id. */
    readonly room: ReadonlyMap<string, number>;
  },
  now: Date,
): Measure[] {
  const tags = [...ledger.tags.values()];
  const holds = tags.flatMap((tag) => tag.holds);
  const measure = (name: string, unit: string, value: number, about: Measure['about'] = {}): Measure => ({
    name: `service_tag_sync.${name}`,
    unit,
    value,
    about,
  });
  const ahead = (ledger.source?.gains ?? [])
    .map(({ earliest }) => Date.parse(earliest) - now.getTime())
    .filter((ms) => ms > 0);
  return [
    ...(ledger.accepted ? [measure('publication.age', 'd', daysSince(ledger.accepted.date, now))] : []),
    ...tags.map((tag) => measure('effective', '{address}', Number(effectiveOf(tag).ipv4.count), { tag: tag.tag })),
    measure('held', '{hold}', holds.length),
    measure('questions', '{question}', questionsOf(ledger, plans)),
    ...plans.flatMap((plan) => {
      const most = room.get(plan.target);
      if (!most) return [];
      const units = new Map([...plan.base, ...plan.expected].map((unit) => [unit.key, unit.entries]));
      const entries = [...units.values()].reduce((sum, one) => sum + one, 0);
      return [measure('target.fill', '1', entries / most, { target: plan.target })];
    }),
    measure('run.duration', 's', (now.getTime() - Date.parse(record.intent.startedAt)) / 1000),
    ...(ahead.length > 0 ? [measure('deadline.slack', 's', Math.min(...ahead) / 1000)] : []),
  ];
}

/** Holds that only a person ends and nobody has kept, and parts of these plans that wait for a person. */
export function questionsOf(ledger: Ledger, plans: readonly Plan[]): number {
  const holds = [...ledger.tags.values()].flatMap((tag) => tag.holds);
  const open = holds.filter(({ questions, kept }) => questions.length > 0 && kept === undefined);
  const waiting = plans
    .flatMap(({ parts }) => parts)
    .filter(({ verdict }) => verdict.kind === 'wait' && needsOperator(verdict.reasons));
  return open.length + waiting.length;
}
