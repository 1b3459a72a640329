import type { Family } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import { entryKey } from './foreign.ts';
import type { Layout } from './live.ts';
import type { UnitOwnership } from './ownership.ts';
import type { PlannedChange } from './plan-types.ts';

/** What a packing lays out, and what it may touch. */
export interface PackChange {
  readonly add: PrefixSet;
  readonly remove: PrefixSet;
  /** What the family should hold in the end, held back or not; only what is there may refill a unit. */
  readonly desired: PrefixSet;
  /** Foreign entries that go out on a person's word, as `entryKey`. */
  readonly drop: ReadonlySet<string>;
}

export interface Packing {
  readonly changes: readonly PlannedChange[];
  /** Prefixes for which no unit had room; nothing may be written while this is not empty. */
  readonly unplaced: readonly string[];
  /** Units that would be left empty, with nothing that may stand there instead: `remove` must not go. */
  readonly stranded: readonly string[];
  /** Entries after the change, over all units of the family. */
  readonly entries: number;
  /** Our prefixes after the change, each as it stands in its unit. */
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
  const pieces = change.add.toPrefixes();
  const changes: PlannedChange[] = [];
  let next = 0;
  let entries = 0;
  const ours: string[] = [];
  const crowded: string[] = [];
  const stranded: string[] = [];
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
  const filled = units.map(({ unit, ours: all, foreign: theirs }) => {
    const before = all[family];
    const foreign = theirs.filter((text) => !change.drop.has(entryKey(unit.key, text)));
    const after = fill(before.subtract(change.remove), foreign.length);
    const dropped = theirs.filter((text) => !foreign.includes(text));
    return { unit, before, after, texts: mergeTexts(foreign, after), dropped };
  });
  const created: PlannedChange[] = [];
  const taken = new Set(units.map(({ unit }) => unit.key));
  for (let index = 0; index < layout.maxUnits && next < pieces.length; index++) {
    const key = layout.unitKey(family, index);
    if (taken.has(key)) continue;
    const texts = fill(PrefixSet.empty(family), 0).toPrefixes();
    entries += texts.length;
    created.push({ key, family, action: 'create', entries: texts, added: texts, removed: [] });
  }
  const kept = [
    ...filled.map(({ after }) => after),
    ...created.map(({ entries: texts }) => PrefixSet.from(family, texts)),
  ];
  // What may stand in a unit that would be left empty: a copy of what stands in another one.
  const [copy] = PrefixSet.unionOf(family, kept).intersect(change.desired).toPrefixes();
  for (const [index, { unit, before, after, texts, dropped }] of filled.entries()) {
    ours.push(...after.toPrefixes());
    const same = after.equals(before) && dropped.length === 0;
    // Taking a piece out of a joined prefix makes more entries of it.
    const tooMany = same ? [] : texts.slice(layout.entriesPerUnit);
    crowded.push(...tooMany);
    entries -= tooMany.length;
    entries += Math.max(texts.length, 1);
    const claim = rewrite(units[index] as UnitOwnership);
    // Somebody else may have emptied it: then it is filled, or goes, like one that would be empty now.
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
      changes.push({ ...common, action: 'replace', entries: [copy] });
    } else if (!before.isEmpty || dropped.length > 0) {
      stranded.push(unit.key);
    }
  }
  for (const { entries: texts } of created) ours.push(...texts);
  const unplaced = [...crowded, ...pieces.slice(next)];
  return { changes: [...changes, ...created], unplaced, stranded, entries, ours };
}

/** Foreign entries as they are, then ours, without writing the same text twice. */
function mergeTexts(foreign: readonly string[], ours: PrefixSet): string[] {
  const there = new Set(foreign);
  return [...foreign, ...ours.toPrefixes().filter((prefix) => !there.has(prefix))];
}
