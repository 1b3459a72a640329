import { byFamily } from '../../core/address/family.ts';
import { isHostName, prefixesOf, setsOf } from '../../core/address/sets.ts';
import { type Direction, type Plan, writtenWhen } from '../../core/plan/plan-types.ts';
import type { RunRecord } from '../../ports/runs.ts';
import type { RunContext } from '../../run/context.ts';
import type { PlanView } from '../operator.ts';
import { ticketFacts } from './ticket-facts.ts';

/** A recorded plan with what a change ticket needs. */
export async function viewOfPlan(
  context: RunContext,
  { record, plan }: { readonly record: RunRecord; readonly plan: Plan },
): Promise<PlanView> {
  const { run, startedAt, publication } = record.intent;
  return {
    run,
    at: startedAt,
    plan,
    ...(publication ? { publication } : {}),
    before: [...plan.before.ipv4, ...plan.before.ipv6],
    after: afterParts(plan, ['by itself']),
    ...(plan.parts.some(({ verdict }) => writtenWhen(verdict) === 'if approved')
      ? { approved: afterParts(plan, ['by itself', 'if approved']) }
      : {}),
    ...(await ticketFacts(context, record, plan)),
  };
}

/** What a target holds once the parts that are written then are: host names, then minimal prefixes. */
function afterParts({ before, parts }: Plan, when: readonly ReturnType<typeof writtenWhen>[]): string[] {
  const going = (direction: Direction) =>
    parts
      .filter((part) => part.direction === direction && when.includes(writtenWhen(part.verdict)))
      .flatMap(({ steps }) => steps.map(({ prefix }) => prefix));
  const [come, gone] = [going('add'), going('remove')];
  const removed = new Set(gone);
  const names = [...before.ipv4, ...come].filter((name) => isHostName(name) && !removed.has(name)).sort();
  const [added, left] = [setsOf(come), setsOf(gone)];
  const after = byFamily((f) => setsOf(before[f])[f].union(added[f]).subtract(left[f]));
  return [...names, ...prefixesOf(after)];
}
