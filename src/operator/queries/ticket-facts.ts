import type { Decision } from '../../core/decisions/decision.ts';
import type { Ledger } from '../../core/judge/ledger.ts';
import { entriesOf, meets } from '../../core/plan/entries.ts';
import type { Cause, Direction, Plan, Step } from '../../core/plan/plan-types.ts';
import { proposalOf } from '../../core/plan/proposed-change.ts';
import { type Going, riskOf } from '../../core/plan/removal-risk.ts';
import type { Origin, TicketFacts } from '../../core/plan/ticket-facts.ts';
import type { Publication } from '../../core/publication/publication.ts';
import type { RunRecord } from '../../ports/runs.ts';
import type { RunContext } from '../../run/context.ts';
import { type DecisionState, decisionRefs, readDecisions } from '../../run/decisions.ts';
import { tryCatalogInForce } from '../../run/stored-publication.ts';
import { heldBefore } from './part-removals.ts';
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
        : await Promise.all(
            byTag(removals).map(async ({ released, ...going }) =>
              riskOf(going, catalog, await heldBefore(context, released, ledger)),
            ),
          ),
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

interface GoingAt extends Going {
  /** When it was released, ISO 8601. */
  readonly released: string | undefined;
}

/** What goes, by the tag that let it in. */
function byTag(removals: readonly Origin[]): GoingAt[] {
  const tagOf = ({ cause }: Origin) => ('tag' in cause ? cause.tag : undefined);
  return [...Map.groupBy(removals, tagOf)].map(([tag, own]) => ({
    tag,
    released: own.flatMap(({ released }) => released?.at ?? []).sort()[0],
    ranges: own.flatMap(({ ranges }) => ranges),
  }));
}
