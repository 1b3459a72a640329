import { byFamily } from '../core/address/family.ts';
import { isHostName, prefixesOf, setsOf } from '../core/address/sets.ts';
import type { Decision } from '../core/decisions/decision.ts';
import { emptyLedger } from '../core/judge/ledger.ts';
import type { Plan } from '../core/plan/plan-types.ts';
import type { RunContext } from '../run/context.ts';
import { readDecisions } from '../run/decisions.ts';
import { makeService } from '../run/make-service.ts';
import { authorized } from './commands/authorize.ts';
import { findPart, findPlan } from './commands/find-part.ts';
import { decisionsFor } from './commands/record-decision.ts';
import type { Operator, PlanView } from './operator.ts';
import { openHolds } from './queries/holds.ts';
import { lookup } from './queries/lookup.ts';
import { registriesView } from './queries/registries.ts';
import { resolveName } from './queries/resolve-name.ts';
import { statusOfAll } from './queries/status.ts';
import { type Resolve, why } from './queries/why.ts';

/** What people ask and decide, over an opened context. `resolve` asks for the addresses of host names. */
export function makeOperator(context: RunContext, resolve: Resolve = resolveName): Operator {
  const ledger = async () => (await context.ledgers.current())?.ledger ?? emptyLedger(context.loaded.config.cloud);
  return {
    async record(request, meta) {
      await context.ensure();
      const decisionState = await readDecisions(context);
      const holds = await openHolds(context, await ledger(), decisionState);
      const asked = await decisionsFor(context, decisionState, holds, request, meta);
      const words: Decision[] = [];
      for (const word of asked) words.push(await authorized(context, holds, request, meta, word, decisionState));
      for (const word of words) await context.controls.append(word);
      // After the decisions are recorded: the run that is requested here starts later, so it reads them.
      const requested = await makeService(context).requestRun({ trigger: 'http' });
      return { words, ...requested };
    },
    status: () => statusOfAll(context),
    async registries() {
      return registriesView(context, await ledger(), AbortSignal.timeout(60_000));
    },
    async holds() {
      return openHolds(context, await ledger(), await readDecisions(context));
    },
    async plan(id) {
      const slash = id.indexOf('/');
      const found =
        slash < 0 ? await findPart(context, id) : await findPlan(context, id.slice(0, slash), id.slice(slash + 1));
      return found && viewOfPlan(found);
    },
    async lookup(address) {
      return lookup(context, await ledger(), address);
    },
    why: (query) => why(context, resolve, query),
    changes: ({ target, most }) => context.history.list({ most, ...(target === undefined ? {} : { target }) }),
  };
}

function viewOfPlan({ record, plan }: NonNullable<Awaited<ReturnType<typeof findPlan>>>): PlanView {
  const { run, startedAt, publication } = record.intent;
  const going = (direction: 'add' | 'remove') =>
    setsOf(
      plan.parts
        .filter((part) => part.direction === direction && part.verdict.kind === 'go')
        .flatMap(({ steps }) => steps.map(({ prefix }) => prefix)),
    );
  const before = byFamily((f) => setsOf(plan.before[f])[f]);
  const names = namesAfter(plan);
  const [added, removed] = [going('add'), going('remove')];
  const after = byFamily((f) => before[f].union(added[f]).subtract(removed[f]));
  return {
    run,
    at: startedAt,
    plan,
    ...(publication ? { publication } : {}),
    before: [...plan.before.ipv4, ...plan.before.ipv6],
    after: [...names, ...prefixesOf(after)],
  };
}

/** Host names a target of names holds once what may go has gone. */
function namesAfter({ before, parts }: Plan): string[] {
  const going = (direction: 'add' | 'remove') =>
    parts
      .filter((part) => part.direction === direction && part.verdict.kind === 'go')
      .flatMap(({ steps }) => steps.map(({ prefix }) => prefix));
  const removed = new Set(going('remove'));
  return [...before.ipv4, ...going('add')].filter((name) => isHostName(name) && !removed.has(name)).sort();
}
