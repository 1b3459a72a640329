import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { defaultPolicy } from '../../src/core/judge/policy.ts';
import { watchTags } from '../../src/core/judge/watch.ts';
import { type ReplayedFolder, replayFolder } from '../../src/replay/folder.ts';
import type { BrokenFile } from '../../src/replay/published.ts';
import { replay } from '../../src/replay/replay.ts';
import { uncheckedTagsIn } from '../../src/replay/unchecked-tags.ts';
import { copyingPolicies } from '../bench/copying-policies.ts';
import { makeCatalogBytes, makeCatalogJson, makeCatalogValue, makePublication } from '../support/catalog.ts';
import { inOrder } from '../support/history.ts';

const west = 'Storage.WestUS';
const east = 'Storage.EastUS';
const stays = Array.from({ length: 20 }, (_, i) => `20.10.${i * 2}.0/24`);
const [early, waits, refused] = ['20.91.0.0/24', '20.90.0.0/24', '20.92.0.0/24'];

const both = (prefixes: readonly string[]) => ({ [west]: inOrder(prefixes), Storage: inOrder(prefixes) });

let folder: string;
let replayed: ReplayedFolder;

/** Writes a file of one regional tag and its global one. */
async function write(end: string, changeNumber: number, prefixes: readonly string[], length = Number.MAX_SAFE_INTEGER) {
  const text = makeCatalogJson({ changeNumber, tags: both(prefixes) });
  await writeFile(join(folder, `ServiceTags_Public_${end}.json`), text.slice(0, length));
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'not-taken-'));
  await write('20240108', 300, stays);
  await write('20240115', 301, stays, 200);
  await write('Latest', 302, [...stays, early]);
  await write('20240122', 340, [...stays, early, waits]);
  await write('20240129', 303, [...stays, early]);
  await write('20240205', 299, [...stays.slice(5), early, refused]);
  await write('20240212', 304, [...stays, early]);
  await write('20240219', 304, [...stays, early]);
  replayed = await replayFolder({ folder, cloud: 'Public', policy: defaultPolicy, compared: copyingPolicies() });
});
afterAll(() => rm(folder, { recursive: true }));

test('every file that is not taken over is named with its reasons', () => {
  expect(replayed).toMatchObject({
    accepted: 4,
    seen: 1,
    unreadable: [
      { file: 'ServiceTags_Public_20240115.json', date: '2024-01-15', reasons: [expect.stringContaining('truncated')] },
    ],
    waiting: [
      { file: 'ServiceTags_Public_20240122.json', date: '2024-01-22', reasons: [expect.stringContaining('38 above')] },
    ],
    refused: [
      { file: 'ServiceTags_Public_20240205.json', date: '2024-02-05', reasons: [expect.stringContaining('disagree')] },
    ],
  });
});

test('what only such a file has is missing, what it lacks is beyond publication, and each asks in its week', () => {
  expect(replayed.asked).toEqual([]);
  expect(replayed.policies['service-tag-sync']).toMatchObject({
    weeksAsked: 3,
    weeksAskedByFiles: 3,
    weeksAskedByHolds: 0,
    // 256 addresses of the file that waits and 256 of the refused one, each until the next file.
    addressDaysMissing: { ipv4: 2 * 256 * 7, ipv6: '0' },
    // The refused file lacks 5 x 256, and the next one has them.
    addressDaysBeyondPublication: { ipv4: 1280 * 7, ipv6: '0' },
    addressDaysBeyondCameBack: { ipv4: 1280 * 7, ipv6: '0' },
  });
});

test('who copies takes them over, unless they are no JSON', () => {
  expect(replayed.policies.blind).toMatchObject({
    weeksAsked: 1,
    weeksAskedByFiles: 1,
    addressDaysMissing: { ipv4: 0, ipv6: '0' },
    addressDaysBeyondPublication: { ipv4: 0, ipv6: '0' },
    addressesRemovedThatCameBack: { ipv4: 1280, ipv6: '0' },
  });
  // Six of 21 entries go and one comes: over 10 %, so that it is asked about, and again on the way back.
  expect(replayed.policies['symmetric-10']).toMatchObject({
    weeksAsked: 3,
    weeksAskedByFiles: 1,
    weeksAskedByHolds: 2,
  });
});

/** Replays three weeks that gain a range each; in the second one `prefix` of a tag has a mask that no address has. */
async function replayDamaged(tag: string, prefix: string, compared = copyingPolicies()) {
  const weeks = await mkdtemp(join(tmpdir(), 'in-part-'));
  try {
    for (const [week, gains] of [[], [early], [early, waits]].entries()) {
      const tags = { [east]: ['20.60.0.0/24'], ...both([...stays, ...gains]) };
      const value = makeCatalogValue({ changeNumber: 300 + week, tags });
      if (week === 1) {
        const { properties } = value.values.find(({ name }) => name === tag) ?? {};
        properties?.addressPrefixes.splice(0, 1, prefix);
      }
      const date = new Date(Date.UTC(2024, 0, 8 + week * 7)).toISOString().slice(0, 10).replaceAll('-', '');
      await writeFile(join(weeks, `ServiceTags_Public_${date}.json`), JSON.stringify(value));
    }
    const subject = {
      services: new Set(['Storage']),
      watched: () => ({ watch: watchTags([west]), withoutTag: [] }),
    };
    return await replayFolder({ folder: weeks, cloud: 'Public', policy: defaultPolicy, subject, compared });
  } finally {
    await rm(weeks, { recursive: true });
  }
}

test('a file without a watched tag that is damaged is taken in part, asks in its week, and who copies takes the damage', async () => {
  const { policies, ...given } = await replayDamaged(west, '20.10.0.0/33');
  expect(given).toMatchObject({
    accepted: 3,
    takenInPart: [
      {
        file: 'ServiceTags_Public_20240115.json',
        date: '2024-01-15',
        setAside: [{ tag: west, selected: true, why: expect.stringContaining('20.10.0.0/33') }],
        setAsideCount: 1,
      },
    ],
  });
  expect(policies['service-tag-sync']).toMatchObject({
    weeksAsked: 1,
    weeksAskedByFiles: 1,
    addressDaysBeyondPublication: { ipv4: 0 },
  });
  // The copy lacks what cannot be read, and has what the same file brings: nobody can tell whether that is right.
  expect(policies.blind).toMatchObject({
    weeksAsked: 0,
    addressDaysMissing: { ipv4: 256 * 7 },
    addressDaysBeyondPublication: { ipv4: 256 * 7 },
  });
});

test('a file without a tag that nobody watches is taken in part, and nobody is asked', async () => {
  const { takenInPart, policies } = await replayDamaged(east, '20.60.0.1/24');
  expect(takenInPart).toMatchObject([{ setAside: [{ tag: east, selected: false }], setAsideCount: 1 }]);
  expect(policies['service-tag-sync']).toMatchObject({
    weeksAsked: 0,
    weeksAskedByFiles: 0,
    addressDaysMissing: { ipv4: 0 },
  });
});

test('a file without a date is there between its neighbours', async () => {
  const days: string[] = [];
  await replayFolder({
    folder,
    cloud: 'Public',
    policy: defaultPolicy,
    onJudged: ({ accepted }) => {
      if (accepted) days.push(`${accepted.changeNumber} ${accepted.date}`);
    },
  });
  expect(days).toEqual(['300 2024-01-08', '302 2024-01-18', '303 2024-01-29', '304 2024-02-12']);
});

test('a file that waits or was refused makes the source suspect, so that nothing is released meanwhile', async () => {
  const files = Array.from({ length: 10 }, (_, week) =>
    makePublication({
      // From the seventh file on the numbers are far ahead.
      changeNumber: 300 + week + (week < 6 ? 0 : 50),
      date: new Date(Date.UTC(2024, 0, 8 + week * 7)).toISOString().slice(0, 10),
      tags: both(week === 0 ? [...stays, early] : week < 6 ? stays : [...stays, waits]),
    }),
  );
  const { removals, waiting, notices } = replay({
    cloud: 'Public',
    files,
    watch: watchTags([west]),
    policy: defaultPolicy,
  });
  expect({ waiting: waiting.length, waits: notices['publication-waits'], removals }).toEqual({
    waiting: 4,
    waits: 4,
    removals: [],
  });
});

test('a broken file moves its sound tags, and the others stay as they were', () => {
  const good = { [west]: stays, [east]: ['20.60.0.0/24'] };
  const first = makePublication({ changeNumber: 300, date: '2024-01-08', tags: good });
  const third = makePublication({ changeNumber: 302, date: '2024-01-22', tags: good });
  const sound = makePublication({
    changeNumber: 301,
    date: '2024-01-15',
    tags: { [west]: inOrder([...stays.slice(2), waits]) },
  });
  const bytes = makeCatalogBytes({ tags: { [west]: ['20.10.0.0/24', '20.10.0.7/16'], [east]: [] } });
  const unchecked = uncheckedTagsIn(bytes);
  if (!unchecked) throw new Error('expected tags');
  const broken: BrokenFile = {
    file: sound.publication.file,
    date: '2024-01-15',
    digest: 'raw-1',
    reasons: ['values[1]: broken'],
    sound,
    unchecked,
  };
  const watch = watchTags([west, east]);
  const { policies, unreadable } = replay({
    cloud: 'Public',
    files: [first, broken, third],
    watch,
    policy: defaultPolicy,
    compared: copyingPolicies(),
  });
  expect(unreadable).toEqual([{ file: broken.file, date: broken.date, reasons: broken.reasons }]);
  expect(policies['service-tag-sync']).toMatchObject({
    weeksAskedByFiles: 1,
    addressDaysMissing: { ipv4: 256 * 7, ipv6: '0' },
    addressDaysBeyondCameBack: { ipv4: 512 * 7, ipv6: '0' },
  });
  // The copy has one prefix that is not published that week, and nothing of the other 18, of the gain and of the east.
  expect(policies.blind).toMatchObject({
    weeksAsked: 0,
    addressDaysMissing: { ipv4: (18 + 1 + 1) * 256 * 7, ipv6: '0' },
    addressDaysBeyondPublication: { ipv4: 256 * 7, ipv6: '0' },
  });
});

test.each([
  ['{"values": [', undefined],
  ['[]', []],
  ['{"values": {}}', []],
  [
    '{"values": [{"name": "Storage"}, 7, {"name": "B", "properties": {"addressPrefixes": ["::1/128", 5, "x"]}}]}',
    ['B'],
  ],
])('unchecked tags of %j', (text, names) => {
  const tags = uncheckedTagsIn(new TextEncoder().encode(text));
  expect(tags && [...tags.keys()]).toEqual(names);
  expect(tags?.get('B')?.published).toEqual(names?.includes('B') ? ['::1/128'] : undefined);
});
