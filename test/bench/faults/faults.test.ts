import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { isEmpty, prefixesOf, union } from '../../../src/core/address/sets.ts';
import { defaultPolicy } from '../../../src/core/judge/policy.ts';
import { makePublication, plainTag } from '../../support/catalog.ts';
import { benchFaults, type FaultBenchOptions } from './bench.ts';
import { Draw } from './draw.ts';
import { tidy, withoutAddresses } from './edit.ts';
import { setsIn } from './effects.ts';
import { allCases, generatedTriple, writeGenerated } from './generated.ts';
import { faultKinds, kindsNamed } from './kinds.ts';
import { spread } from './pairs.ts';
import { type FaultCase, filesOf, type Played, playCase } from './play.ts';
import { type FaultCounts, FaultTable, judged } from './table.ts';
import { faultTableText } from './table-text.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'faults-'));
  await writeGenerated(folder);
});
afterAll(() => rm(folder, { recursive: true }));

const bench = (options: Partial<FaultBenchOptions> = {}) =>
  benchFaults({ folder, seed: '1', pairs: 44, cases: 1000, kinds: [], ...options });

const cases = allCases(generatedTriple());
const played = new Map<FaultCase, Played>(cases.map((fault) => [fault, playCase(fault, defaultPolicy)]));

function outcome(fault: FaultCase, follower: string) {
  const found = played.get(fault)?.outcomes.get(follower);
  if (!found) throw new Error(`expected an outcome of ${follower}`);
  return found;
}

/** What became of all cases of a kind. */
function countsOf(kind: string, follower: string): FaultCounts {
  const table = new FaultTable(faultKinds);
  for (const [fault, result] of played) if (fault.kind.name === kind) table.add(fault, result);
  const counts = table.result().kinds.find(({ name }) => name === kind)?.counts[follower];
  if (!counts) throw new Error(`expected cases of ${kind}`);
  return counts;
}

test('every kind has a case in small files, and a name of its own', () => {
  expect([...new Set(cases.map(({ kind }) => kind.name))]).toEqual(faultKinds.map(({ name }) => name));
  expect(faultKinds.length).toBeGreaterThanOrEqual(36);
});

describe.each(faultKinds.map(({ name }) => name))('%s', (name) => {
  const of = cases.filter(({ kind }) => kind.name === name);

  test('is a file that the strict parser takes, and reads the same', () => {
    for (const fault of of) {
      for (const { catalog } of filesOf(fault, fault.planted.weeks.length)) {
        const tags = Object.fromEntries([...catalog.tags].map(([tag, { published }]) => [tag, published]));
        const tagChangeNumbers = Object.fromEntries([...catalog.tags].map(([tag, one]) => [tag, one.changeNumber]));
        const read = makePublication({ changeNumber: catalog.changeNumber, tags, tagChangeNumbers }).catalog;
        expect([...read.tags.values()].map(plainTag)).toEqual([...catalog.tags.values()].map(plainTag));
      }
    }
  });

  test('raises numbers by one where content changes, and dates by a week', () => {
    for (const fault of of.filter(({ kind }) => kind.name !== 'content of two files before')) {
      let before = { changeNumber: fault.pair.before.changeNumber, tags: fault.planted.scene.before.tags };
      for (const [week, { catalog, publication }] of filesOf(fault).entries()) {
        expect(catalog.changeNumber).toBe(before.changeNumber + 1);
        expect(publication.changeNumber).toBe(catalog.changeNumber);
        expect(Date.parse(publication.date)).toBe(Date.parse(fault.pair.truth.date) + week * 7 * 86_400_000);
        for (const [tag, { changeNumber, published }] of catalog.tags) {
          const last = before.tags.get(tag);
          const same = last?.published.join() === published.join();
          expect(changeNumber, tag).toBe((last?.changeNumber ?? 0) + (same ? 0 : 1));
        }
        before = catalog;
      }
    }
  });

  test('does to who takes over every file exactly what was planted', () => {
    for (const fault of of) {
      const { faults = [] } = played.get(fault) ?? {};
      const heals = fault.kind.name.includes('healed');
      for (const [i, effect] of outcome(fault, 'blind').effects.entries()) {
        const strangers = union([effect.strangers, effect.strangersInRegion]);
        const cut = union([effect.cutAtOnce, effect.cutLater]);
        expect(prefixesOf(strangers)).toEqual(prefixesOf(faults[i]?.strangers ?? strangers));
        expect(prefixesOf(cut)).toEqual(prefixesOf(faults[i]?.lost ?? cut));
        expect(isEmpty(effect.cutLater)).toBe(true);
        expect(prefixesOf(effect.cutInSilence)).toEqual(prefixesOf(cut));
        expect(isEmpty(effect.additionsMissing)).toBe(true);
        if (heals) expect(isEmpty(cut)).toBe(false);
      }
    }
  });
});

test('without a fault nobody is asked, nothing is let in, and nothing is cut', () => {
  for (const follower of [judged, 'blind', 'percent-30']) {
    expect(countsOf('no fault', follower)).toMatchObject({
      letIn: 0,
      letInRegion: 0,
      cutAtOnce: 0,
      cutLater: 0,
      asked: 0,
      additionsMissing: 0,
    });
  }
});

test('what is refused for a week and taken over afterwards was asked about, and is no silent cut', () => {
  expect(countsOf('60 % of prefixes gone', 'percent-30')).toMatchObject({
    cases: 2,
    cutAtOnce: 0,
    cutLater: 2,
    cutInSilence: 0,
    asked: 2,
    keptUnasked: 0,
  });
  expect(countsOf('60 % of prefixes gone', 'blind')).toMatchObject({ cutAtOnce: 2, largeInSilence: 2, asked: 0 });
  expect(countsOf('10 % of prefixes gone', 'blind')).toMatchObject({ cutInSilence: 2, largeInSilence: 0 });
});

test('the judge lets no private range in, and asks', () => {
  expect(countsOf('private range', judged)).toMatchObject({ letIn: 0, letInRegion: 0, asked: 2 });
});

test('neighbours in the same region are told apart from foreign space', () => {
  expect(countsOf('Storage takes in Sql', 'blind')).toMatchObject({ letIn: 0, letInRegion: 2 });
  expect(countsOf('foreign /24, also in the region', 'blind')).toMatchObject({ letIn: 2, letInRegion: 0 });
});

test('a seed says everything; the bounds hold; progress is told', async () => {
  const pairs: string[] = [];
  const onPair = (file: string, index: number, all: number) => pairs.push(`${file} ${index} ${all}`);
  const few = { kinds: ['no fault', 'largest prefix gone'], onPair };
  const [one, same] = [await bench(few), await bench(few)];
  expect(pairs).toEqual(Array(2).fill('ServiceTags_Public_20240122.json 0 1'));
  expect(one).toEqual(same);
  const tags = (seed: string) => allCases(generatedTriple(), seed).map(({ planted }) => planted.tags);
  expect(tags('1')).toEqual(tags('1'));
  expect(tags('1')).not.toEqual(tags('2'));
  expect(one.cases).toBe(4);
  expect((await bench({ ...few, cases: 3 })).cases).toBe(3);
});

test('the text has every kind, everybody, and each bar', async () => {
  const result = await bench({ kinds: ['no fault', 'foreign /24, also in both parents and AzureCloud', 'tag gone'] });
  const text = faultTableText(result);
  for (const part of ['no fault', 'tag gone', 'and AzureCloud *', 'service-tag-sync', 'symmetric-10']) {
    expect(text).toContain(part);
  }
  expect(text.match(/^(met|NOT MET): /gm)).toHaveLength(2);
});

test('bars are broken by what they are for', () => {
  const table = new FaultTable(
    kindsNamed(['foreign /24', 'tag gone', 'foreign /24, also in both parents and AzureCloud']),
  );
  for (const [fault, result] of played) {
    const { kind } = fault;
    if (!['foreign /24', 'tag gone', 'foreign /24, also in both parents and AzureCloud'].includes(kind.name)) continue;
    // As if the judge had taken over every file.
    table.add(fault, { ...result, outcomes: new Map([[judged, outcome(fault, 'blind')]]) });
  }
  const { bars, left } = table.result();
  expect(bars.map(({ got, most, met }) => ({ got, most, met }))).toEqual([
    { got: 2, most: 0, met: false },
    { got: 2, most: 0, met: false },
  ]);
  expect(left.map(({ kind, broken }) => `${kind}: ${broken}`).sort()).toEqual([
    'foreign /24, also in both parents and AzureCloud: stranger let in',
    'foreign /24, also in both parents and AzureCloud: stranger let in',
    'foreign /24: stranger let in',
    'foreign /24: stranger let in',
    'tag gone: large loss cut in silence',
    'tag gone: large loss cut in silence',
  ]);
});

test('a kind that does not exist, and a folder without three files, are errors that say what there is', async () => {
  await expect(bench({ kinds: ['foreign'] })).rejects.toThrow(/got "foreign"; there are: no fault; foreign \/24;/);
  await expect(bench({ folder: join(folder, '..', 'nowhere') })).rejects.toThrow(/nowhere/);
});

test('lists are tidy, and lose addresses without losing their spelling', () => {
  expect(tidy(['2603::/48', '20.2.0.0/24', '10.0.0.0/8', '20.0.0.0/16', '20.0.4.0/24', '20.0.0.0/24'])).toEqual([
    '10.0.0.0/8',
    '20.0.0.0/16',
    '20.2.0.0/24',
    '2603::/48',
  ]);
  const lost = setsIn(makePublication({ tags: { Lost: ['20.0.1.0/24', '20.9.0.0/16'] } }).catalog, 'Lost');
  expect(withoutAddresses(['20.0.0.0/23', '20.1.0.0/24', '20.1.1.0/24', '20.9.3.0/24'], lost)).toEqual([
    '20.0.0.0/24',
    '20.1.0.0/24',
    '20.1.1.0/24',
  ]);
});

test('a draw is the same for its name, and takes each of a list once', () => {
  const list = [1, 2, 3, 4, 5, 6, 7, 8];
  expect(new Draw('a').shuffled(list)).toEqual(new Draw('a').shuffled(list));
  expect(new Draw('a').shuffled(list)).not.toEqual(new Draw('b').shuffled(list));
  expect(new Draw('a').shuffled(list).sort()).toEqual(list);
  expect(() => new Draw('a').pick([])).toThrow(RangeError);
  expect(spread(list, 4)).toEqual([1, 3, 5, 7]);
  expect(spread(list, 9)).toBe(list);
});
