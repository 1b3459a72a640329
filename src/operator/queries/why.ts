import { followedKey } from '../../acr/derive.ts';
import { activeDecisionsAt } from '../../core/decisions/in-effect.ts';
import { emptyLedger } from '../../core/judge/ledger.ts';
import { type Entries, entriesOf } from '../../core/plan/entries.ts';
import { desiredOf } from '../../core/plan/selection.ts';
import { extentIn, tagsWith, type WhyAnswer, type WhyException, type WhyList, type WhyView } from '../../core/why.ts';
import type { RunRecord } from '../../ports/runs.ts';
import type { RunContext } from '../../run/context.ts';
import { selectLists } from '../../run/lists.ts';
import { concurrency, mapConcurrent } from '../../run/plan-targets.ts';
import { RequestError } from '../../run/service.ts';
import type { WhyQuery } from '../operator.ts';
import { entriesAsked, known, type Moment, momentOf } from './why-query.ts';
import { explainTarget, type State } from './why-targets.ts';

/** Addresses of a host name; an empty list if it has none. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/** Most addresses of a name that are looked at. */
const maxAddresses = 8;

/**
 * Why an address, a range or a host name is allowed or not, now or on a day that has passed, from what is stored: no target is
 * read. Throws RequestError for what cannot be asked. Requests to Storage do not depend on how long the history is:
 * docs/decisions/0028-why-is-found-by-range.md.
 */
export async function why(context: RunContext, resolve: Resolve, query: WhyQuery): Promise<WhyView> {
  const asked = query.address.trim();
  const moment = momentOf(query.at, context.now());
  const { target } = query;
  if (target !== undefined && !context.targets.has(target)) {
    const known = [...context.targets.keys()].join(', ') || 'none';
    throw new RequestError(`target: expected one of the config (${known}), got ${JSON.stringify(target)}`);
  }
  const first = entriesAsked(asked);
  const isName = first.names.length > 0;
  const resolved = query.resolve && isName ? await resolve(first.names[0] ?? '') : undefined;
  const state = await stateAt(context, moment);
  const of = [asked, ...(resolved ?? []).slice(0, maxAddresses)];
  const { accepted } = state.ledger;
  return {
    asked,
    at: moment.at.toISOString(),
    past: moment.past,
    ...(accepted
      ? { publication: { changeNumber: accepted.changeNumber, date: accepted.date, file: accepted.file } }
      : {}),
    ...(resolved ? { resolved } : {}),
    answers: await mapConcurrent(of, 1, (one) => answerFor(context, state, one, target)),
  };
}

async function stateAt(context: RunContext, { at, past }: Moment): Promise<State> {
  const { config } = context.loaded;
  const [current, former, decisions, memories] = await Promise.all([
    past ? undefined : context.ledgers.current(),
    past ? context.ledgers.at(at.toISOString()) : undefined,
    context.controls.all(),
    context.targetRecords.all(),
  ]);
  const ledger = (current ?? former)?.ledger ?? emptyLedger(config.cloud);
  const until = decisions.filter((decision) => decision.at <= at.toISOString());
  const decisionState = { decisions: until, active: activeDecisionsAt(until, at) };
  const { pin } = decisionState.active;
  const pinned = pin && (await context.ledgers.get(pin.ledger));
  const { lists, selections } = selectLists(config, ledger, at);
  let lastRun: Promise<RunRecord | undefined> | undefined;
  return {
    at,
    past,
    ledger,
    ...(pinned ? { pinned } : {}),
    decisionState,
    lists,
    selections,
    memories: new Map(memories.map((memory) => [memory.target, memory])),
    foreign: current?.announced.foreign ?? {},
    lastRun: () => (lastRun ??= context.runs.list(1).then(([record]) => record)),
  };
}

async function answerFor(context: RunContext, state: State, of: string, only: string | undefined): Promise<WhyAnswer> {
  const asked = entriesAsked(of);
  const { targets } = context.loaded.config;
  const ids = Object.keys(targets).filter((id) => only === undefined || id === only);
  const explained = await mapConcurrent(ids, concurrency, (id) => explainTarget(context, state, asked, id));
  const found = explained.filter((one) => one !== undefined);
  const listed = only === undefined ? [...state.selections.keys()] : [targets[only]?.list ?? ''];
  return {
    of,
    lists: listed.flatMap((list) => explainList(context, state, asked, list)),
    targets: found,
  };
}

function explainList(context: RunContext, state: State, asked: Entries, name: string): WhyList[] {
  const selection = state.selections.get(name);
  const list = state.lists[name];
  const config = context.loaded.config.lists[name];
  if (!selection || !list || !config) return [];
  const desired = desiredOf(selection, state.pinned ?? state.ledger).entries;
  const own = known(asked, [desired]);
  const about = (exceptions: readonly WhyException[]): WhyException[] =>
    exceptions
      .filter(({ prefix, expires }) => isInForce(expires, state.at) && meetsPrefix(own, prefix))
      .map(({ prefix, reason, owner, expires }) => ({
        prefix,
        ...(reason === undefined ? {} : { reason }),
        ...(owner === undefined ? {} : { owner }),
        ...(expires === undefined ? {} : { expires }),
      }));
  const registries = list.registries.flatMap(({ registry, part }) => {
    const found = state.ledger.registries?.find((one) => one.name === registry)?.registry;
    const names = found === undefined ? undefined : list.followedNames[followedKey(found, part)];
    return names?.some((one) => own.names.includes(one)) ? [registry] : [];
  });
  return [
    {
      list: name,
      allowed: extentIn(own, desired),
      tags: tagsWith(own, selection, state.ledger),
      always: about([...config.prefixes.map((prefix) => ({ prefix })), ...config.always]),
      never: about(config.never),
      registries: [...new Set(registries)],
    },
  ];
}

function isInForce(expires: string | undefined, at: Date): boolean {
  return expires === undefined || at.toISOString().slice(0, 10) < expires;
}

function meetsPrefix(asked: Entries, prefix: string): boolean {
  return extentIn(asked, entriesOf([prefix])) !== 'not';
}
