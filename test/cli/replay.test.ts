import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCatalogJson } from '../support/catalog.ts';
import { inOrder, type Tags } from '../support/history.ts';
import { cli } from './run-cli.ts';

const root = new URL('../../', import.meta.url).pathname;
const west = 'Storage.WestUS';
const prefixes = Array.from({ length: 20 }, (_, i) => `20.10.${i * 2}.0/24`);
const six = '2603:1030:1::/48';

let folder: string;
/** Half of a tag is lost for a week; the last file is truncated. */
let files: string;
/** Half of a tag is lost for good, and one prefix of another one, which comes back after 14 weeks. */
let lost: string;
/** Follows a registry whose regions only Azure knows. */
let config: string;

/** A folder of weekly files from 8 January 2024 on, each with the global tag of Storage too. */
async function folderOf(weeks: readonly Tags[]): Promise<string> {
  const made = await mkdtemp(join(folder, 'files-'));
  for (const [week, tags] of weeks.entries()) {
    const date = new Date(Date.UTC(2024, 0, 8 + week * 7)).toISOString().slice(0, 10).replaceAll('-', '');
    const storage = Object.entries(tags).flatMap(([name, listed]) => (name.startsWith('Storage.') ? listed : []));
    const all = { ...tags, Storage: storage };
    const sorted = Object.fromEntries(Object.entries(all).map(([name, listed]) => [name, inOrder(listed)]));
    const text = makeCatalogJson({ changeNumber: 300 + week, tags: sorted });
    await writeFile(join(made, `ServiceTags_Public_${date}.json`), text);
  }
  return made;
}

/** The replay's JSON. */
async function json(...args: string[]) {
  const { code, out, err } = await cli('replay', ...args, '--json');
  expect({ code, err }).toMatchObject({ code: 0 });
  return JSON.parse(out);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-replay-'));
  files = await folderOf([{ [west]: prefixes }, { [west]: prefixes.slice(10) }, { [west]: prefixes }]);
  await writeFile(join(files, 'ServiceTags_Public_20240129.json'), '{"changeNumber": 303, "cl');
  const east = Array.from({ length: 20 }, (_, i) => `20.30.${i * 2}.0/24`);
  const before = { [west]: prefixes, 'Storage.EastUS': [...east, six] };
  const after = { [west]: prefixes.slice(10), 'Storage.EastUS': [...east.slice(1), six] };
  const returned = { ...after, 'Storage.EastUS': [...east, six] };
  lost = await folderOf([before, ...Array.from({ length: 13 }, () => after), returned]);
  config = join(folder, 'config.json');
  const resourceId =
    '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/contoso';
  const hub = { kind: 'feed', mode: 'sync', list: 'registry', name: 'hub', keys: [{ $env: 'HUB_KEY' }] };
  const text = {
    schema: 1,
    instance: 'one',
    cloud: 'Public',
    freshness: { lateAfterDays: 5 },
    registries: { contoso: { resourceId } },
    lists: { registry: { registries: [{ registry: 'contoso', part: 'layers' }] } },
    targets: { hub },
  };
  await writeFile(config, JSON.stringify(text));
});
afterAll(() => rm(folder, { recursive: true }));

test('a replay gives the figures as JSON, and draws its tag', async () => {
  const svg = join(folder, 'west.svg');
  const given = await json(files, '--svg', svg);
  const nothing = { ipv4: 0, ipv6: '0' };
  const figures = {
    weeksAsked: 2,
    weeksAskedByHolds: 1,
    weeksAskedByFiles: 1,
    reminders: 2,
    questionsAskedAgain: 0,
    addressDaysMissing: nothing,
    addressDaysHeldGains: nothing,
    addressesRemovedThatCameBack: nothing,
    addressDaysBeyondPublication: { ipv4: 17_920, ipv6: '0' },
    addressDaysBeyondCameBack: { ipv4: 17_920, ipv6: '0' },
    addressDaysBeyondInParent: nothing,
    addressDaysBeyondInNeither: nothing,
  };
  expect(given).toEqual({
    publications: 4,
    accepted: 3,
    takenInPart: [],
    seen: 0,
    refused: [],
    waiting: [],
    unreadable: [
      {
        file: 'ServiceTags_Public_20240129.json',
        date: '2024-01-29',
        reasons: [expect.stringContaining('truncated document')],
      },
    ],
    watch: { [west]: ['ipv4', 'ipv6'] },
    events: expect.objectContaining({ 'publication-accepted': 3, 'publication-refused': 1, 'hold-reminder': 2 }),
    questions: [
      {
        date: '2024-01-15',
        tag: west,
        hold: expect.stringContaining(west),
        kind: 'loss',
        ranges: prefixes.slice(0, 10),
        reasons: expect.arrayContaining([expect.stringMatching(/^lost-share: .*50\.0 %/)]),
        again: false,
      },
    ],
    removals: [],
    policies: { 'service-tag-sync': figures },
  });
  expect(await readFile(svg, 'utf8')).toContain(west);
});

test('a replay for people names what was not taken over and what would have been asked', async () => {
  const { code, out, err } = await cli('replay', files, '--answer', 'hindsight:3');
  expect(code).toBe(0);
  expect(out).toContain('4 publications: 3 accepted, 1 unreadable; 1 tag watched');
  expect(out).toMatch(/ServiceTags_Public_20240129\.json cannot be read as a whole\n\s+.*truncated document/);
  expect(out).toMatch(/2024-01-15\n\s+Storage\.WestUS: loss\n\s+lost-share: .*50\.0 %/);
  expect(out).toMatch(/by questions about files +1$/m);
  for (const row of ['beyond publication (address-days)', '  came back later', '  still in a parent', '  in neither']) {
    expect(out).toContain(`${row}, IPv4`);
    expect(out).toContain(`${row}, IPv6`);
  }
  expect(err).toContain('1/4 ServiceTags_Public_20240108.json');
});

test('a file that was taken in part is named with the tags that stayed as they were, and why', async () => {
  const damaged = await folderOf([{ [west]: prefixes }, { [west]: prefixes, 'Storage.EastUS': ['20.30.0.0/24'] }]);
  const file = join(damaged, 'ServiceTags_Public_20240115.json');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('"20.10.2.0/24"', '"20.10.2.0/33"').replace('"20.30.0.0/24"', '"20.30.0.1/24"'));
  const watched = ['--config', config, '--registry', 'contoso=westus'];
  expect(await json(damaged, ...watched)).toMatchObject({
    takenInPart: [
      {
        file: 'ServiceTags_Public_20240115.json',
        date: '2024-01-15',
        setAside: [
          { tag: west, why: expect.stringContaining('20.10.2.0/33'), selected: true },
          { tag: 'Storage.EastUS', why: expect.stringContaining('20.30.0.1/24'), selected: false },
        ],
        setAsideCount: 2,
      },
    ],
    policies: { 'service-tag-sync': { weeksAskedByFiles: 1 } },
  });
  const { out } = await cli('replay', damaged, ...watched);
  expect(out).toContain('2 publications: 2 accepted (1 in part); 1 tag watched');
  expect(out).toMatch(/2024-01-15 {2}\S+ is taken in part\n\s+Storage\.WestUS stays as before: .*20\.10\.2\.0\/33/);
  expect(out).toMatch(/1 tag that no list holds stays as before: Storage\.EastUS/);
});

test('with `--answer never` nothing is answered, as without it; at once is something else', async () => {
  const never = await json(lost, '--answer', 'never');
  expect(never).toEqual(await json(lost));
  expect(never.questions).toHaveLength(1);
  expect(never.events['hold-reminder']).toBeGreaterThan(3);
  const removedOf = (replayed: { removals: { date: string; tag: string; by: string }[] }) =>
    replayed.removals.map(({ date, tag, by }) => `${date} ${tag} by ${by}`);
  expect(removedOf(never)).toEqual([`2024-02-26 Storage.EastUS by clock`, `2024-02-26 ${west} by clock`]);
  const atOnce = await json(lost, '--answer', 'hindsight:0');
  expect(removedOf(atOnce)).toEqual([`2024-01-15 Storage.EastUS by answer`, `2024-01-15 ${west} by answer`]);
  // The question is open for 42 days; then the parents of the tag have lacked it for long enough.
  expect(never.policies['service-tag-sync'].addressDaysBeyondInNeither.ipv4).toBe(2560 * 42);
  expect(atOnce.policies['service-tag-sync'].addressDaysBeyondPublication.ipv4).toBe(0);
});

test('a removal has its ranges, its cause, and what came back', async () => {
  const { removals } = await json(lost);
  expect(removals).toEqual([
    {
      date: '2024-02-26',
      tag: 'Storage.EastUS',
      ranges: ['20.30.0.0/24'],
      by: 'clock',
      why: expect.stringContaining('absent for 42 days'),
      cameBack: [{ date: '2024-04-15', ranges: ['20.30.0.0/24'] }],
    },
    expect.objectContaining({ tag: west, ranges: prefixes.slice(0, 10), by: 'clock', cameBack: [] }),
  ]);
  expect((await cli('replay', lost)).out).toMatch(
    /Removals: 2, of which 1 came back.*\n.*20\.30\.0\.0\/24 on 2024-04-15/,
  );
});

test('a list that follows a registry takes part by the regions that are given, with its families', async () => {
  const given = await json(lost, '--config', config, '--registry', 'contoso=eastus');
  expect(given.watch).toEqual({ 'Storage.EastUS': ['ipv4'] });
  expect(given.questions).toEqual([]);
  // Files are late on the sixth day, as the config has it.
  expect(given.events['source-freshness']).toBe(2 * 14);
  const both = await json(lost, '--config', config, '--registry', 'contoso=eastus', '--registry', 'contoso=westus');
  expect(Object.keys(both.watch).sort()).toEqual(['Storage.EastUS', west]);
  const { code, err } = await cli('replay', lost, '--config', config, '--registry', 'contoso=eastus,mars');
  expect({ code, err }).toEqual({
    code: 0,
    err: expect.stringContaining('no file has a tag of mars, where contoso is'),
  });
});

test.each<[string, () => string[], string]>([
  ['a folder that is not there', () => ['/proc/absent'], '/proc/absent'],
  ['a folder without publications', () => [root], 'ServiceTags_Public'],
  ['a config that is not there', () => [files, '--config', 'absent.json'], 'absent.json'],
  ['a registry whose regions are not known', () => [files, '--config', config], 'the regions of contoso'],
  [
    'a registry that is not in the config',
    () => [files, '--config', config, '--registry', 'a=westus'],
    'no registry a',
  ],
  [
    'regions that no tag is named for',
    () => [files, '--config', config, '--registry', 'contoso=mars'],
    'a tag of mars',
  ],
  ['a registry without a config', () => [files, '--registry', 'contoso=westus'], '--config FILE beside --registry'],
  ['a registry without regions', () => [files, '--config', config, '--registry', 'contoso='], 'NAME=REGION,REGION'],
  ['an unknown answer', () => [files, '--answer', 'hindsight'], 'never or hindsight:DAYS'],
  ['an unknown cloud', () => [files, '--cloud', 'Mars'], 'Public'],
  ['a tag without a picture', () => [files, '--tag', west], '--svg'],
  ['a tag that is not watched', () => [files, '--svg', 'x.svg', '--tag', 'Sql'], `--tag takes one of ${west}`],
])('%s is bad usage, and named', async (_name, args, named) => {
  const { code, out, err } = await cli('replay', ...args());
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(named);
});
