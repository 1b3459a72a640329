import { counted, quantity } from '../core/judge/arithmetic.ts';
import type { Live, UnitChange } from '../core/plan/live.ts';
import { digestUnit } from '../core/plan/ownership.ts';

/**
 * What is wrong with a unit after its write; undefined if it is as planned, Succeeded and carries our mark.
 * @param mark undefined: the list is shared, and nobody's mark is in it.
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
    : `${change.key} holds other entries (${counted(found.entries)}) than planned (${counted(expected.entries)}): somebody changed it, or Azure did not take the write; the next run tries again`;
}
