import { describe, expect, it } from 'vitest';
import { isEmpty, overlaps, prefixesOf, setsOf, union } from '../../../src/core/address/sets.ts';
import { defaultPolicy } from '../../../src/core/judge/policy.ts';
import { makePublication, plainTag } from '../../support/catalog.ts';
import { absent, havePublications, publicationsFolder } from '../../support/real-publications.ts';
import { foreign } from './foreign.ts';
import { allCases } from './generated.ts';
import { faultKinds } from './kinds.ts';
import { readTriple, type Triple, triplesIn } from './pairs.ts';
import { filesOf, playCase } from './play.ts';
import { judged } from './table.ts';

describe.skipIf(!havePublications)(`real files${havePublications ? '' : ` (${absent})`}`, () => {
  const triples = async (count: number): Promise<readonly Triple[]> =>
    Promise.all((await triplesIn(publicationsFolder(), count)).map(readTriple));

  it('hold no range that is planted as foreign', async () => {
    const { ipv4, ipv6 } = foreign;
    const ranges = setsOf([...ipv4[24], ...ipv4[20], ...ipv4[16], ...ipv6[48], ...ipv6[32], ...foreign.private]);
    for (const { truth } of await triples(4)) {
      const holding = [...truth.catalog.tags.values()].filter(({ prefixes }) => overlaps(prefixes, ranges));
      expect(holding.map(({ name }) => name)).toEqual([]);
    }
  });

  it('have cases of every kind, which the strict parser takes and reads the same', async () => {
    const found = (await triples(2)).flatMap((triple) => allCases(triple));
    expect(new Set(found.map(({ kind }) => kind.name)).size).toBe(faultKinds.length);
    for (const fault of found) {
      for (const { catalog } of filesOf(fault, 1)) {
        const tags = fault.planted.weeks.flatMap(({ edits }) => [...edits.keys()]).concat(fault.planted.tags);
        const there = tags.flatMap((name) => catalog.tags.get(name) ?? []);
        if (there.length === 0) continue;
        const recipe = {
          tags: Object.fromEntries(there.map(({ name, published }) => [name, published])),
          tagChangeNumbers: Object.fromEntries(there.map(({ name, changeNumber }) => [name, changeNumber])),
        };
        const read = [...makePublication(recipe).catalog.tags.values()];
        expect(read.map(plainTag), fault.id).toEqual([...new Set(there)].map(plainTag));
      }
    }
  });

  it('nothing is cut at once by the judge, and who takes over every file suffers what was planted', async () => {
    // Half a year of each takes a while: every third of them.
    const found = (await triples(1)).flatMap((triple) => allCases(triple)).filter((_, i) => i % 3 === 0);
    for (const fault of found) {
      const { faults, outcomes } = playCase(fault, defaultPolicy);
      for (const { cutAtOnce } of outcomes.get(judged)?.effects ?? []) expect(isEmpty(cutAtOnce), fault.id).toBe(true);
      for (const [i, effect] of (outcomes.get('blind')?.effects ?? []).entries()) {
        const strangers = union([effect.strangers, effect.strangersInRegion]);
        expect(prefixesOf(strangers), fault.id).toEqual(prefixesOf(faults[i]?.strangers ?? effect.strangers));
        expect(prefixesOf(effect.cutAtOnce), fault.id).toEqual(prefixesOf(faults[i]?.lost ?? effect.cutAtOnce));
      }
    }
  });
});
