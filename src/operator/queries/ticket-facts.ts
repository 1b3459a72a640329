import {
  intersect,
  isEmpty,
  overlaps,
  prefixesOf,
  type Sets,
  setsOf,
  subtract,
  union,
} from '../../core/address/sets.ts';
import type { Decision } from '../../core/decisions/decision.ts';
import { whereaboutsOf } from '../../core/judge/absences.ts';
import type { Ledger } from '../../core/judge/ledger.ts';
import { entriesOf, meets } from '../../core/plan/entries.ts';
import type { Cause, Direction, Plan, Step } from '../../core/plan/plan-types.ts';
import { proposalOf } from '../../core/plan/proposed-change.ts';
import type { Origin, RemovalRisk, TicketFacts } from '../../core/plan/ticket-facts.ts';
import type { Catalog } from '../../core/publication/catalog.ts';
import { parentNames } from '../../core/publication/parents.ts';
import type { Publication } from '../../core/publication/publication.ts';
import type { RunRecord } from '../../ports/runs.ts';
import type { RunContext } from '../../run/context.ts';
import { type DecisionState, decisionRefs, readDecisions } from '../../run/decisions.ts';
import { tryCatalogInForce } from '../../run/stored-publication.ts';
import { rollbackOf } from './rollback.ts';

/** What the ticket of a recorded plan says beside it. */
export async function ticketFacts(
  context: RunContext,
  { intent }: Pick<RunRecord, 'intent'>,
  plan: Plan,
): Promise<TicketFacts> {
  const name = intent.ledgerAfter ?? intent.ledgerBefore;
  const [decisionState, ledger] = await Promise.all([
    readDecisions(context),
    name === undefined ? undefined : context.ledgers.get(name),
  ]);
  const origins = await Promise.all(
    groupsOf(plan).map((group) => originOf(context, group, { intent, plan, ledger, decisionState })),
  );
  const removals = origins.filter(({ direction }) => direction === 'remove');
  const catalog = removals.length === 0 ? undefined : await tryCatalogInForce(context, intent.publication);
  return {
    origins,
    risks:
      catalog === undefined
        ? []
        : await Promise.all(byTag(removals).map((one) => riskOf(context, one, catalog, ledger))),
    rollback: await rollbackOf(context, plan, origins, decisionState),
  };
}

interface StepGroup {
  readonly direction: Direction;
  readonly steps: readonly [Step, ...Step[]];
}

/** Steps of one direction, cause and decisions together, in their order; what no approval lets through is no part of the change. */
function groupsOf({ parts }: Plan): StepGroup[] {
  const groups = new Map<string, { direction: Direction; steps: [Step, ...Step[]] }>();
  for (const { direction, steps, verdict } of parts) {
    if (proposalOf(verdict) === 'never') continue;
    for (const step of steps) {
      const key = JSON.stringify([direction, step.cause, step.decisions]);
      const group = groups.get(key);
      if (group) group.steps.push(step);
      else groups.set(key, { direction, steps: [step] });
    }
  }
  return [...groups.values()];
}

interface OriginInput extends Pick<RunRecord, 'intent'> {
  readonly plan: Plan;
  readonly ledger: Ledger | undefined;
  readonly decisionState: DecisionState;
}

async function originOf(
  context: RunContext,
  { direction, steps }: StepGroup,
  { intent, plan, ledger, decisionState }: OriginInput,
): Promise<Origin> {
  const { cause, decisions = [] } = steps[0];
  const ranges = steps.map(({ prefix }) => prefix);
  const edited = cause.kind === 'config' || cause.kind === 'first contact';
  const hash = cause.kind === 'config' ? (cause.config ?? intent.configHash) : intent.configHash;
  const authors = edited ? await context.configAuthors.of(hash) : undefined;
  const row = 'tag' in cause ? ledger?.tags.get(cause.tag) : undefined;
  const release = cause.kind === 'released' ? row?.releases.find(({ hold }) => hold === cause.hold) : undefined;
  return {
    direction,
    cause,
    ranges,
    decisions: decidedBy({ direction, cause, ranges, decisions }, plan, decisionState),
    ...(authors === undefined
      ? {}
      : { config: { hash, authors: authors.persons.map(({ name }) => name), unknown: authors.unknown } }),
    ...(release === undefined ? {} : { released: { by: release.by, at: release.at } }),
    ...(await publishedOn(context, cause, intent)),
  };
}

async function publishedOn(
  { publications }: Pick<RunContext, 'publications'>,
  cause: Cause,
  { publication }: RunRecord['intent'],
): Promise<Pick<Origin, 'publishedOn'>> {
  if (cause.kind !== 'publication') return {};
  const isIts = (one: Pick<Publication, 'changeNumber'> | undefined) => one?.changeNumber === cause.changeNumber;
  if (publication && isIts(publication)) return { publishedOn: publication.date };
  // The ledger knows when a range was first seen here, which is later.
  const earlier = (await publications.all()).find((one) => one.status === 'accepted' && isIts(one.publication));
  return earlier?.publication === undefined ? {} : { publishedOn: earlier.publication.date };
}

/** The answers and approvals that some steps follow from: named by them, or given to the hold that they were. */
function decidedBy(
  {
    direction,
    cause,
    ranges,
    decisions: ids,
  }: Pick<Origin, 'direction' | 'cause' | 'ranges'> & { decisions: readonly string[] },
  { holds = [] }: Plan,
  { decisions, active }: DecisionState,
): Origin['decisions'] {
  const all = entriesOf(ranges);
  const own = direction === 'remove' ? holds.filter(({ held }) => meets(entriesOf(held), all)) : [];
  const about = new Set([...('hold' in cause ? [cause.hold] : []), ...own.map(({ id }) => id)]);
  const lets = (one: Decision): boolean =>
    one.kind === 'answer' &&
    about.has(one.hold) &&
    one.answer === (direction === 'add' ? 'allow' : 'remove') &&
    !active.withdrawn.has(one.id);
  const refs = decisionRefs({ decisions });
  return decisions.filter((one) => ids.includes(one.id) || lets(one)).flatMap(({ id }) => refs.get(id) ?? []);
}

interface Going {
  readonly tag: string | undefined;
  /** When it was released, ISO 8601. */
  readonly released: string | undefined;
  readonly ranges: readonly string[];
}

/** What goes, by the tag that let it in. */
function byTag(removals: readonly Origin[]): Going[] {
  const tagOf = ({ cause }: Origin) => ('tag' in cause ? cause.tag : undefined);
  return [...Map.groupBy(removals, tagOf)].map(([tag, own]) => ({
    tag,
    released: own.flatMap(({ released }) => released?.at ?? []).sort()[0],
    ranges: own.flatMap(({ ranges }) => ranges),
  }));
}

/** How many tags are told where no parents are known. */
const maxTags = 4;

/** What a publication says of ranges that go. */
export async function riskOf(
  context: Pick<RunContext, 'ledgers'>,
  { tag, released, ranges }: Going,
  catalog: Catalog,
  ledger: Ledger | undefined,
): Promise<RemovalRisk> {
  const all = setsOf(ranges);
  const { region, global } = tag === undefined ? {} : parentNames(tag, catalog);
  const parents = [region, global].filter((name) => name !== undefined);
  const found = parents.length > 0 ? parents : widestIn(catalog, all);
  const tags = found.map((name) => {
    const inside = intersect(all, catalog.tags.get(name)?.prefixes ?? setsOf([]));
    return { name, inside };
  });
  const gone = subtract(all, union(tags.map(({ inside }) => inside)));
  return {
    ...(tag === undefined ? {} : { tag }),
    ranges,
    tags: tags.map(({ name, inside }) => ({
      tag: name,
      whole: isEmpty(subtract(all, inside)),
      ranges: prefixesOf(inside),
    })),
    gone: prefixesOf(gone),
    ...(parents.length === 0 || tag === undefined ? {} : await goneSince(context, tag, gone, released, ledger)),
  };
}

/** The smallest tags that have all of it; else those that have most of it. */
function widestIn(catalog: Catalog, all: Sets): string[] {
  const countOf = ({ ipv4, ipv6 }: Sets): bigint => ipv4.count + ipv6.count;
  const sizes = [...catalog.tags.values()]
    .filter(({ prefixes }) => overlaps(all, prefixes))
    .map(({ name, prefixes }) => ({ name, size: countOf(prefixes), missing: countOf(subtract(all, prefixes)) }));
  const order = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
  return sizes
    .sort((a, b) => order(a.missing, b.missing) || order(a.size, b.size))
    .slice(0, maxTags)
    .map(({ name }) => name);
}

/** Since when both parents lack it, as followed while it was held: a ledger forgets that with the release. */
async function goneSince(
  { ledgers }: Pick<RunContext, 'ledgers'>,
  tag: string,
  gone: Sets,
  released: string | undefined,
  ledger: Ledger | undefined,
): Promise<Pick<RemovalRisk, 'goneSince'>> {
  if (isEmpty(gone)) return {};
  const before = released && (await ledgers.at(new Date(Date.parse(released) - 1).toISOString()));
  const absences = ((before || undefined)?.ledger ?? ledger)?.tags.get(tag)?.absences;
  const since = absences && whereaboutsOf(gone, absences).neitherSince;
  return since === undefined ? {} : { goneSince: since };
}
