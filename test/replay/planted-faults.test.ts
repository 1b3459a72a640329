import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { families } from '../../src/core/address/family.ts';
import type { Ledger } from '../../src/core/judge/ledger.ts';
import { effectiveOf } from '../../src/core/judge/ledger.ts';
import { defaultPolicy } from '../../src/core/judge/policy.ts';
import { type ReplayedFolder, replayFolder } from '../../src/replay/folder.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { inOrder, type Tags } from '../support/history.ts';

const west = 'Storage.WestUS';
const east = 'Storage.EastUS';
const registry = 'AzureContainerRegistry.WestUS';

/** Every second /24, so that none joins another. */
const ipv4 = (first: number, count: number) => Array.from({ length: count }, (_, i) => `20.${first}.${i * 2}.0/24`);
const ipv6 = (first: string, count: number) =>
  Array.from({ length: count }, (_, i) => `2603:${first}:${i * 2 + 1}::/48`);

const westPrefixes = [...ipv4(10, 40), ...ipv6('1030', 6)];
const eastPrefixes = [...ipv4(30, 40), ...ipv6('1040', 6)];
const registryPrefixes = [...ipv4(50, 12), ...ipv6('1050', 4)];
const good: Tags = {
  [west]: westPrefixes,
  [east]: eastPrefixes,
  [registry]: registryPrefixes,
  Storage: [...westPrefixes, ...eastPrefixes],
  AzureContainerRegistry: registryPrefixes,
};
const isIPv4 = (prefix: string) => !prefix.includes(':');
const tenfold = [100, 102, 104, 106].flatMap((first) => ipv4(first, 100));
const half = (prefixes: readonly string[]) => prefixes.filter((_, i) => i % 2 === 0);

interface Fault {
  /** Tags as the faulty file has them; the others are as before. */
  readonly tags: Tags;
  /** Tags that are asked about, each with what is said. */
  readonly asked: Readonly<Record<string, RegExp>>;
  /** Tags that keep their loss unasked, because their global tag still has all of it. */
  readonly kept?: readonly string[];
}

const faults: Readonly<Record<string, Fault>> = {
  'a truncated tag': {
    tags: { [west]: westPrefixes.slice(0, 10) },
    asked: {},
    kept: [west],
  },
  'a truncated tag, and its global tag with it': {
    tags: { [west]: westPrefixes.slice(0, 10), Storage: [...westPrefixes.slice(0, 10), ...eastPrefixes] },
    asked: { [west]: /lost-share: 7,680 of 10,240 IPv4 addresses \(75\.0 %\) are gone; the limit is 10/ },
  },
  'a tag that swallows another region': {
    tags: { [west]: [...westPrefixes, ...eastPrefixes] },
    asked: { [west]: /Storage\.EastUS/ },
  },
  'half of the address space': {
    // Every other IPv4 prefix lies inside it, and the parser would refuse those beside it.
    tags: { [west]: ['0.0.0.0/1', ...westPrefixes.filter((prefix) => !isIPv4(prefix))] },
    asked: { [west]: /0\.0\.0\.0\/1/ },
  },
  'a private range': {
    tags: { [west]: ['10.0.0.0/8', ...westPrefixes] },
    asked: {
      [west]:
        /reserved-range: 10\.0\.0\.0\/8 overlaps private or reserved space: 10\.0\.0\.0\/8 \(private use, RFC 1918\)/,
    },
  },
  'growth of 1,000 %': {
    tags: {
      [west]: [...westPrefixes, ...tenfold],
      Storage: [...westPrefixes, ...tenfold, ...eastPrefixes],
    },
    asked: { [west]: /sudden-growth: .*1,000(\.0)? %/ },
  },
  'a whole family gone': {
    tags: { [west]: westPrefixes.filter(isIPv4) },
    asked: {},
    kept: [west],
  },
  'a whole family gone from all tags': {
    tags: Object.fromEntries(Object.entries(good).map(([tag, prefixes]) => [tag, prefixes.filter(isIPv4)])),
    asked: { [west]: /lost-family: .*IPv6/, [east]: /lost-family: .*IPv6/, [registry]: /lost-family: .*IPv6/ },
  },
  'all regions halved': {
    tags: {
      [west]: half(westPrefixes),
      [east]: half(eastPrefixes),
      [registry]: half(registryPrefixes),
      Storage: half([...westPrefixes, ...eastPrefixes]),
    },
    asked: { [west]: /50\.0 %/, [east]: /50\.0 %/ },
    kept: [registry],
  },
  'a tag that is gone': {
    tags: { [west]: [] },
    asked: {},
    kept: [west],
  },
  'a tag that is gone, and from its global tag too': {
    tags: { [west]: [], Storage: eastPrefixes },
    asked: { [west]: /tag-vanished: the whole tag Storage\.WestUS is gone/ },
  },
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'planted-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Replays weekly files of these tags, by their place. */
async function replayTags(name: string, files: readonly Tags[], damage = (text: string, _week: number) => text) {
  const path = await mkdtemp(join(folder, `${name.replaceAll(' ', '-').replaceAll(/[^a-z-]/g, '')}-`));
  for (const [week, tags] of files.entries()) {
    const date = new Date(Date.UTC(2024, 0, 8 + week * 7)).toISOString().slice(0, 10).replaceAll('-', '');
    const listed = Object.entries(tags).filter(([, prefixes]) => prefixes.length > 0);
    const sorted = Object.fromEntries(listed.map(([tag, prefixes]) => [tag, inOrder(prefixes)]));
    const text = makeCatalogJson({ changeNumber: 300 + week, tags: sorted });
    await writeFile(join(path, `ServiceTags_Public_${date}.json`), damage(text, week));
  }
  const ledgers: Ledger[] = [];
  const kept: string[] = [];
  const replayed = await replayFolder({
    folder: path,
    cloud: 'Public',
    policy: defaultPolicy,
    onJudged: ({ accepted, ledger, events }) => {
      if (accepted) ledgers.push(ledger);
      for (const event of events) if (event.kind === 'hold-opened' && event.settled === 'kept') kept.push(event.tag);
    },
  });
  return { replayed, ledgers, kept };
}

function expectHarmless({ policies }: ReplayedFolder): void {
  const none = { ipv4: 0, ipv6: '0' };
  expect(policies['service-tag-sync']).toMatchObject({
    addressDaysMissing: none,
    addressesRemovedThatCameBack: none,
  });
}

describe.each(Object.entries(faults))('%s in two files', (name, { tags, asked, kept = [] }) => {
  const bad = { ...good, ...tags };
  const replaying = () => replayTags(name, [good, good, bad, bad, good, good]);

  test('is asked about, in words, once, or kept, and of nothing else', async () => {
    const { replayed, kept: told } = await replaying();
    expect(told).toEqual(kept);
    expect(replayed).toMatchObject({ accepted: 6, refused: [], unreadable: [] });
    expect(replayed.asked.map(({ tag, date }) => `${date} ${tag}`).sort()).toEqual(
      Object.keys(asked)
        .map((tag) => `2024-01-22 ${tag}`)
        .sort(),
    );
    for (const question of replayed.asked) expect(question.reasons.join('\n')).toMatch(asked[question.tag] ?? /never/);
    expect(replayed.policies['service-tag-sync']).toMatchObject({ weeksAsked: Object.keys(asked).length > 0 ? 1 : 0 });
  });

  test('does nothing, neither while it lasts nor afterwards', async () => {
    const { replayed, ledgers } = await replaying();
    expectHarmless(replayed);
    const [before] = ledgers;
    for (const ledger of ledgers) {
      for (const tag of [west, east, registry]) {
        const [rowBefore, row] = [before?.tags.get(tag), ledger.tags.get(tag)];
        if (!rowBefore || !row) throw new Error(`expected a row of ${tag}`);
        const [was, is] = [effectiveOf(rowBefore), effectiveOf(row)];
        for (const family of families) expect(is[family].toPrefixes()).toEqual(was[family].toPrefixes());
      }
    }
    for (const row of ledgers.at(-1)?.tags.values() ?? []) expect(row.holds, row.tag).toEqual([]);
  });
});

test('a file cut off in the middle is refused, named and said, and the next one goes on', async () => {
  const cut = (text: string, week: number) => (week === 1 ? text.slice(0, text.length / 2) : text);
  const { replayed } = await replayTags('cut', [good, good, good], cut);
  expect(replayed).toMatchObject({ accepted: 2, asked: [] });
  expect(replayed.unreadable).toMatchObject([
    { file: 'ServiceTags_Public_20240115.json', reasons: [expect.stringContaining('truncated document')] },
  ]);
  expectHarmless(replayed);
});

test('half of the address space over the prefixes that are there sets the tags aside', async () => {
  const cover = (text: string, week: number) => (week === 1 ? text.replace('"20.10.0.0/24"', '"0.0.0.0/1"') : text);
  const { replayed } = await replayTags('cover', [good, good, good], cover);
  expect(replayed).toMatchObject({ accepted: 3, unreadable: [], asked: [] });
  expectHarmless(replayed);
});
