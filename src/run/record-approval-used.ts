import { covers, entriesOf } from '../core/plan/entries.ts';
import type { Change } from '../ports/store.ts';
import type { ApplyContext } from './context.ts';
import type { DecisionState } from './decisions.ts';

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
