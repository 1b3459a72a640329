import { openSubjects } from '../core/plan/outcomes.ts';
import type { RunRecord } from '../ports/runs.ts';
import { closeIfComplete } from './close.ts';
import type { Parts } from './parts.ts';

/**
 * Takes a recorded run on from wherever it stands: its ledger comes into force, its generation is raised on every
 * target, lanes with work left are put into the queue, and it is closed if nothing is left. Every step may be repeated;
 * a process that died after the header was written loses nothing.
 */
export async function advance(parts: Parts, record: RunRecord): Promise<void> {
  const { intent } = record;
  if (record.closing) return;
  if (intent.ledgerAfter !== undefined && intent.ledgerAfter !== intent.ledgerBefore) {
    await parts.ledgers.putInForce(intent.ledgerAfter, intent.ledgerBefore);
  }
  for (const target of intent.targets) await parts.targetRecords.raise(target, intent.generation);
  if (await closeIfComplete(parts, intent.run)) return;
  for (const { lane, targets } of intent.lanes) {
    const left = await Promise.all(
      targets.map(async (target) => {
        const plan = await parts.runs.plan(intent.run, target);
        return plan ? openSubjects(plan, record.outcomes).length : 0;
      }),
    );
    if (left.every((subjects) => subjects === 0)) continue;
    await parts.laneQueue.send({ schema: 1, run: intent.run, lane, generation: intent.generation });
  }
}
