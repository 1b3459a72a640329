import { quantity } from '../core/judge/arithmetic.ts';
import { entryKey } from '../core/plan/foreign.ts';
import type { Plan } from '../core/plan/plan-types.ts';
import { bad, type Check, note } from './check.ts';

/**
 * Entries of a target that others wrote, and those of them that make the list moot.
 * @param asked ids of the parts that a run has asked about: only these can be approved.
 */
export function checkForeign({ target, foreign, broad = [] }: Plan, asked: ReadonlySet<string>): Check[] {
  const of = `target ${target}`;
  const keys = new Set(broad.map(({ unit, entry }) => entryKey(unit, entry)));
  const others = foreign.filter(({ unit, entry }) => !keys.has(entryKey(unit, entry)));
  return [
    ...broad.map(({ unit, entry, addresses, part }) => {
      const size = addresses === undefined ? 'every address' : quantity(BigInt(addresses), 'address', 'addresses');
      return bad(
        of,
        `${entry} in ${unit} was not written by this service and lets in ${size}, more than the list`,
        asked.has(part)
          ? `to take it out: npm run -s cli -- approve ${part} --why "..."; to leave it there: npm run -s cli -- keep-part ${part} --why "..."`
          : 'start a run, which asks about it, or remove the entry in Azure',
      );
    }),
    ...(others.length > 0
      ? [note(of, `${quantity(others.length, 'entry', 'entries')} that this service did not write: kept as they are`)]
      : []),
  ];
}
