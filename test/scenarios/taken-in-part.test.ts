import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { showStatus } from '../../src/cli/show.ts';
import type { DomainEvent } from '../../src/core/event.ts';
import { noticesOf } from '../../src/messages/notices.ts';
import type { RunView } from '../../src/run/service.ts';
import { type CatalogRecipe, makeCatalogJson, makeCatalogValue } from '../support/catalog.ts';
import { type StorageProxy, startStorageProxy } from '../support/storage-proxy.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const target = (list: string) => ({ kind: 'ip-group', mode: 'sync', list, ...place, name: list, location: 'westus' });
const westOnly = { lists: { west: { tags: ['Storage.WestUS'] } }, targets: { hub: target('west') } };
const both = {
  lists: { ...westOnly.lists, east: { tags: ['Storage.EastUS'] } },
  targets: { ...westOnly.targets, branch: { ...target('east') } },
};

const west = ['20.0.0.0/24', '20.0.2.0/24', '20.0.4.0/24'];
const east = ['20.8.0.0/24', '20.8.2.0/24'];
type Document = ReturnType<typeof makeCatalogValue>;
/** What is done to a file before it is shown. */
type Change = (value: Document) => unknown;

interface Shown {
  readonly west?: readonly string[];
  readonly east?: readonly string[];
  readonly numbers?: CatalogRecipe['tagChangeNumbers'];
}

const broken =
  (name: string, prefix: string): Change =>
  ({ values }) =>
    values.find((tag) => tag.name === name)?.properties.addressPrefixes.push(prefix);
const hostBits = broken('Storage.EastUS', '20.8.2.1/24');
const overlap = broken('Storage.WestUS', '20.0.4.0/25');

let world: World;
let proxy: StorageProxy;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'service-tags-part-'));
  proxy = await startStorageProxy(inject('azurite'));
  world = await openWorld(proxy.connectionString, westOnly);
});
afterEach(async () => {
  await world.close();
  await proxy.close();
  await rm(folder, { recursive: true });
});

/** Shows the file of a week, counted from 0 for number 200, two days after its date. */
async function show(week: number, shown: Shown = {}, change: Change = () => 0): Promise<void> {
  const value = makeCatalogValue({
    changeNumber: 200 + week,
    tags: {
      'Storage.WestUS': shown.west ?? west,
      'Storage.EastUS': shown.east ?? east,
      Storage: ['20.0.0.0/12'],
      AzureCloud: ['20.0.0.0/8'],
      'AzureCloud.westus': ['20.0.0.0/16'],
    },
    ...(shown.numbers ? { tagChangeNumbers: shown.numbers } : {}),
  });
  change(value);
  const date = new Date(Date.UTC(2024, 0, 15 + 7 * week));
  const path = join(folder, `ServiceTags_Public_${date.toISOString().slice(0, 10).replaceAll('-', '')}.json`);
  await writeFile(path, JSON.stringify(value));
  world.set({ publication: path, now: new Date(date.getTime() + 36 * 3_600_000).toISOString() });
}

async function run(week: number, shown?: Shown, change?: Change): Promise<RunView> {
  await show(week, shown, change);
  return world.run();
}

function only<K extends DomainEvent['kind']>({ events }: RunView, kind: K): (DomainEvent & { kind: K })[] {
  return events.filter((event): event is DomainEvent & { kind: K } => event.kind === kind);
}

/** Names of the tags that were told to stay as they were. */
const setAsideIn = (view: RunView) =>
  only(view, 'publication-accepted').flatMap(({ setAside = [] }) => setAside.map(({ tag }) => tag));

/** The notices of a run that are about the source of publications. */
const sourceNotices = ({ run: id, events }: RunView) =>
  noticesOf(events, { at: '2024-01-30T00:00:00Z', run: id, lists: both.lists, targets: both.targets }).filter(
    ({ kind }) => kind === 'source',
  );

describe('a tag that no list selects is broken', () => {
  it('and additions to the others go out; people hear nothing, the record has it', async () => {
    await run(0);
    const view = await run(1, { west: [...west, '20.0.6.0/24'] }, hostBits);
    expect(view.status).toBe('applied');
    expect(await world.live('hub')).toEqual([...west, '20.0.6.0/24']);
    expect(only(view, 'publication-accepted')).toMatchObject([
      { setAside: [{ tag: 'Storage.EastUS', selected: false, why: expect.stringContaining('20.8.2.1/24') }] },
    ]);
    expect(sourceNotices(view)).toEqual([]);
    const again = await world.run();
    expect(again).toMatchObject({ status: 'no-change', events: [] });
  });

  it('two weeks in a row, and whoever selects it then gets it as it last was sound', async () => {
    await run(0, { east: ['20.8.0.0/24'] });
    await run(1, {}, hostBits);
    await run(2, { west: [...west, '20.0.6.0/24'] }, broken('Storage.EastUS', 'x'));
    await world.configure(both);
    const view = await world.run();
    expect(view.status).toBe('applied');
    expect(await world.live('branch')).toEqual(['20.8.0.0/24']);
    expect((await run(3)).events.map(({ kind }) => kind)).toContain('publication-accepted');
    expect(await world.live('branch')).toEqual(east);
  });

  it('and a repaired file of the same number follows at once', async () => {
    await run(0);
    await run(1, {}, hostBits);
    const view = await run(1, { west: [...west, '20.0.6.0/24'] });
    expect(setAsideIn(view)).toEqual([]);
    expect(view.publication?.tagsFrom).toBeUndefined();
    expect(await world.live('hub')).toContain('20.0.6.0/24');
    const back = await run(1, {}, hostBits);
    expect(only(back, 'publication-refused')).toHaveLength(1);
  });
});

describe('a tag that a list selects is broken', () => {
  it('stays as it was over any number of files, is told for each, and heals', async () => {
    await world.configure(both);
    await run(0);
    const more = [...east, '20.8.4.0/24'];
    const first = await run(1, { west: west.slice(1), east: more }, overlap);
    expect(first.status).toBe('applied');
    expect([await world.live('hub'), await world.live('branch')]).toEqual([west, more]);
    const [notice] = sourceNotices(first);
    expect(notice).toMatchObject({ severity: 'needs-you', lists: ['west'], targets: ['hub'] });
    expect(notice?.headline).toContain('Storage.WestUS');
    expect(notice?.lines.join('\n')).toContain('20.0.4.0/25');

    const second = await run(2, { east: more }, broken('Storage.WestUS', 'x'));
    expect(setAsideIn(second)).toEqual(['Storage.WestUS']);
    expect(only(second, 'hold-opened')).toEqual([]);
    expect(only(second, 'tag-vanished')).toEqual([]);
    expect(sourceNotices(second)).toHaveLength(1);
    expect(second.publication?.tagsFrom).toMatchObject([{ tag: 'Storage.WestUS', from: { changeNumber: 200 } }]);

    const healed = await run(3, { west: [...west, '20.0.6.0/24'], east: more });
    expect(setAsideIn(healed)).toEqual([]);
    expect(only(healed, 'hold-opened')).toEqual([]);
    expect(await world.live('hub')).toEqual([...west, '20.0.6.0/24']);
  });

  it('is shown where the publication in force is', async () => {
    await run(0);
    await run(1, {}, overlap);
    const status = await world.status();
    expect(status.publication?.tagsFrom).toMatchObject([{ tag: 'Storage.WestUS', from: { changeNumber: 200 } }]);
    expect(showStatus(status)).toMatch(
      /Storage\.WestUS stays as in ServiceTags_Public_20240115\.json \(200\): values\[0\]/,
    );
    const health = await (await world.service()).health();
    expect(health.checks.map(({ text }) => text)).toContain('publication 201 is in force, with 1 tag as before it');
    expect(
      (await (await world.desk()).lookup('20.0.4.0')).tags.map(({ tag, published }) => [tag, published]),
    ).toContainEqual(['Storage.WestUS', true]);
  });

  it('a tag twice, a tag cut short, a value without a name: none is read as vanished', async () => {
    await run(0);
    const changes: readonly Change[] = [
      ({ values }) => values.push(...structuredClone(values.slice(0, 1))),
      ({ values }) => Object.assign(values[0]?.properties ?? {}, { addressPrefixes: [] }),
      ({ values }) => Object.assign(values, { 0: { name: 'Storage.West', id: 'Storage.WestUS' } }),
      ({ values }) => Object.assign(values[0] ?? {}, { name: ' ', id: ' ' }),
      ({ values }) => Object.assign(values, { 0: null }),
    ];
    for (const [i, change] of changes.entries()) {
      const view = await run(1 + i, {}, change);
      expect(view.status).toBe('no-change');
      expect(setAsideIn(view)).toContain('Storage.WestUS');
      expect(view.events.map(({ kind }) => kind)).toEqual(['publication-accepted']);
    }
    expect(await world.live('hub')).toEqual(west);
  });
});

describe('the whole file is refused', () => {
  it.each<[string, Change]>([
    ['if it is of another cloud', (value) => Object.assign(value, { cloud: 'China' })],
    [
      'if every tag is broken',
      ({ values }) => {
        for (const { properties } of values) properties.addressPrefixes.push('x');
      },
    ],
    ['if its number is none', (value) => Object.assign(value, { changeNumber: 0 })],
  ])('%s', async (_, change) => {
    await run(0);
    const view = await run(1, { west: [...west, '20.0.6.0/24'] }, change);
    expect(view.status).toBe('refused');
    expect(view.publication?.changeNumber).toBe(200);
    expect(await world.live('hub')).toEqual(west);
  });
});

it('a run that dies at any write takes the same in part when it is begun again', async () => {
  await run(0, { east: ['20.8.0.0/24'] });
  // That it has begun, the file and its row, the ledger, the intent.
  for (const dies of [1, 2, 3, 4, 5, 6]) {
    await show(dies, { west: [...west, `20.0.${4 + 2 * dies}.0/24`] }, hostBits);
    const service = await world.service();
    const { run: id } = await service.requestRun({ trigger: 'http' });
    let writes = 0;
    const isWrite = (method: string, url: string) => !['GET', 'HEAD'].includes(method) && !url.includes('comp=lease');
    proxy.decide(({ method, url }) => (isWrite(method, url) && ++writes === dies ? 'refuse after' : 'forward'));
    await expect(service.startRun({ schema: 1, run: id, trigger: 'http' })).rejects.toThrow();
    proxy.decide(() => 'forward');
    await world.drain();
    const view = await (await world.service()).run(id);
    expect(view?.publication, `dies at write ${dies}`).toMatchObject({
      changeNumber: 200 + dies,
      tagsFrom: [{ tag: 'Storage.EastUS', from: { changeNumber: 200 } }],
    });
  }
  await world.configure(both);
  await world.run();
  expect(await world.live('branch')).toEqual(['20.8.0.0/24']);
}, 60_000);

it('a dry run tells the same and stores nothing', async () => {
  await run(0);
  await show(1, { west: [...west, '20.0.6.0/24'] }, hostBits);
  const from = proxy.seen.length;
  const dry = await (await world.service()).dryRun({ trigger: 'http' });
  expect(proxy.seen.slice(from).filter(({ method }) => method !== 'GET' && method !== 'HEAD')).toEqual([]);
  expect(dry.publication).toMatchObject({ changeNumber: 201, tagsFrom: [{ tag: 'Storage.EastUS' }] });
  expect(dry.events).toContainEqual(expect.objectContaining({ kind: 'publication-accepted', setAsideCount: 1 }));
  expect((await world.status()).publication?.changeNumber).toBe(200);
});

it('kept bytes that were changed cost no watched tag', async () => {
  await run(0);
  const digest = (await world.status()).publication?.digest ?? '';
  const body = makeCatalogJson({ changeNumber: 200, tags: { Storage: ['20.0.0.0/12'] } });
  proxy.decide(({ method, url }) =>
    method === 'GET' && url.includes(digest.slice(0, 20)) && /publications|catalogs/.test(url)
      ? { kind: 'answer', headers: { 'content-length': String(body.length), etag: '"1"' }, body }
      : 'forward',
  );
  const view = await run(1, {}, overlap);
  expect(world.logged.join()).toContain('the publication in force cannot be read again');
  expect(view.events.map(({ kind }) => kind)).toEqual(['publication-accepted']);
  expect(await world.live('hub')).toEqual(west);
});

describe('a person', () => {
  it('accepts a damaged file that waits, for its sound tags, and for no other', async () => {
    await world.configure(both);
    await run(0);
    const waits = only(await run(60, { west: [...west, '20.0.6.0/24'] }, hostBits), 'publication-waits');
    const digest = waits[0]?.digest ?? '';
    const damaged = world.say({ kind: 'accept-publication', digest, tags: ['Storage.EastUS'] });
    await expect(damaged).rejects.toThrow('Storage.EastUS');
    const view = await world.say({ kind: 'accept-publication', digest, tags: ['Storage.WestUS'] });
    expect(await world.live('hub')).toEqual([...west, '20.0.6.0/24']);
    expect(view.publication).toMatchObject({
      changeNumber: 200,
      tagsFrom: [{ tag: 'Storage.WestUS', from: { changeNumber: 260 } }],
    });
    // A tag that stays as it was is the one that was accepted, not last week's.
    const next = await run(1, {}, overlap);
    expect(next.publication?.tagsFrom).toMatchObject([{ tag: 'Storage.WestUS', from: { changeNumber: 260 } }]);
    expect(await world.live('hub')).toEqual([...west, '20.0.6.0/24']);
  });

  it('accepts it whole: its broken tags stay as they were', async () => {
    await world.configure(both);
    await run(0);
    const [waits] = only(await run(60, { west: [...west, '20.0.6.0/24'] }, hostBits), 'publication-waits');
    const view = await world.say({ kind: 'accept-publication', digest: waits?.digest ?? '' });
    expect(view.publication).toMatchObject({ changeNumber: 260, tagsFrom: [{ tag: 'Storage.EastUS' }] });
    expect([await world.live('hub'), await world.live('branch')]).toEqual([[...west, '20.0.6.0/24'], east]);
    expect(sourceNotices(view).map(({ lists }) => lists)).toContainEqual(['east']);
  });
});

describe('numbers of tags that went back', () => {
  const numbers = (westNumber: number, eastNumber: number, global = 5) => ({
    'Storage.WestUS': westNumber,
    'Storage.EastUS': eastNumber,
    Storage: global,
  });

  it('of more tags than went up are old content: the file waits, and a person may accept it', async () => {
    await run(0, { numbers: numbers(5, 5) });
    const old = { west: west.slice(1), numbers: numbers(4, 4, 6) };
    const view = await run(1, old);
    expect(view.status).toBe('waiting');
    const [waits] = only(view, 'publication-waits');
    expect(waits?.reasons.join()).toContain('2 tags went back (Storage.WestUS, Storage.EastUS), that of 1 went up');
    expect(view.publication?.changeNumber).toBe(200);
    const accepted = await world.say({ kind: 'accept-publication', digest: waits?.digest ?? '' });
    expect(accepted.publication?.changeNumber).toBe(201);
    expect(accepted.publication?.tagsFrom).toBeUndefined();
    expect(only(accepted, 'hold-opened')).toMatchObject([{ tag: 'Storage.WestUS', of: 'loss' }]);
  });

  it('of fewer are those tags alone: they stay, are told, and a person may take them all the same', async () => {
    await world.configure(both);
    await run(0, { numbers: numbers(5, 5) });
    const view = await run(1, {
      west: [...west, '20.0.6.0/24'],
      east: [...east, '20.8.4.0/24'],
      numbers: numbers(4, 6),
    });
    expect(setAsideIn(view)).toEqual(['Storage.WestUS']);
    expect([await world.live('hub'), await world.live('branch')]).toEqual([west, [...east, '20.8.4.0/24']]);
    const [notice] = sourceNotices(view);
    const digest = view.publication?.digest ?? '';
    expect(notice?.lines.join('\n')).toContain(digest);
    await expect(world.say({ kind: 'accept-publication', digest })).rejects.toThrow('in force already');
    await expect(world.say({ kind: 'accept-publication', digest, tags: ['Storage.EastUS'] })).rejects.toThrow(
      'in force already but for Storage.WestUS',
    );
    const accepted = await world.say({ kind: 'accept-publication', digest, tags: ['Storage.WestUS'] });
    expect(accepted.publication).toMatchObject({ changeNumber: 201, digest });
    expect(accepted.publication?.tagsFrom).toBeUndefined();
    expect(await world.live('hub')).toEqual([...west, '20.0.6.0/24']);
    expect(
      (await run(2, { west: [...west, '20.0.6.0/24'], numbers: numbers(5, 6) })).publication?.tagsFrom,
    ).toBeUndefined();
  });

  it('count for nothing where the policy says so of the tag', async () => {
    await world.configure({ ...westOnly, policy: { tags: { 'Storage.WestUS': { fileQuestionOlderTag: false } } } });
    await run(0, { numbers: numbers(5, 5) });
    const view = await run(1, { west: [...west, '20.0.6.0/24'], numbers: numbers(4, 6) });
    expect(setAsideIn(view)).toEqual([]);
    expect(await world.live('hub')).toContain('20.0.6.0/24');
  });

  it('are not compared with what a person took from a file out of turn', async () => {
    await run(0, { numbers: numbers(5, 5) });
    const [waits] = only(await run(60, { numbers: numbers(90, 90, 90) }), 'publication-waits');
    await world.say({ kind: 'accept-publication', digest: waits?.digest ?? '', tags: ['Storage.WestUS'] });
    const view = await run(1, { west: [...west, '20.0.6.0/24'], numbers: numbers(6, 5) });
    expect(view.publication?.tagsFrom).toBeUndefined();
    expect(await world.live('hub')).toContain('20.0.6.0/24');
  });
});
