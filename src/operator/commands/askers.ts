import type { AskedBy } from '../../core/decisions/authorization.ts';
import type { Actor, Decision } from '../../core/decisions/decision.ts';
import { distinctPersons } from '../../core/decisions/person.ts';
import { type Entries, entriesOf, isNone, meets } from '../../core/plan/entries.ts';
import type { PlanPart } from '../../core/plan/plan-types.ts';
import type { RunContext } from '../../run/context.ts';
import type { DecisionState } from '../../run/decisions.ts';
import type { HoldView } from '../operator.ts';
import { findPart, maxRuns, readPlan } from './find-part.ts';

export const nobodyAsked: AskedBy = { persons: [], unknown: false };

/** Who asked for the change that a decision lets through. */
export async function askersOf(
  context: RunContext,
  decision: Decision,
  holds: readonly HoldView[],
  decisionState: DecisionState,
): Promise<AskedBy> {
  if (decision.kind === 'approve') return askersOfPart(context, decision, holds, decisionState);
  const hold = decision.kind === 'answer' ? holds.find(({ id }) => id === decision.hold) : undefined;
  // What a list gave up: an edit of the config that may have come with any of its authors. A registry's change has none.
  return { persons: [], unknown: hold?.kind === 'config' };
}

/** Those who answered for a step of a part, or took such an answer back, edited its config, or ran what planned it. */
async function askersOfPart(
  context: RunContext,
  { part, target }: Decision & { readonly kind: 'approve' },
  open: readonly HoldView[],
  { decisions, active }: DecisionState,
): Promise<AskedBy> {
  const found = await findPart(context, part);
  if (!found) return { persons: [], unknown: true };
  const { steps } = found.part;
  const ids = new Set(steps.flatMap(({ decisions: some = [] }) => some));
  const all = entriesOf(steps.map(({ prefix }) => prefix));
  // What a list gave up is a hold of its target, which stays open until its ranges are out: no step names it.
  const given = open.filter(
    ({ of, prefixes }) => 'target' in of && of.target === target && meets(entriesOf(prefixes), all),
  );
  const holds = new Set([
    ...steps.flatMap(({ cause }) => ('hold' in cause ? [cause.hold] : [])),
    ...(found.part.direction === 'remove' ? given.map(({ id }) => id) : []),
  ]);
  const decided = decisions.filter(
    (one) => ids.has(one.id) || (one.kind === 'answer' && holds.has(one.hold) && !active.withdrawn.has(one.id)),
  );
  const pinned = active.pin && steps.some(({ cause }) => cause.kind === 'pin') ? [active.pin] : [];
  const planned = await askersOfPlans(context, found.part, target);
  // An answer that was taken back opened its hold again: what is held goes back to how it was before.
  const again = new Set(open.flatMap(({ id, prefixes }) => (meets(entriesOf(prefixes), all) ? [id] : [])));
  const answered = new Map(decisions.flatMap((one) => (one.kind === 'answer' ? [[one.id, one.hold] as const] : [])));
  const takenBack = decisions.filter(
    (one) => one.kind === 'withdraw' && active.withdrawn.has(one.word) && again.has(answered.get(one.word) ?? ''),
  );
  const persons = [...[...decided, ...takenBack, ...pinned].map(({ by }) => by), ...planned.persons];
  return { persons: distinctPersons(persons), unknown: planned.unknown };
}

/**
 * Those who asked for a run that planned the part, other than by deciding something, and those who gave the configs by
 * which the ranges of an edit were planned. In every run, not in the last one alone: a later edit of another person, of
 * something else, makes the ranges its own by their cause.
 */
async function askersOfPlans(context: RunContext, part: PlanPart, target: string): Promise<AskedBy> {
  const persons: Actor[] = [];
  const configs = new Set<string>();
  let unknown = false;
  const edited = editedIn(part);
  for (const { run, by } of (await context.runs.page(maxRuns)).runs) {
    if (by === undefined && isNone(edited)) continue;
    const plan = await readPlan(context, run, target);
    if (plan === 'damaged') unknown ||= !isNone(edited);
    else if (plan !== undefined) {
      if (plan.parts.some(({ id }) => id === part.id)) persons.push(...(by ?? []));
      const same = plan.parts.filter(({ direction }) => direction === part.direction);
      if (!same.some((one) => meets(editedIn(one), edited))) continue;
      const intent = (await context.runs.get(run, () => []))?.intent;
      if (intent === undefined) unknown = true;
      else configs.add(intent.configHash);
    }
  }
  for (const config of configs) {
    const authors = await context.configAuthors.of(config);
    persons.push(...authors.persons);
    unknown ||= authors.unknown;
  }
  return { persons, unknown };
}

/** What of a part an edit of the config asked for: of its lists, or of its targets. */
function editedIn({ steps }: PlanPart): Entries {
  const edited = steps.filter(({ cause }) => cause.kind === 'config' || cause.kind === 'first contact');
  return entriesOf(edited.map(({ prefix }) => prefix));
}
