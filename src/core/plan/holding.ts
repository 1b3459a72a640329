import { createHash } from 'node:crypto';
import { readEntry } from '../address/entry.ts';
import { type ByFamily, byFamily, type Family } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import type { Sets } from '../address/sets.ts';
import type { Live, LiveUnit } from './live.ts';
import type { ForeignEntry, UnitDigest } from './plan-types.ts';

/** A live unit seen by whose entries it holds. */
export interface HeldUnit {
  readonly unit: LiveUnit;
  /** Addresses of the entries that are ours. */
  readonly ours: PrefixSet;
  /** Entries that somebody else wrote, raw. */
  readonly foreign: readonly string[];
}

/** A target's live state, split into what is ours and what is not. */
export interface Holding {
  readonly units: readonly HeldUnit[];
  /** Every address that the target lets through, whoever wrote it. */
  readonly all: Sets;
  readonly ours: Sets;
  readonly foreign: readonly ForeignEntry[];
  /** Addresses of the foreign entries that are addresses. */
  readonly foreignSets: Sets;
}

/**
 * Splits live entries: one is ours if every address of it is known to be ours (`ours`); anything else, an entry that only
 * partly overlaps and text that is no address among them, is foreign and stays.
 * @param wrote of a shared list: only an entry that is one of these prefixes is ours.
 */
export function splitHolding(live: Live, ours: Sets, wrote?: ReadonlySet<string>): Holding {
  const all = byFamily((): PrefixSet[] => []);
  const own = byFamily((): PrefixSet[] => []);
  const others = byFamily((): PrefixSet[] => []);
  const foreign: ForeignEntry[] = [];
  const units = live.units.map((unit): HeldUnit => {
    const sets: PrefixSet[] = [];
    const raw: string[] = [];
    for (const entry of unit.entries) {
      const set = addressesOf(entry, unit.family);
      if (set) all[unit.family].push(set);
      if (set && ours[unit.family].covers(set) && (wrote === undefined || isOneOf(wrote, set))) {
        sets.push(set);
        continue;
      }
      raw.push(entry);
      foreign.push({ unit: unit.key, entry });
      if (set) others[unit.family].push(set);
    }
    const oursHere = PrefixSet.unionOf(unit.family, sets);
    own[unit.family].push(oursHere);
    return { unit, ours: oursHere, foreign: raw };
  });
  const join = (sets: ByFamily<PrefixSet[]>) => byFamily((family) => PrefixSet.unionOf(family, sets[family]));
  return { units, all: join(all), ours: join(own), foreign, foreignSets: join(others) };
}

function isOneOf(prefixes: ReadonlySet<string>, set: PrefixSet): boolean {
  const [only, ...more] = set.toPrefixes();
  return only !== undefined && more.length === 0 && prefixes.has(only);
}

/** The addresses of a raw entry, or undefined for what is none of this family (a service tag, say). */
export function addressesOf(entry: string, family: Family): PrefixSet | undefined {
  const parsed = readEntry(entry);
  return parsed?.family === family ? parsed.set : undefined;
}

/** What a unit holds, in a form that tells a foreign change from none. Order and spelling of entries do not count. */
export function digestUnit(key: string, family: Family, entries: readonly string[], version?: string): UnitDigest {
  const sets: PrefixSet[] = [];
  const opaque: string[] = [];
  for (const entry of entries) {
    const set = addressesOf(entry, family);
    if (set) sets.push(set);
    else opaque.push(entry);
  }
  const content = [...PrefixSet.unionOf(family, sets).toPrefixes(), ...opaque.sort()];
  const digest = createHash('sha256')
    .update(`${family}\n${content.join('\n')}`)
    .digest('hex');
  return { key, digest, entries: entries.length, ...(version === undefined ? {} : { version }) };
}

export function digestLive(live: Live): UnitDigest[] {
  return live.units.map((unit) => digestUnit(unit.key, unit.family, unit.entries, unit.version));
}
