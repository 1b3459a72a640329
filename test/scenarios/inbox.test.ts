import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { showInbox } from '../../src/cli/show-inbox.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { type StorageProxy, startStorageProxy } from '../support/storage-proxy.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const base = Array.from({ length: 12 }, (_, i) => `20.0.${i * 2}.0/24`);
const [west, east] = ['Storage.WestUS', 'Storage.EastUS'];
const eastern = ['20.8.0.0/24', '20.8.2.0/24'];

const config = {
  lists: { west: { tags: [west] }, east: { tags: [east] } },
  answers: { ticket: { pattern: 'CHG\\d+', example: 'CHG1' } },
  targets: {
    hub: {
      ...{ kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'west', location: 'westus' },
      rule: {
        policy: 'fw-policy',
        ruleCollectionGroup: 'rcg',
        collection: 'allow',
        rule: 'acr',
        sources: ['10.0.0.0/8'],
      },
    },
    branch: { kind: 'ip-group', mode: 'sync', list: 'east', ...place, name: 'east', location: 'eastus' },
  },
};

let world: World;
let folder: string;
let number: number;
let proxy: StorageProxy;

/** A publication of a day in 2024, and the clock set to noon of that day. */
async function publish(date: string, tags: Record<string, readonly string[]>, text?: string): Promise<void> {
  const path = join(folder, `ServiceTags_Public_${date.replaceAll('-', '')}.json`);
  await writeFile(path, text ?? makeCatalogJson({ changeNumber: number++, tags }));
  world.set({ publication: path, now: `${date}T12:00:00Z` });
}
const inbox = async () => (await world.desk()).inbox();

beforeEach(async () => {
  number = 200;
  folder = await mkdtemp(join(tmpdir(), 'inbox-'));
  proxy = await startStorageProxy(inject('azurite'));
  const { rule: _, ...hub } = config.targets.hub;
  world = await openWorld(proxy.connectionString, { ...config, targets: { ...config.targets, hub } });
  await publish('2024-01-15', { [west]: base, [east]: eastern });
  expect((await world.run()).status).toBe('applied');
});
afterEach(async () => {
  await world.close();
  await proxy.close();
  await rm(folder, { recursive: true });
});

it('says in one sentence that all is well, with the age of the newest publication', async () => {
  world.set({ now: '2024-01-19T12:00:00Z' });
  const view = await inbox();
  expect(view).toMatchObject({ items: [], freshness: 'fresh', publication: { changeNumber: 200, ageDays: 4 } });
  expect(showInbox(view, '', 200)).toBe(
    'All is well: nothing waits for you, and publication 200 of 2024-01-15 is in force, 4 days old.',
  );
  // What is not well is never called so.
  world.set({ now: '2024-02-19T12:00:00Z' });
  expect(showInbox(await inbox(), '', 200)).toMatch(/^Nothing waits for you, but the source is stale/);
  await world.say({ kind: 'pause', target: 'hub' });
  world.set({ now: '2024-01-19T12:00:00Z' });
  expect(showInbox(await inbox(), '', 200)).toContain('hub is paused by on call: a test.');
});

it('lists what waits, the most urgent first, each with what it affects, a suggestion and its commands', async () => {
  const gained = ['20.64.0.0/16'];
  await publish('2024-01-22', { [west]: base.slice(4), [east]: [...eastern, ...gained] });
  await world.run();
  await world.configure({
    ...config,
    targets: { ...config.targets, branch: { ...config.targets.branch, approval: { add: 'always' } } },
  });
  await publish('2024-01-29', { [west]: base.slice(4), [east]: [...eastern, '20.8.4.0/24', ...gained] });
  await world.run();
  await publish('2024-02-05', {}, '{"changeNumber": 203, "cloud": "Public", "values": ');
  await world.run();

  const view = await inbox();
  expect(view.items.map(({ kind, about }) => [kind, about])).toEqual([
    ['hold', east],
    ['part', 'branch'],
    ['file', 'ServiceTags_Public_20240205.json'],
    ['hold', west],
  ]);
  const [gain, part, file, loss] = view.items;
  expect(gain).toMatchObject({
    prefixes: gained,
    suggested: { answer: 'block', reason: expect.stringContaining('far broader') },
    ifIgnored: { at: '2024-01-29T00:00:00.000Z', text: expect.stringContaining('It stays out') },
    commands: [
      { command: `npm run -s cli -- answer block ${gain?.short} --why "..." --ticket "<such as CHG1>"` },
      { answer: 'allow' },
    ],
  });
  expect(part).toMatchObject({
    title: 'branch waits to add 1 range (256 IPv4 addresses).',
    affected: { lists: ['east'], targets: [{ target: 'branch', kind: 'ip-group' }], registries: [] },
    suggested: { answer: 'approve' },
    ifIgnored: { at: '2024-02-05T00:00:00.000Z' },
  });
  expect(file).toMatchObject({ suggested: { answer: 'wait' }, ifIgnored: { at: '2024-02-12T00:00:00.000Z' } });
  expect(loss).toMatchObject({
    prefixes: base.slice(0, 4),
    affected: { targets: [{ target: 'hub', firewalls: ['west-1', 'fw-policy'] }] },
    suggested: { answer: 'keep' },
  });
  expect(loss?.ifIgnored).not.toHaveProperty('at');
  expect(new Set(view.items.map(({ short }) => short)).size).toBe(4);

  const text = showInbox(view, ' --data ./state', 80);
  expect(text).toContain(`answer keep ${loss?.short} --why "..." --ticket "<such as CHG1>" --data ./state`);
  const wide = text.split('\n').filter((line) => line.length > 80 && !line.includes('npm run -s cli --'));
  expect(wide).toEqual([]);

  // Each name means the same thing wherever one is asked for.
  const desk = await world.desk();
  expect((await desk.plan(part?.short ?? ''))?.plan.target).toBe('branch');
  expect((await desk.plan('branch'))?.plan.target).toBe('branch');
  expect(await desk.plan('hub')).toBeUndefined();
  const ticket = { ticket: 'CHG7' };
  await expect(world.say({ kind: 'approve', part: west }, ticket)).rejects.toThrow(/which is hold .*`answer keep/);
  await expect(world.say({ kind: 'answer', holds: [part?.short ?? ''], answer: 'keep' }, ticket)).rejects.toThrow(
    /which is part .*: `approve [0-9a-f]{16}`/,
  );
  await expect(world.say({ kind: 'accept-publication', digest: 'nope' }, ticket)).rejects.toThrow(
    'those that do: raw-',
  );
  await expect(world.say({ kind: 'accept-publication', digest: file?.short ?? '' }, ticket)).rejects.toThrow('damaged');
  await expect(world.say({ kind: 'answer', holds: [west], answer: 'allow' }, ticket)).rejects.toThrow(
    'expected keep or remove',
  );
  await world.say({ kind: 'approve', part: 'branch' }, ticket);
  await world.say({ kind: 'answer', holds: [west.slice(0, 14)], answer: 'keep' }, ticket);
  // The word of before: it lets a gain in.
  await world.say({ kind: 'answer', holds: [gain?.short ?? ''], answer: 'keep' }, ticket);
  expect((await world.decisions()).flatMap((one) => (one.kind === 'answer' ? [one.answer] : []))).toEqual([
    'keep',
    'allow',
  ]);
  expect((await inbox()).items.map(({ kind }) => kind)).not.toContain('hold');
}, 60_000);

it('has the tags of the file in force that could not be believed, by their own names', async () => {
  await publish('2024-01-22', { [west]: base, [east]: [...eastern, '10.0.0.0/24'] });
  await world.run();
  const { items } = await inbox();
  expect(items).toMatchObject([
    { kind: 'tag', short: east, suggested: { answer: 'wait' }, affected: { targets: [{ target: 'branch' }] } },
  ]);
  // No answer takes a damaged tag: what can be done is shown in its place.
  expect(items[0]?.suggested.reason).toContain('`always`');
  expect(items[0]?.commands).toEqual([
    { answer: 'look', command: 'npm run -s cli -- publications' },
    {
      answer: 'elsewhere',
      command: `npm run -s cli -- accept FILE --tags ${east} --why "..." --ticket "<such as CHG1>"`,
    },
  ]);
  const accept = { kind: 'accept-publication', digest: east } as const;
  await expect(world.say(accept, { ticket: 'CHG7' })).rejects.toThrow(`${east} of ServiceTags_Public_20240122.json`);
});

it('offers a tag that is older content to be accepted, and that works', async () => {
  const numbered = async (date: string, tags: Record<string, readonly string[]>, numbers: Record<string, number>) =>
    publish(date, tags, makeCatalogJson({ changeNumber: number++, tags, tagChangeNumbers: numbers }));
  await numbered('2024-01-22', { [west]: base, [east]: eastern }, { [west]: 5, [east]: 5 });
  await world.run();
  await numbered('2024-01-29', { [west]: base, [east]: [...eastern, '20.8.4.0/24'] }, { [west]: 6, [east]: 4 });
  await world.run();
  const { items } = await inbox();
  expect(items.map(({ commands }) => commands)).toEqual([
    [{ answer: 'accept', command: `npm run -s cli -- accept ${east} --why "..." --ticket "<such as CHG1>"` }],
  ]);
  await world.say({ kind: 'accept-publication', digest: east }, { ticket: 'CHG7' });
  expect(await world.live('branch')).toContain('20.8.4.0/24');
  expect((await inbox()).items).toEqual([]);
});

it('asks storage as often after many runs as after two', async () => {
  const counted = async (): Promise<number> => {
    const desk = await world.desk();
    proxy.decide(() => 'forward');
    const before = proxy.seen.length;
    await desk.inbox();
    return proxy.seen.length - before;
  };
  await publish('2024-01-22', { [west]: base.slice(4), [east]: eastern });
  await world.run();
  const first = await counted();
  for (let more = 0; more < 6; more++) await world.run();
  expect(await counted()).toBe(first);
  expect(first).toBeLessThanOrEqual(12);
});
