import type { RunRecord } from '../ports/runs.ts';
import { closeIfComplete } from './close.ts';
import type { CloseContext } from './context.ts';
import { concurrency, mapConcurrent } from './map-concurrent.ts';
import { openUnits } from './open-units.ts';

/**
 * Takes a recorded run on from wherever it stands: its ledger comes into force, its generation is raised on every
 * target, lanes with work left are put into the queue, and it is closed if nothing is left. Every step may be repeated;
 * a process that died after the header was written loses nothing.
 */
export async function resumeRun(context: CloseContext, record: RunRecord): Promise<void> {
  const { intent } = record;
  if (record.closing) return;
  if (intent.ledgerAfter !== undefined && intent.ledgerAfter !== intent.ledgerBefore) {
    await context.ledgers.putInForce(intent.ledgerAfter, intent.ledgerBefore);
  }
  await mapConcurrent(intent.targets, concurrency, (target) => context.targetRecords.raise(target, intent.generation));
  if (await closeIfComplete(context, intent.run)) return;
  // The longest first: one that begins last would keep the run open when all others are done.
  const lanes = [...intent.lanes].sort((a, b) => b.targets.length - a.targets.length);
  await mapConcurrent(lanes, concurrency, async ({ lane, targets }) => {
    const left = await Promise.all(targets.map((target) => openUnits(context, record, target)));
    if (left.every((subjects) => subjects.length === 0)) return;
    await context.laneQueue.send({ schema: 1, run: intent.run, lane, generation: intent.generation });
  });
}
