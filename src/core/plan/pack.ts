import type { Family } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import { entryOf, textsOf } from './entries.ts';
import { entryKey } from './foreign.ts';
import { type Layout, renderedBy } from './live.ts';
import type { UnitOwnership } from './ownership.ts';
import type { PlannedChange } from './plan-types.ts';

/** What a packing lays out, and what it may touch. */
export interface PackChange {
  readonly add: PrefixSet;
  readonly remove: PrefixSet;
  /** What the family should hold in the end, held back or not; only what is there may refill a unit. */
  readonly desired: PrefixSet;
  /** Foreign entries that go out by approval, as `entryKey`. */
  readonly drop: ReadonlySet<string>;
}

export interface Packing {
  readonly changes: readonly PlannedChange[];
  /** Entries for which no unit had room; nothing may be written while this is not empty. */
  readonly unplaced: readonly string[];
  /** Units that would be left empty, with nothing to fill them: `remove` must not go. */
  readonly stranded: readonly string[];
  /** Entries after the change, over all units of the family. */
  readonly entries: number;
  /** What is ours after the change, each entry of a unit by itself, as a canonical prefix. */
  readonly ours: readonly string[];
}

/**
 * Lays out one family: takes `remove` out of the units that hold it, fills `add` into the units with room, opens new
 * ones after that. An address never moves from one unit to another, so no order of writes can leave a gap.
 *
 * @param rewrite true if a unit is to be written although its entries stay: for its mark, its use, or its state.
 */
export function packFamily(
  family: Family,
  units: readonly UnitOwnership[],
  layout: Layout,
  change: PackChange,
  rewrite: (unit: UnitOwnership) => boolean,
): Packing {
  const rendered = (set: PrefixSet) => renderedBy(layout, set);
  const pieces = change.add.toPrefixes();
  const sizes = pieces.map((piece) => layout.render?.(piece).length ?? 1);
  const changes: PlannedChange[] = [];
  let next = 0;
  let entries = 0;
  const ours: string[] = [];
  const crowded: string[] = [];
  const stranded: string[] = [];
  const fill = (kept: PrefixSet, foreign: number): PrefixSet => {
    // What is left may join with what is there, so that all together need fewer entries than they do apart.
    const whole = kept.union(PrefixSet.from(family, pieces.slice(next)));
    if (rendered(whole).length <= layout.entriesPerUnit - foreign) {
      next = pieces.length;
      return whole;
    }
    let room = layout.entriesPerUnit - foreign - rendered(kept).length;
    const from = next;
    for (; next < pieces.length; next++) {
      room -= sizes[next] ?? 1;
      if (room < 0) break;
    }
    return next === from ? kept : kept.union(PrefixSet.from(family, pieces.slice(from, next)));
  };
  const filled = units.map(({ unit, ours: all, foreign: theirs }) => {
    const before = all[family];
    const foreign = theirs.filter((text) => !change.drop.has(entryKey(unit.key, text)));
    const after = fill(before.subtract(change.remove), foreign.length);
    const dropped = theirs.filter((text) => !foreign.includes(text));
    return { unit, before, after, texts: mergeTexts(foreign, rendered(after)), dropped };
  });
  const created: PlannedChange[] = [];
  const taken = new Set(units.map(({ unit }) => unit.key));
  for (let index = 0; index < layout.maxUnits && next < pieces.length; index++) {
    const key = layout.unitKey(family, index);
    if (taken.has(key)) continue;
    const placed = fill(PrefixSet.empty(family), 0);
    // One that takes more entries than a unit has.
    if (placed.isEmpty) break;
    const texts = rendered(placed);
    entries += texts.length;
    created.push({ key, family, action: 'create', entries: texts, added: placed.toPrefixes(), removed: [] });
  }
  const claimed = (set: PrefixSet) => rendered(set).flatMap((text) => textsOf(entryOf(text, family)));
  const kept = [...filled.map(({ after }) => after), ...created.map(({ added }) => PrefixSet.from(family, added))];
  // Content for a unit that would be left empty: a copy of an entry of another unit.
  const [copy] = PrefixSet.unionOf(family, kept).intersect(change.desired).toPrefixes();
  for (const [index, { unit, before, after, texts, dropped }] of filled.entries()) {
    ours.push(...claimed(after));
    const same = after.equals(before) && dropped.length === 0;
    // Taking a piece out of a joined prefix makes more entries of it.
    const tooMany = same ? [] : texts.slice(layout.entriesPerUnit);
    crowded.push(...tooMany);
    entries -= tooMany.length;
    entries += Math.max(texts.length, 1);
    const claim = rewrite(units[index] as UnitOwnership);
    // Others may have emptied it: then it is filled, or deleted, like one that would be empty now.
    if (same && texts.length > 0 && !claim) continue;
    const common = {
      key: unit.key,
      family,
      added: after.subtract(before).toPrefixes(),
      removed: before.subtract(after).toPrefixes(),
      ...(dropped.length === 0 ? {} : { dropped }),
      ...(unit.version === undefined ? {} : { version: unit.version }),
      ...(unit.mark !== undefined && claim ? { takesOver: unit.mark } : {}),
    };
    if (texts.length > 0) {
      changes.push({ ...common, action: 'replace', entries: texts });
    } else if (layout.whenEmpty === 'delete' && !unit.mustStay) {
      entries -= 1;
      changes.push({ ...common, action: 'delete', entries: [] });
    } else if (copy !== undefined) {
      // An empty list would switch off every rule that names it.
      changes.push({ ...common, action: 'replace', entries: layout.render?.(copy) ?? [copy] });
    } else if (!before.isEmpty || dropped.length > 0) {
      stranded.push(unit.key);
    }
  }
  for (const { added } of created) ours.push(...claimed(PrefixSet.from(family, added)));
  const unplaced = [...crowded, ...rendered(PrefixSet.from(family, pieces.slice(next)))];
  return { changes: [...changes, ...created], unplaced, stranded, entries, ours };
}

/** Foreign entries as they are, then ours, without writing the same text twice. */
function mergeTexts(foreign: readonly string[], ours: readonly string[]): string[] {
  const there = new Set(foreign);
  return [...foreign, ...ours.filter((text) => !there.has(text))];
}
