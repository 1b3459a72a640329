import { counted, quantity } from '../core/judge/arithmetic.ts';
import { covers, entriesOf } from '../core/plan/entries.ts';
import type { Live, UnitChange } from '../core/plan/live.ts';
import type { TargetMemory } from '../core/plan/memory.ts';
import { digestUnit } from '../core/plan/ownership.ts';
import type { Plan } from '../core/plan/plan-types.ts';
import { readBack } from '../core/plan/read-back.ts';
import type { Intent } from '../ports/runs.ts';
import type { Change } from '../ports/store.ts';
import type { ApplyContext } from './context.ts';
import type { DecisionState } from './decisions.ts';

/**
 * What is wrong with a unit after its write; undefined if it is as planned, Succeeded and carries our mark.
 * @param mark undefined: the list is shared, and has no marks.
 */
export function verifyChange(change: UnitChange, live: Live, mark: string | undefined): string | undefined {
  const unit = live.units.find(({ key }) => key === change.key);
  if (change.action === 'delete') return unit ? `${change.key} should be gone and is still there` : undefined;
  if (!unit)
    return `${change.key} should hold ${quantity(change.entries.length, 'entry', 'entries')} and does not exist`;
  if (unit.state !== 'Succeeded')
    return `${change.key} is in state ${unit.state}, not Succeeded: the next run writes it again; Azure's activity log says why`;
  if (mark !== undefined && unit.mark !== mark)
    return `${change.key} carries the mark "${unit.mark ?? ''}", not "${mark}"`;
  if (unit.unused !== undefined) return unit.unused;
  const expected = digestUnit(change.key, change.family, change.entries);
  const found = digestUnit(unit.key, unit.family, unit.entries);
  return expected.digest === found.digest
    ? undefined
    : `${change.key} holds other entries (${counted(found.entries)}) than planned (${counted(expected.entries)}): it was changed, or Azure did not take the write; the next run tries again`;
}

/** The steps that are true of the target now, of the plan as recorded and as made again, oldest first. */
export function changesOf(
  plans: readonly Plan[],
  before: TargetMemory | undefined,
  live: Live,
  intent: Pick<Intent, 'run'>,
  at: string,
): Change[] {
  const seen = new Set<string>();
  return plans.flatMap((one) => {
    const { target, list } = one;
    const { added, removed } = readBack(one, before, live);
    const of = (direction: Change['direction'], steps: typeof added) =>
      steps.flatMap(({ prefix, cause, decisions }): Change[] => {
        if (seen.has(`${direction} ${prefix}`)) return [];
        seen.add(`${direction} ${prefix}`);
        const decided = decisions === undefined ? {} : { decisions };
        return [{ target, list, run: intent.run, at, direction, prefix, cause, ...decided }];
      });
    return [...of('add', added), ...of('remove', removed)];
  });
}

/** What an approval let through is done, so that it lets the same through no second time. */
export async function recordApprovalsUsed(
  context: Pick<ApplyContext, 'controls'>,
  decisionState: DecisionState,
  /** Ids of the approvals that let something through. */
  used: readonly string[],
  changes: readonly Change[],
  at: string,
): Promise<void> {
  for (const { word, covers: covered } of decisionState.active.approvals) {
    if (!used.includes(word.id)) continue;
    const done = changes.filter(
      ({ direction, prefix }) => direction === word.direction && covers(covered, entriesOf([prefix])),
    );
    if (done.length === 0) continue;
    const run = done[0]?.run ?? '';
    await context.controls.append({
      kind: 'done',
      // The same for the same run, and after the approval in order: recorded again, it is the same word.
      id: `${word.id}-done-${run}`,
      at,
      by: { name: 'service-tag-sync', how: 'key' },
      why: `written and read back in run ${run}`,
      word: word.id,
      ranges: done.map(({ prefix }) => prefix),
    });
  }
}
