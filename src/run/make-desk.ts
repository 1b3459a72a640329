import { byFamily } from '../core/address/family.ts';
import { prefixesOf, setsOf } from '../core/address/sets.ts';
import { isHostName } from '../core/host-name.ts';
import { emptyLedger } from '../core/judge/effective.ts';
import type { Plan } from '../core/plan/plan-types.ts';
import { mustBeAllowed } from './desk/allowed.ts';
import { findPart, findPlan } from './desk/find-part.ts';
import { lookUp } from './desk/lookup.ts';
import { openHolds } from './desk/open-holds.ts';
import { registriesView } from './desk/registries-view.ts';
import { statusOfAll } from './desk/status.ts';
import { wordsFor } from './desk/take-word.ts';
import type { Desk } from './desk.ts';
import { makeService } from './make-service.ts';
import type { Parts } from './parts.ts';
import { readSaid } from './said.ts';
import type { PlanView } from './views.ts';

/** The desk over opened parts. */
export function makeDesk(parts: Parts): Desk {
  const ledger = async () => (await parts.ledgers.current())?.ledger ?? emptyLedger(parts.loaded.config.cloud);
  return {
    async say(request, meta) {
      await parts.ensure();
      const said = await readSaid(parts);
      const holds = await openHolds(parts, await ledger(), said);
      const words = await wordsFor(parts, said, holds, request, meta);
      for (const word of words) await mustBeAllowed(parts, holds, request, meta, word, said);
      for (const word of words) await parts.controls.append(word);
      // After the words are recorded: the run that comes back begins later than this, so it reads them.
      const requested = await makeService(parts).requestRun({ trigger: 'http' });
      return { words, ...requested };
    },
    status: () => statusOfAll(parts),
    async registries() {
      return registriesView(parts, await ledger(), AbortSignal.timeout(60_000));
    },
    async holds() {
      return openHolds(parts, await ledger(), await readSaid(parts));
    },
    async plan(id) {
      const slash = id.indexOf('/');
      const found =
        slash < 0 ? await findPart(parts, id) : await findPlan(parts, id.slice(0, slash), id.slice(slash + 1));
      return found && viewOfPlan(found);
    },
    async lookup(address) {
      return lookUp(parts, await ledger(), address);
    },
    changes: ({ target, most }) => parts.history.list({ most, ...(target === undefined ? {} : { target }) }),
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
