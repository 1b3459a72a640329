import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { DomainEvent } from '../../src/core/event.ts';
import type { RunView } from '../../src/run/service.ts';
import { type CatalogRecipe, makeCatalogJson, makeCatalogValue } from '../support/catalog.ts';
import { startWebServer, type WebServer } from '../support/web-server.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const base = {
  lists: { west: { tags: ['Storage.WestUS'] } },
  targets: { hub: { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'west', location: 'westus' } },
};
const west = ['20.0.0.0/24', '20.0.2.0/24', '20.0.4.0/24'];
const east = ['20.8.0.0/24'];
const recipe = (changeNumber: number, more: string[] = []): CatalogRecipe => ({
  changeNumber,
  tags: { 'Storage.WestUS': [...west, ...more], 'Storage.EastUS': east, Storage: ['20.0.0.0/12'] },
});
const json = (changeNumber: number, more: string[] = []): string => makeCatalogJson(recipe(changeNumber, more));

function kinds(view: RunView): string[] {
  return view.events.map(({ kind }) => kind);
}

function only<K extends DomainEvent['kind']>(view: RunView, kind: K): (DomainEvent & { kind: K })[] {
  return view.events.filter((event): event is DomainEvent & { kind: K } => event.kind === kind);
}

/** A world whose publications are files of a folder, shown one at a time. */
async function openFolderWorld(config: object = base) {
  const folder = await mkdtemp(join(tmpdir(), 'service-tags-source-'));
  const world = await openWorld(inject('azurite'), config);
  return {
    world,
    async show(text: string, file: string, now: string): Promise<RunView> {
      await writeFile(join(folder, file), text);
      world.set({ publication: join(folder, file), now });
      return world.run();
    },
    at(now: string): Promise<RunView> {
      world.set({ now });
      return world.run();
    },
    async close(): Promise<void> {
      await world.close();
      await rm(folder, { recursive: true });
    },
  };
}

describe('with every way dead for 30 days', () => {
  let world: World;
  let server: WebServer;
  const said: DomainEvent[] = [];
  const file = 'ServiceTags_Public_20240115.json';

  beforeAll(async () => {
    server = await startWebServer();
    const source = {
      kind: 'download-centre',
      detailsPage: `${server.origin}/details`,
      latest: `${server.origin}/ServiceTags_Public_Latest.json`,
      origins: [server.origin],
      attempts: 1,
    };
    server.answer('/details', { body: `<a href="${server.origin}/${file}">x</a>` });
    server.answer(`/${file}`, { body: json(200) });
    world = await openWorld(inject('azurite'), { ...base, source });
    world.set({ now: '2024-01-17T12:00:00Z' });
    expect((await world.run()).status).toBe('applied');
    await world.writes();
    server.answer('/details', { status: 410 });
    server.answer(`/${file}`, { status: 410 });
    for (let day = 18; day < 48; day += 3) {
      world.set({ now: new Date(Date.UTC(2024, 0, day, 12)).toISOString() });
      const view = await world.run();
      expect(view.status).toBe('failed');
      said.push(...view.events);
    }
  }, 60_000);
  afterAll(() => Promise.all([world.close(), server.close()]));

  it('status says since when it is stale, and how old what it has is', async () => {
    expect((await world.status()).source).toMatchObject({
      freshness: 'stale',
      since: '2024-02-11T12:00:00.000Z',
      newestDate: '2024-01-15',
      ageDays: 30,
      unreachableSince: '2024-01-18T12:00:00.000Z',
    });
  });

  it('targets keep their state', async () => {
    expect(await world.writes()).toEqual([]);
    expect(await world.live('hub')).toEqual(west);
  });

  it('each change of state is told exactly once, with dates', () => {
    expect(said.filter(({ kind }) => kind === 'source-freshness')).toEqual([
      expect.objectContaining({ from: 'fresh', to: 'late', newestDate: '2024-01-15', ageDays: 18 }),
      expect.objectContaining({ from: 'late', to: 'stale', newestDate: '2024-01-15', ageDays: 27 }),
    ]);
    expect(said.filter((event) => event.kind === 'source-unreachable' && !event.again)).toHaveLength(1);
  });

  it('all heals on the first good file', async () => {
    const next = 'ServiceTags_Public_20240212.json';
    server.answer('/details', { body: `<a href="${server.origin}/${next}">x</a>` });
    server.answer(`/${next}`, { body: json(204, ['20.0.6.0/24']) });
    const view = await world.run();
    expect(view.status).toBe('applied');
    expect(only(view, 'source-freshness')).toMatchObject([{ from: 'stale', to: 'fresh', newestDate: '2024-02-12' }]);
    expect(only(view, 'target-changed')).toMatchObject([{ inTime: { changeNumber: 204 } }]);
    expect(await world.live('hub')).toContain('20.0.6.0/24');
  });
});

// In order: each step follows from the one before.
describe('a refused file that would add addresses', () => {
  let open: Awaited<ReturnType<typeof openFolderWorld>>;
  const views: RunView[] = [];
  // A name that contradicts the content is a fault of the file as a whole.
  const name = 'ServiceTags_China_20240122.json';
  let digest = '';

  beforeAll(async () => {
    open = await openFolderWorld();
    await open.show(json(200), 'ServiceTags_Public_20240115.json', '2024-01-16T12:00:00Z');
    const value = makeCatalogValue(recipe(201, ['20.0.6.0/24']));
    value.values[1]?.properties.addressPrefixes.push('20.8.0.1/24');
    views.push(await open.show(JSON.stringify(value), name, '2024-01-23T12:00:00Z'));
    views.push(await open.at('2024-01-23T18:00:00Z'));
    views.push(await open.at('2024-01-24T12:00:00Z'));
    digest = only(views[0] as RunView, 'publication-refused')[0]?.digest ?? '';
  });
  afterAll(() => open.close());

  it('makes the source suspect once, with its name and what it would add', () => {
    expect(views.map((view) => only(view, 'source-freshness'))).toMatchObject([
      [{ to: 'suspect', suspect: { file: name, gains: [{ tag: 'Storage.WestUS', prefixes: ['20.0.6.0/24'] }] } }],
      [],
      [],
    ]);
    expect(views.map((view) => only(view, 'publication-refused').filter(({ again }) => !again))).toMatchObject([
      [{ file: name }],
      [],
      [],
    ]);
  });

  it('stands in the status with the time left and who lacks it', async () => {
    expect((await open.world.status()).source).toMatchObject({
      freshness: 'suspect',
      suspect: { file: name },
      gains: [{ tag: 'Storage.WestUS', leftMs: 4.5 * 86_400_000, targets: [{ target: 'hub', has: false }] }],
    });
  });

  it('fires the deadline alert, once for the target and file', () => {
    expect(views.map((view) => only(view, 'deadline-in-danger'))).toMatchObject([
      [],
      [
        {
          target: 'hub',
          notAccepted: name,
          missing: ['20.0.6.0/24'],
          earliest: '2024-01-29T00:00:00.000Z',
          promised: '2024-01-30T00:00:00.000Z',
          leftMs: 5.25 * 86_400_000,
        },
      ],
      [],
    ]);
  });

  it('is in force for its sound tags on a word, and for no other', async () => {
    open.world.set({ now: '2024-01-24T18:00:00Z' });
    const refused = open.world.say({ kind: 'accept-publication', digest, tags: ['Storage.EastUS'] });
    await expect(refused).rejects.toThrow('Storage.EastUS');
    await expect(open.world.say({ kind: 'accept-publication', digest })).rejects.toThrow('cannot be accepted whole');
    const view = await open.world.say({ kind: 'accept-publication', digest, tags: ['Storage.WestUS'] });
    expect(only(view, 'publication-accepted')).toMatchObject([
      { file: name, by: 'on call', onlyTags: ['Storage.WestUS'] },
    ]);
    expect(only(view, 'source-freshness')).toMatchObject([{ from: 'suspect', to: 'fresh' }]);
    expect(await open.world.live('hub')).toEqual([...west, '20.0.6.0/24']);
    expect(view.publication?.changeNumber).toBe(200);
    const again = await open.at('2024-01-24T20:00:00Z');
    expect(kinds(again)).not.toContain('publication-accepted');
    expect(kinds(again)).not.toContain('source-freshness');
  });

  it('is followed by the next good file as if nothing had been', async () => {
    const view = await open.show(
      json(202, ['20.0.6.0/24']),
      'ServiceTags_Public_20240129.json',
      '2024-01-30T12:00:00Z',
    );
    expect(view.status).toBe('no-change');
    expect(only(view, 'publication-accepted')).toMatchObject([{ changeNumber: 202 }]);
  });
});

describe('acceptance', () => {
  let open: Awaited<ReturnType<typeof openFolderWorld>>;
  beforeAll(async () => {
    open = await openFolderWorld();
    await open.show(json(200), 'ServiceTags_Public_20240115.json', '2024-01-16T12:00:00Z');
  });
  afterAll(() => open.close());

  it('the same values under a new number are accepted as identical', async () => {
    const view = await open.show(json(201), 'ServiceTags_Public_20240122.json', '2024-01-23T12:00:00Z');
    expect(only(view, 'publication-accepted')).toMatchObject([{ changeNumber: 201, identical: true }]);
    expect(view.status).toBe('no-change');
  });

  it('a far-ahead file waits, is told once, does not move the mark, and is in force on a word', async () => {
    const file = 'ServiceTags_Public_20240129.json';
    const first = await open.show(json(300, ['20.0.6.0/24']), file, '2024-01-30T12:00:00Z');
    const [waits] = only(first, 'publication-waits');
    expect(first.status).toBe('waiting');
    const second = await open.at('2024-01-30T18:00:00Z');
    expect(kinds(second)).not.toContain('publication-waits');
    expect([first, second].map(({ publication }) => publication?.changeNumber)).toEqual([201, 201]);
    expect(only(first, 'source-freshness')).toMatchObject([{ to: 'suspect' }]);

    open.world.set({ now: '2024-01-31T12:00:00Z' });
    const third = await open.world.say({ kind: 'accept-publication', digest: waits?.digest ?? '' });
    expect(third.publication?.changeNumber).toBe(300);
    expect(await open.world.live('hub')).toContain('20.0.6.0/24');
    expect(only(third, 'source-freshness')).toMatchObject([{ from: 'suspect', to: 'fresh' }]);
    expect(only(third, 'target-changed')).toMatchObject([{ inTime: { earliest: '2024-02-05T00:00:00.000Z' } }]);
  });

  it('a word on a file that was in force before is not taken: there are pins for going back', async () => {
    const [first] = await (await open.world.service()).runs(100).then((runs) => runs.toReversed());
    const digest = first?.publication?.digest ?? '';
    await expect(open.world.say({ kind: 'accept-publication', digest })).rejects.toThrow('pin');
  });

  it('a word on a file that nobody kept is not taken', async () => {
    const word = open.world.say({ kind: 'accept-publication', digest: 'ff'.repeat(32) });
    await expect(word).rejects.toThrow('no file with the digest');
  });

  it('a file without a date has the day it was first seen, until a name tells better', async () => {
    const text = json(301, ['20.0.6.0/24', '20.0.8.0/24']);
    const latest = await open.show(text, 'ServiceTags_Public_Latest.json', '2024-02-06T12:00:00Z');
    expect(latest.publication).toMatchObject({ changeNumber: 301, date: '2024-02-06', dateEstimated: true });
    const named = await open.show(text, 'ServiceTags_Public_20240205.json', '2024-02-07T12:00:00Z');
    expect(named.status).toBe('no-change');
    expect(named.publication).toMatchObject({ date: '2024-02-05', dateEstimated: false });
  });
});

describe("Azure's Service Tag Discovery API", () => {
  it('is a second opinion: behind, ahead, empty or dead, it changes nothing and is explained once', async () => {
    const api = { subscriptionId: place.subscriptionId, location: 'westeurope' };
    const open = await openFolderWorld({ ...base, crossCheck: { api } });
    const location = `/subscriptions/${place.subscriptionId}/providers/Microsoft.Network/locations/westeurope`;
    const seed = (more: string[]) =>
      open.world.seed({ [location]: { properties: { serviceTags: makeCatalogValue(recipe(63, more)) } } });

    const empty = await open.show(json(200), 'ServiceTags_Public_20240115.json', '2024-01-16T12:00:00Z');
    expect(only(empty, 'source-disagreement')).toMatchObject([
      { finding: 'empty', text: expect.stringContaining('ignored') },
    ]);
    await seed([]);
    const more = ['20.0.6.0/24'];
    const behind = await open.show(json(201, more), 'ServiceTags_Public_20240122.json', '2024-01-23T12:00:00Z');
    const again = await open.at('2024-01-25T12:00:00Z');
    await seed([...more, '20.0.8.0/24']);
    const ahead = await open.at('2024-01-28T12:00:00Z');
    await open.world.faults([
      { match: { pathIncludes: 'serviceTags' }, times: 20, effect: { status: 403, code: 'AuthorizationFailed' } },
    ]);
    const dead = await open.at('2024-01-30T12:00:00Z');

    const [explained] = only(behind, 'source-disagreement');
    expect(explained).toMatchObject({ way: 'discovery-api', finding: 'subset' });
    expect(explained?.text).toMatch(/1 publication behind: it is missing what 201 added; its prefixes are a subset/);
    expect(only(again, 'source-disagreement')).toEqual([]);
    expect(only(ahead, 'source-disagreement')).toMatchObject([
      { finding: 'adds', tags: [{ tag: 'Storage.WestUS', onlyThere: ['20.0.8.0/24'] }] },
    ]);
    expect(dead.status).toBe('no-change');
    expect(await open.world.live('hub')).toEqual([...west, ...more]);
    await open.close();
  });

  it('is told once where it has not answered for a week, and where prefixes of watched tags cannot be read', async () => {
    const api = { subscriptionId: place.subscriptionId, location: 'westeurope' };
    const open = await openFolderWorld({ ...base, crossCheck: { api } });
    const location = `/subscriptions/${place.subscriptionId}/providers/Microsoft.Network/locations/westeurope`;
    const seed = (serviceTags: object) => open.world.seed({ [location]: { properties: { serviceTags } } });
    const told = (run: RunView) => only(run, 'source-disagreement').map(({ finding, text }) => [finding, text]);
    const fail = () =>
      open.world.faults([
        { match: { pathIncludes: 'serviceTags' }, times: 20, effect: { status: 403, code: 'AuthorizationFailed' } },
      ]);
    await seed(makeCatalogValue(recipe(63)));
    expect(told(await open.show(json(200), 'ServiceTags_Public_20240115.json', '2024-01-16T12:00:00Z'))).toEqual([]);

    for (const day of ['18', '22']) {
      await fail();
      expect(told(await open.at(`2024-01-${day}T12:00:00Z`))).toEqual([]);
    }
    await fail();
    expect(told(await open.at('2024-01-24T12:00:00Z'))).toEqual([
      ['silent', expect.stringMatching(/no answer since 2024-01-16: .*AuthorizationFailed/)],
    ]);
    await fail();
    expect(told(await open.at('2024-01-26T12:00:00Z'))).toEqual([]);
    await open.world.faults([]);

    const odd = makeCatalogValue(recipe(64));
    for (const { name, properties } of odd.values) {
      if (name === 'Storage.WestUS') properties.addressPrefixes = ['20.0.0.0/33'];
    }
    await seed(odd);
    expect(told(await open.at('2024-01-28T12:00:00Z'))).toEqual([['unreadable', 'not compared: Storage.WestUS']]);
    expect(told(await open.at('2024-01-30T12:00:00Z'))).toEqual([]);
    await open.close();
  });
});
