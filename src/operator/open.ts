import type { Decision } from '../core/decisions/decision.ts';
import { emptyLedger, type Ledger } from '../core/judge/ledger.ts';
import type { PlanContext, RunContext } from '../run/context.ts';
import { readDecisions } from '../run/decisions.ts';
import { makeService } from '../run/make-service.ts';
import { RequestError } from '../run/service.ts';
import { authorized } from './commands/authorize.ts';
import { AmbiguousName, partNamed } from './commands/find-open.ts';
import { findPart, findPlan } from './commands/find-part.ts';
import { decisionsFor } from './commands/record-decision.ts';
import { DecisionRejected, type Operator } from './operator.ts';
import { changesOf, versionOfAll } from './queries/changes.ts';
import { openHolds } from './queries/holds.ts';
import { inboxOf } from './queries/inbox.ts';
import { listView } from './queries/list.ts';
import { lookup } from './queries/lookup.ts';
import { viewOfPlan } from './queries/plan-view.ts';
import { previewOf } from './queries/preview.ts';
import { diffOf, publicationOf, publicationsOf } from './queries/publications.ts';
import { regionWeeks } from './queries/region-weeks.ts';
import { registriesView } from './queries/registries.ts';
import { resolveName } from './queries/resolve-name.ts';
import { runReport, runsOf } from './queries/runs.ts';
import { statusOfAll } from './queries/status.ts';
import { selectedTags, tagHistory } from './queries/tag-history.ts';
import { type Resolve, why } from './queries/why.ts';

/**
 * What people ask and decide, over an opened context.
 * @param resolve asks for the addresses of host names.
 * @param planContext what previews are planned with.
 */
export function makeOperator(
  context: RunContext,
  resolve: Resolve = resolveName,
  planContext: PlanContext = context,
): Operator {
  const ledger = async () => (await context.ledgers.current())?.ledger ?? emptyLedger(context.loaded.config.cloud);
  return {
    async record(request, meta) {
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
    preview: (request) => previewOf(context, planContext, request),
    status: () => statusOfAll(context),
    async registries() {
      return registriesView(context, await ledger(), AbortSignal.timeout(60_000));
    },
    async holds() {
      return openHolds(context, await ledger(), await readDecisions(context));
    },
    inbox: () => inboxOf(context),
    async plan(given) {
      const id = given.includes('/') ? given : await partId(context, await ledger(), given);
      if (id === undefined) return undefined;
      const slash = id.indexOf('/');
      const found =
        slash < 0 ? await findPart(context, id) : await findPlan(context, id.slice(0, slash), id.slice(slash + 1));
      return found && viewOfPlan(context, found);
    },
    async lookup(address) {
      return lookup(context, await ledger(), address);
    },
    changes: (query) => changesOf(context, query),
    version: () => versionOfAll(context),
    runs: (query) => runsOf(context, query),
    run: (id) => runReport(context, id),
    publications: () => publicationsOf(context),
    publication: (which) => publicationOf(context, which),
    diff: (from, to, filter) => diffOf(context, from, to, filter),
    why: (query) => why(context, resolve, query),
    list: (name) => listView(context, name),
    tags: () => selectedTags(context),
    tagHistory: (tag, query) => tagHistory(context, tag, query),
    regionWeeks: (query) => regionWeeks(context, query),
  };
}

/** The id of a part by what a person calls it; undefined if there is none. Throws RequestError for what several are meant by. */
async function partId(context: RunContext, ledger: Ledger, given: string): Promise<string | undefined> {
  try {
    return partNamed(await openHolds(context, ledger, await readDecisions(context)), ledger, given);
  } catch (error) {
    if (error instanceof AmbiguousName) throw new RequestError(error.message);
    if (error instanceof DecisionRejected) return undefined;
    throw error;
  }
}
