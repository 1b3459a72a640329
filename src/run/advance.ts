import type { RunRecord } from '../ports/runs.ts';
import { closeIfComplete } from './close.ts';
import { abreast, mapBounded } from './map-bounded.ts';
import { openOf } from './open-of.ts';
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
  await mapBounded(intent.targets, abreast, (target) => parts.targetRecords.raise(target, intent.generation));
  if (await closeIfComplete(parts, intent.run)) return;
  // The longest first: one that begins last would keep the run open when all others are done.
  const lanes = [...intent.lanes].sort((a, b) => b.targets.length - a.targets.length);
  await mapBounded(lanes, abreast, async ({ lane, targets }) => {
    const left = await Promise.all(targets.map((target) => openOf(parts, record, target)));
    if (left.every((subjects) => subjects.length === 0)) return;
    await parts.laneQueue.send({ schema: 1, run: intent.run, lane, generation: intent.generation });
  });
}
