import { counted, quantity } from '../../judge/arithmetic.ts';
import type { Joined } from '../fit.ts';
import type { TargetGuard } from './guard.ts';

/** A list that does not fit is not written in part: a part of an allow-list is a broken one. */
export const capacity: TargetGuard = ({ layout, live, unplaced, entries, offer = [] }) => {
  const { entriesPerUnit, maxUnits, together = Number.POSITIVE_INFINITY } = layout;
  const { taken = 0 } = live;
  const next = `select fewer tags, or spread the list over more targets${offer.length > 0 ? joining(offer) : ''}`;
  if (unplaced > 0) {
    const text = `${counted(entries + unplaced)} entries are needed and ${counted(entriesPerUnit * maxUnits)} fit (${counted(maxUnits)} x ${counted(entriesPerUnit)}); ${counted(unplaced)} have no room`;
    return { rule: 'capacity', text, next };
  }
  const held = live.units.reduce((sum, unit) => sum + unit.entries.length, 0);
  // What is too full already may still get emptier.
  if (entries + taken <= together || entries <= held) return undefined;
  const text = `${counted(entries)} entries are needed beside the ${counted(taken)} that are not of this target, and ${counted(together)} fit in all; ${counted(entries + taken - together)} have no room`;
  return { rule: 'capacity', text, next };
};

/** The joining that would make it fit, and its price. */
function joining(offer: readonly Joined[]): string {
  const price = offer.reduce((sum, { overGrant }) => sum + overGrant.count, 0n);
  const entries = offer.reduce((sum, one) => sum + one.entries.length, 0);
  const over = offer.flatMap(({ overGrant }) => overGrant.toPrefixes());
  const more = over.length > 10 ? ` and ${counted(over.length - 10)} more` : '';
  const named = `${over.slice(0, 10).join(', ')}${more}`;
  return `; joined to ${quantity(entries, 'entry', 'entries')} it fits and lets in ${quantity(price, 'address', 'addresses')} beyond the list (${named}): set "maxOverGrant": ${price} on this target to have that`;
}
