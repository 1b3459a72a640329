import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emptySets, setsOf } from '../../src/core/address/sets.ts';
import { defaultPolicy } from '../../src/core/judge/policy.ts';
import { watchTags } from '../../src/core/judge/watch.ts';
import type { ParsedPublication } from '../../src/core/publication/publication.ts';
import { replayFolder } from '../../src/replay/folder.ts';
import { Published } from '../../src/replay/published.ts';
import { replay } from '../../src/replay/replay.ts';
import { type CatalogRecipe, makeCatalogJson, makePublication } from '../support/catalog.ts';
import { inOrder } from '../support/history.ts';

const west = 'Storage.WestUS';
const stays = Array.from({ length: 20 }, (_, i) => `20.10.${i * 2}.0/24`);
const goes = '20.90.0.0/24';
const dateOf = (week: number) => new Date(Date.UTC(2024, 0, 8 + week * 7)).toISOString().slice(0, 10);

function file(week: number, changeNumber: number, prefixes: readonly string[]): ParsedPublication {
  return makePublication({ changeNumber, date: dateOf(week), tags: { [west]: inOrder(prefixes) } });
}

/** Replays recipes as weekly files of a folder. */
async function replayRecipes(recipes: readonly CatalogRecipe[]) {
  const folder = await mkdtemp(join(tmpdir(), 'published-'));
  try {
    for (const [week, recipe] of recipes.entries()) {
      const path = join(folder, `ServiceTags_Public_${dateOf(week).replaceAll('-', '')}.json`);
      await writeFile(path, makeCatalogJson({ changeNumber: 300 + week, ...recipe }));
    }
    return await replayFolder({ folder, cloud: 'Public', policy: defaultPolicy });
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a file is told once, however often it comes', () => {
  const waits = (week: number) => file(week, 350, [...stays, goes]);
  const files = [
    file(0, 300, stays),
    waits(1),
    waits(2),
    file(3, 301, stays.slice(1)),
    file(0, 300, stays),
    file(4, 302, stays.slice(1)),
    file(0, 300, stays),
  ];
  const days: string[] = [];
  const replayed = replay({
    cloud: 'Public',
    files,
    watch: watchTags([west]),
    policy: defaultPolicy,
    onJudged: ({ now, events }) => {
      if (events.some(({ kind }) => kind.startsWith('publication-'))) days.push(now.toISOString().slice(0, 10));
    },
  });
  expect(replayed).toMatchObject({
    waiting: [{ date: dateOf(1) }, { date: dateOf(2) }],
    refused: [{ date: dateOf(0) }, { date: dateOf(0) }],
    notices: { 'publication-waits': 1, 'publication-refused': 2 },
  });
  // An old file comes on the day of the one before it: time does not go back.
  expect(days).toEqual([0, 1, 3, 3, 4, 4].map(dateOf));
  expect(replayed.policies['service-tag-sync']).toMatchObject({ weeksAsked: 2, weeksAskedByFiles: 2 });
});

test('the same tags under another number are identical, other tags are not', () => {
  const said: boolean[] = [];
  replay({
    cloud: 'Public',
    files: [file(0, 300, stays), file(1, 301, stays), file(2, 302, stays.slice(1))],
    watch: watchTags([west]),
    policy: defaultPolicy,
    onJudged: ({ events }) => {
      for (const event of events) if (event.kind === 'publication-accepted') said.push(event.identical);
    },
  });
  expect(said).toEqual([false, true, false]);
});

test('only the families that are watched count', () => {
  const six = '2603:1030:1::/48';
  const files = [
    file(0, 300, [...stays, goes, six, '2603:1030:9::/48']),
    file(1, 301, [...stays, six]),
    file(2, 302, [...stays, six]),
  ];
  const beyond = (families: readonly ('ipv4' | 'ipv6')[]) =>
    replay({ cloud: 'Public', files, watch: new Map([[west, families]]), policy: defaultPolicy }).policies[
      'service-tag-sync'
    ]?.addressDaysBeyondPublication;
  expect(beyond(['ipv4'])).toEqual({ ipv4: 256 * 7, ipv6: '0' });
  expect(beyond(['ipv6'])).toEqual({ ipv4: 0, ipv6: (2n ** 80n * 7n).toString() });
  expect(beyond([])).toEqual({ ipv4: 0, ipv6: '0' });
});

test('what only AzureCloud of the region still has is still in a parent', async () => {
  const parents = { Storage: stays, 'AzureCloud.westus': inOrder([...stays, goes]) };
  const { policies } = await replayRecipes([
    { tags: { [west]: inOrder([...stays, goes]), ...parents, Storage: inOrder([...stays, goes]) } },
    { tags: { [west]: stays, ...parents } },
    { tags: { [west]: stays, ...parents, 'AzureCloud.westus': stays } },
    { tags: { [west]: stays, ...parents, 'AzureCloud.westus': stays } },
  ]);
  expect(policies['service-tag-sync']).toMatchObject({
    addressDaysBeyondInParent: { ipv4: 256 * 7, ipv6: '0' },
    addressDaysBeyondInNeither: { ipv4: 256 * 7, ipv6: '0' },
  });
});

test('what another cloud publishes is not published here', async () => {
  const { unreadable, policies } = await replayRecipes([
    { tags: { [west]: stays } },
    { cloud: 'China', tags: { [west]: [goes] } },
    { tags: { [west]: stays } },
  ]);
  expect(unreadable).toMatchObject([{ reasons: [expect.stringContaining('China'), expect.stringContaining('China')] }]);
  const nothing = { ipv4: 0, ipv6: '0' };
  expect(policies['service-tag-sync']).toMatchObject({
    weeksAskedByFiles: 1,
    addressDaysMissing: nothing,
    addressDaysBeyondPublication: nothing,
  });
});

test('a broken file takes away neither the other tags nor what is known of regions', () => {
  const published = new Published();
  const region = 'AzureCloud.westus';
  published.take(makePublication({ tags: { [west]: stays, [region]: stays, Storage: stays } }));
  const sound = makePublication({ tags: { Storage: [goes] } });
  published.take({ file: 'a', date: dateOf(1), digest: 'raw-1', reasons: [], sound });
  published.take({ file: 'b', date: dateOf(2), digest: 'raw-2', reasons: [] });
  expect(published.of(west)).toEqual(setsOf(stays));
  expect(published.parentsOf(west)).toEqual({ global: setsOf([goes]), region: setsOf(stays) });
  published.take(makePublication({ tags: { Storage: stays } }));
  expect(published.of(west)).toBe(emptySets);
});
