import type { Family } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import type { HeldUnit } from './holding.ts';
import type { Layout } from './live.ts';
import type { PlannedChange } from './plan-types.ts';

interface Packing {
  readonly changes: readonly PlannedChange[];
  /** Prefixes for which no unit had room; nothing may be written while this is not empty. */
  readonly unplaced: readonly string[];
  /** Entries after the change, over all units of the family. */
  readonly entries: number;
  /** Our prefixes after the change, each as it stands in its unit. */
  readonly ours: readonly string[];
}

/**
 * Lays out one family: takes `remove` out of the units that hold it, fills `add` into the units with room, opens new
 * ones after that. An address never moves from one unit to another, so no order of writes can leave a gap.
 *
 * - `desired`: what the family should hold in the end; the refill of a unit that would be left empty comes from it.
 * - `claim`: true if a unit that does not carry our mark is to be rewritten for the sake of the mark.
 */
export function packFamily(
  family: Family,
  units: readonly HeldUnit[],
  layout: Layout,
  change: { add: PrefixSet; remove: PrefixSet; desired: PrefixSet },
  claim: (unit: HeldUnit) => boolean,
): Packing {
  const pieces = change.add.toPrefixes();
  const changes: PlannedChange[] = [];
  let next = 0;
  let entries = 0;
  const ours: string[] = [];
  const crowded: string[] = [];
  const fill = (kept: PrefixSet, foreign: number): PrefixSet => {
    // What is left may join with what is there, so that all together need fewer entries than they do apart.
    const whole = kept.union(PrefixSet.from(family, pieces.slice(next)));
    if (whole.toPrefixes().length <= layout.entriesPerUnit - foreign) {
      next = pieces.length;
      return whole;
    }
    const room = layout.entriesPerUnit - foreign - kept.toPrefixes().length;
    if (room <= 0 || next >= pieces.length) return kept;
    const placed = pieces.slice(next, next + room);
    next += placed.length;
    return kept.union(PrefixSet.from(family, placed));
  };
  for (const held of units) {
    const kept = held.ours.subtract(change.remove);
    const after = fill(kept, held.foreign.length);
    const texts = mergeTexts(held.foreign, after);
    ours.push(...after.toPrefixes());
    // Taking a piece out of a joined prefix makes more entries of it.
    const tooMany = after.equals(held.ours) ? [] : texts.slice(layout.entriesPerUnit);
    crowded.push(...tooMany);
    entries -= tooMany.length;
    entries += Math.max(texts.length, 1);
    if (after.equals(held.ours) && !claim(held)) continue;
    const common = {
      key: held.unit.key,
      family,
      added: after.subtract(held.ours).toPrefixes(),
      removed: held.ours.subtract(after).toPrefixes(),
      ...(held.unit.version === undefined ? {} : { version: held.unit.version }),
      ...(held.unit.mark !== undefined && claim(held) ? { takesOver: held.unit.mark } : {}),
    };
    if (texts.length > 0) {
      changes.push({ ...common, action: 'replace', entries: texts });
    } else if (layout.whenEmpty === 'delete' && !held.unit.mustStay) {
      entries -= 1;
      changes.push({ ...common, action: 'delete', entries: [] });
    } else {
      // A copy of a range that another unit holds: an empty list would switch off every rule that names it.
      changes.push({ ...common, action: 'replace', entries: change.desired.toPrefixes().slice(0, 1) });
    }
  }
  const taken = new Set(units.map((held) => held.unit.key));
  for (let index = 0; index < layout.maxUnits && next < pieces.length; index++) {
    const key = layout.unitKey(family, index);
    if (taken.has(key)) continue;
    const texts = fill(PrefixSet.empty(family), 0).toPrefixes();
    entries += texts.length;
    ours.push(...texts);
    changes.push({ key, family, action: 'create', entries: texts, added: texts, removed: [] });
  }
  return { changes, unplaced: [...crowded, ...pieces.slice(next)], entries, ours };
}

/** Foreign entries as they are, then ours, without writing the same text twice. */
function mergeTexts(foreign: readonly string[], ours: PrefixSet): string[] {
  const there = new Set(foreign);
  return [...foreign, ...ours.toPrefixes().filter((prefix) => !there.has(prefix))];
}
