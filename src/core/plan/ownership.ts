import { createHash } from 'node:crypto';
import type { Family } from '../address/family.ts';
import { covers, type Entries, entryOf, noEntries, textsOf, unite } from './entries.ts';
import type { Live, LiveUnit } from './live.ts';
import type { ForeignEntry, UnitDigest } from './plan-types.ts';

/** A live unit seen by whose entries it holds. */
export interface UnitOwnership {
  readonly unit: LiveUnit;
  readonly ours: Entries;
  /** Entries that others wrote, raw. */
  readonly foreign: readonly string[];
}

/** A target's live state, split into what is ours and what is not. */
export interface Ownership {
  readonly units: readonly UnitOwnership[];
  /** Everything that the target lets through, from any writer. */
  readonly all: Entries;
  readonly ours: Entries;
  readonly foreign: readonly ForeignEntry[];
  /** What the foreign entries let through. */
  readonly foreignEntries: Entries;
}

/**
 * Splits live entries: one is ours if everything it lets through is known to be ours (`ours`); anything else, an entry that
 * only partly overlaps among them, is foreign and stays.
 *
 * @param claimed of a shared list: only an entry that is one of these prefixes is ours.
 */
export function classifyEntries(live: Live, ours: Entries, claimed?: ReadonlySet<string>): Ownership {
  const all: Entries[] = [];
  const own: Entries[] = [];
  const others: Entries[] = [];
  const foreign: ForeignEntry[] = [];
  const units = live.units.map((unit): UnitOwnership => {
    const here: Entries[] = [];
    const raw: string[] = [];
    for (const text of unit.entries) {
      const entry = entryOf(text, unit.family);
      all.push(entry);
      if (covers(ours, entry) && (claimed === undefined || isOneOf(claimed, entry))) {
        here.push(entry);
        continue;
      }
      raw.push(text);
      foreign.push({ unit: unit.key, entry: text });
      others.push(entry);
    }
    const together = here.length === 0 ? noEntries : unite(here);
    own.push(together);
    return { unit, ours: together, foreign: raw };
  });
  return { units, all: unite(all), ours: unite(own), foreign, foreignEntries: unite(others) };
}

function isOneOf(claimed: ReadonlySet<string>, entry: Entries): boolean {
  const [only, ...more] = textsOf(entry);
  return only !== undefined && more.length === 0 && claimed.has(only);
}

/** Everything that a target lets through now. */
export function entriesIn(live: Pick<Live, 'units'>): Entries {
  return unite(live.units.flatMap((unit) => unit.entries.map((text) => entryOf(text, unit.family))));
}

/** Those of the texts that are entries of a target, each by itself. */
export function standingIn(live: Pick<Live, 'units'>, texts: Iterable<string>): string[] {
  const there = new Set(
    live.units.flatMap((unit) => unit.entries.flatMap((text) => textsOf(entryOf(text, unit.family)))),
  );
  return [...new Set(texts)].filter((text) => there.has(text));
}

/**
 * What a unit contains, in a form that tells a foreign change from none. Order, spelling and repetition of entries do not
 * count. Each entry counts by itself: one that covers others does not replace them.
 */
export function digestUnit(key: string, family: Family, entries: readonly string[], version?: string): UnitDigest {
  const content = [...new Set(entries.map((text) => textsOf(entryOf(text, family)).join(' ')))].sort();
  const digest = createHash('sha256')
    .update(`${family}\n${content.join('\n')}`)
    .digest('hex');
  return { key, digest, entries: entries.length, ...(version === undefined ? {} : { version }) };
}

export function digestLive(live: Live): UnitDigest[] {
  return live.units.map((unit) => digestUnit(unit.key, unit.family, unit.entries, unit.version));
}
