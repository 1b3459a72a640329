import { byFamily, families } from '../../core/address/family.ts';
import { emptySets, prefixesOf } from '../../core/address/sets.ts';
import { shortIds } from '../../core/decisions/short-id.ts';
import { whereaboutsOf } from '../../core/judge/absences.ts';
import { quantity } from '../../core/judge/arithmetic.ts';
import { settledByFiles } from '../../core/judge/gain-rules/index.ts';
import { heldFamilies } from '../../core/judge/grounds.ts';
import { type Hold, isKept, type Ledger, type TagLedger } from '../../core/judge/ledger.ts';
import { policyFor, type TagPolicy } from '../../core/judge/policy.ts';
import type { TargetHold } from '../../core/plan/plan-types.ts';
import { regionOf, serviceOf } from '../../core/publication/catalog.ts';
import type { RunContext } from '../../run/context.ts';
import type { DecisionState } from '../../run/decisions.ts';
import { listsOf, watchOf } from '../../run/lists.ts';
import type { ParentsView } from '../inbox.ts';
import type { HoldView } from '../operator.ts';

/** Every open hold of ranges that the list of some target holds, then those of the targets. */
export async function openHolds(
  context: RunContext,
  ledger: Ledger,
  decisionState: DecisionState,
): Promise<HoldView[]> {
  const { config } = context.loaded;
  const watch = watchOf(config, listsOf(config, ledger));
  const ofTags = [...ledger.tags.values()].flatMap(({ tag, holds }) =>
    holds
      .filter(({ held }) => heldFamilies(held, watch.get(tag) ?? []).length > 0)
      .map((hold) => viewOfTagHold(hold, ledger, context, decisionState)),
  );
  const ofTargets: Unnamed[] = [];
  for (const { target, holds } of await context.targetRecords.all()) {
    if (context.targets.has(target))
      ofTargets.push(...holds.map((hold) => viewOfTargetHold(hold, target, context, decisionState)));
  }
  const holds = [...ofTags, ...ofTargets];
  const short = shortIds([...holds.map(({ id }) => id), ...(ledger.asked ?? []).map(({ part }) => part)]);
  return holds.map((hold) => ({ ...hold, short: short.get(hold.id) ?? hold.id }));
}

/** How a hold is named follows from all of them. */
type Unnamed = Omit<HoldView, 'short'>;

/** A hold of a tag with what is asked, what was answered, and what ends it. */
export function viewOfTagHold(
  hold: Hold,
  ledger: Ledger,
  context: Pick<RunContext, 'loaded' | 'now'>,
  decisionState: DecisionState,
): Unnamed {
  const policy = policyFor(context.loaded.config.policy, hold.tag);
  const global = regionOf(hold.tag) === undefined ? undefined : ledger.tags.get(serviceOf(hold.tag));
  const covered = byFamily((f) => hold.held[f].intersect((global?.published ?? emptySets)[f]));
  return {
    id: hold.id,
    of: { tag: hold.tag },
    kind: hold.kind,
    since: hold.since,
    changeNumber: hold.publication.changeNumber,
    ...extentOf(hold.held),
    questions: hold.questions,
    ...keptBy(hold, decisionState, context.now()),
    otherwise: otherwiseOf(hold, policy),
    coveredByGlobal: hold.kind === 'loss' ? prefixesOf(covered) : [],
    ...parentsOfHold(hold, ledger.tags.get(hold.tag)),
  };
}

/** Nothing where a family that is held has no parents that can be relied on. */
function parentsOfHold(hold: Hold, row: TagLedger | undefined): { readonly parents?: ParentsView } {
  const lacks = families.some((f) => !hold.held[f].isEmpty && row?.withoutParents?.includes(f));
  if (hold.kind === 'gain' || !row?.absences || lacks || regionOf(hold.tag) === undefined) return {};
  const { region, global, neither, neitherSince } = whereaboutsOf(hold.held, row.absences);
  return {
    parents: {
      region: prefixesOf(region),
      global: prefixesOf(global),
      neither: prefixesOf(neither),
      ...(neitherSince === undefined ? {} : { neitherSince }),
    },
  };
}

/** What becomes of a hold of a tag without an answer. */
function otherwiseOf(hold: Hold, policy: TagPolicy): string {
  const absent = `${quantity(policy.lossClockDays, 'day')} and ${quantity(policy.lossClockPublications, 'file')}`;
  if (hold.kind === 'gain') {
    const byFile = hold.questions.every(({ rule }) => settledByFiles.has(rule));
    return `it stays out; the question ends when it is no longer published${byFile ? ', or when a file has it in the parents of the tag (its global tag, AzureCloud of its region) as well' : ''}`;
  }
  if (hold.questions.length > 0) {
    return `it stays allowed; the question ends when it is published again, or when the parents of the tag have lacked it for ${absent}`;
  }
  if (families.every((family) => hold.held[family].isEmpty || hold.settled?.[family] === 'kept')) {
    return 'it stays allowed for as long as the parents of the tag have it';
  }
  return `it goes out ${absent} after both parents of the tag lack it as well; what the global tag alone has after ${quantity(policy.lossClockGlobalDays, 'day')}; what AzureCloud of the region has stays`;
}

function viewOfTargetHold(
  hold: TargetHold,
  target: string,
  context: RunContext,
  decisionState: DecisionState,
): Unnamed {
  const { lossClockDays, lossClockPublications } = context.loaded.config.policy;
  return {
    id: hold.id,
    of: { target },
    kind: hold.cause,
    since: hold.since,
    ...extentOf(hold.held, hold.held.names),
    questions: [],
    ...answerOf(decisionState, hold.id),
    otherwise: `it goes out after ${quantity(lossClockDays, 'day')} and ${quantity(lossClockPublications, 'file')}`,
    coveredByGlobal: [],
  };
}

function extentOf(held: Hold['held'], names: readonly string[] = []): Pick<HoldView, 'prefixes' | 'addresses'> {
  return {
    prefixes: [...names, ...prefixesOf(held)],
    addresses: byFamily((f) => held[f].count.toString()),
  };
}

/** The answer by which a hold of a tag stays as it is; a part that was answered alone is a hold of its own. */
function keptBy(hold: Hold, decisionState: DecisionState, now: Date): Pick<HoldView, 'answered'> {
  if (!isKept(hold, now.toISOString())) return {};
  const answers = [...decisionState.active.answers.values()].flat();
  const answered = answers.findLast((decision) => hold.id === decision.hold || hold.id.startsWith(`${decision.hold}-`));
  return answered ? { answered } : {};
}

function answerOf(decisionState: DecisionState, hold: string): Pick<HoldView, 'answered'> {
  const answered = decisionState.active.answers.get(hold)?.at(-1);
  return answered ? { answered } : {};
}
