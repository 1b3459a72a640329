import type { AskedBy } from '../../core/decisions/authorization.ts';
import type { Actor, Decision } from '../../core/decisions/decision.ts';
import { distinctPersons } from '../../core/decisions/person.ts';
import type { Cause, Step } from '../../core/plan/plan-types.ts';
import type { RunContext } from '../../run/context.ts';
import type { DecisionState } from '../../run/decisions.ts';
import type { HoldView } from '../operator.ts';
import { findPart, maxRuns } from './find-part.ts';

export const nobodyAsked: AskedBy = { persons: [], unknown: false };

/** Who asked for the change that a decision lets through. */
export async function askersOf(
  context: RunContext,
  decision: Decision,
  hold: HoldView | undefined,
  decisionState: DecisionState,
): Promise<AskedBy> {
  if (decision.kind === 'approve') return askersOfPart(context, decision, decisionState);
  // What a list gave up: an edit of the config that may have come with any of its authors. A registry's change has none.
  return { persons: [], unknown: hold?.kind === 'config' };
}

/** Those who answered for a step of a part, edited the config that it comes from, or ran what planned it. */
async function askersOfPart(
  context: RunContext,
  { part, target }: Decision & { readonly kind: 'approve' },
  { decisions, active }: DecisionState,
): Promise<AskedBy> {
  const found = await findPart(context, part);
  if (!found) return { persons: [], unknown: true };
  const { steps } = found.part;
  const ids = new Set(steps.flatMap(({ decisions: some = [] }) => some));
  const holds = new Set(steps.flatMap(({ cause }) => ('hold' in cause ? [cause.hold] : [])));
  const decided = decisions.filter(
    (one) => ids.has(one.id) || (one.kind === 'answer' && holds.has(one.hold) && !active.withdrawn.has(one.id)),
  );
  const pinned = active.pin && steps.some(({ cause }) => cause.kind === 'pin') ? [active.pin] : [];
  const authors = await authorsOf(context, steps);
  const persons = [
    ...[...decided, ...pinned].map(({ by }) => by),
    ...authors.flatMap((author) => author ?? []),
    ...(await whoRan(context, part, target)),
  ];
  return { persons: distinctPersons(persons), unknown: authors.includes(undefined) };
}

/** The author of each config that steps come from; undefined for one that is not on record. */
async function authorsOf(
  { configAuthors }: RunContext,
  steps: readonly Step[],
): Promise<readonly (Actor | undefined)[]> {
  const edits = steps.map(({ cause }) => cause).filter((cause) => cause.kind === 'config');
  const hashes = new Set(edits.map(({ config }: Cause & { readonly kind: 'config' }) => config));
  return Promise.all([...hashes].map((hash) => (hash === undefined ? undefined : configAuthors.of(hash))));
}

/** Those who asked for a run that planned the part, other than by deciding something. */
async function whoRan(context: RunContext, part: string, target: string): Promise<readonly Actor[]> {
  const persons: Actor[] = [];
  for (const { intent } of await context.runs.list(maxRuns)) {
    if (intent.by === undefined) continue;
    const plan = await context.runs.plan(intent.run, target);
    if (plan?.parts.some(({ id }) => id === part)) persons.push(...intent.by);
  }
  return persons;
}
