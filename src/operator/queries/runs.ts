import type { ByFamily } from '../../core/address/family.ts';
import type { Cause, Direction, Mode, Plan, PlanPart, Verdict } from '../../core/plan/plan-types.ts';
import type { Reason } from '../../core/reason.ts';
import type { RunSummary } from '../../ports/runs.ts';
import type { RunContext } from '../../run/context.ts';
import { makeService } from '../../run/make-service.ts';
import { RequestError, type RunView } from '../../run/service.ts';

/** Which runs are asked for. */
export interface RunsQuery {
  readonly most: number;
  /** `next` of the page before. */
  readonly after?: string | undefined;
}

/** Some runs in short, newest first. */
export interface RunsView {
  readonly runs: readonly (Omit<RunSummary, 'generation' | 'targets'> & {
    readonly targets: readonly (RunSummary['targets'][number] & { readonly kind: string })[];
  })[];
  /** For `after`; absent where there are no earlier ones. */
  readonly next?: string;
}

/** A run with its plans in short. */
export interface RunReport extends RunView {
  readonly plans: readonly PlanInShort[];
  /** Since when its plans are no longer kept, ISO 8601; absent while they are. */
  readonly plansRemoved?: string;
}

/** A plan without its ranges: what it would do and what may go. `plan RUN/TARGET` has the ranges. */
export interface PlanInShort {
  readonly target: string;
  readonly mode: Mode;
  readonly refusals: readonly Reason[];
  readonly parts: readonly {
    readonly id: string;
    readonly direction: Direction;
    readonly ranges: number;
    /** As decimal strings. */
    readonly addresses: ByFamily<string>;
    readonly verdict: Verdict['kind'];
    readonly reasons: readonly Reason[];
    readonly causes: readonly { readonly cause: Cause; readonly ranges: number }[];
  }[];
}

/** Runs in short. Throws RequestError for an `after` that no page gave. */
export async function runsOf(context: RunContext, { most, after }: RunsQuery): Promise<RunsView> {
  if (after !== undefined && !/^\d{1,12}$/.test(after)) {
    throw new RequestError(`after: expected \`next\` of the page before, a number, got ${JSON.stringify(after)}`);
  }
  const page = await context.runs.page(most, after === undefined ? undefined : Number(after));
  const { targets: configured } = context.loaded.config;
  return {
    runs: page.runs.map(({ generation: _, targets, ...run }) => ({
      ...run,
      targets: targets.map(({ id, status }) => ({ id, kind: configured[id]?.kind ?? 'unknown', status })),
    })),
    ...(page.next === undefined ? {} : { next: String(page.next) }),
  };
}

/** One run with its plans in short; undefined if there is none. */
export async function runReport(context: RunContext, id: string): Promise<RunReport | undefined> {
  const view = await makeService(context).run(id);
  if (view === undefined) return undefined;
  const plans = view.startedAt === undefined ? [] : await context.runs.plans(id);
  const plansRemoved = plans.length === 0 ? await context.retention.plansRemoved(id) : undefined;
  return { ...view, plans: plans.map(inShort), ...(plansRemoved === undefined ? {} : { plansRemoved }) };
}

function inShort({ target, mode, refusals, parts }: Plan): PlanInShort {
  return { target, mode, refusals, parts: parts.map(partInShort) };
}

function partInShort({ id, direction, steps, addresses, verdict }: PlanPart): PlanInShort['parts'][number] {
  const byCause = Map.groupBy(steps, ({ cause }) => JSON.stringify(cause));
  return {
    id,
    direction,
    ranges: steps.length,
    addresses,
    verdict: verdict.kind,
    reasons: verdict.kind === 'go' ? [] : verdict.reasons,
    causes: [...byCause.values()].flatMap((own) => (own[0] ? [{ cause: own[0].cause, ranges: own.length }] : [])),
  };
}
