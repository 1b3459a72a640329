import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { makeCatalogJson } from '../support/catalog.ts';
import { startWebServer, type WebServer } from '../support/web-server.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const west = ['20.0.0.0/24', '20.0.2.0/24'];
const json = (changeNumber: number, prefixes: string[]): string =>
  makeCatalogJson({ changeNumber, tags: { 'Storage.WestUS': prefixes, Storage: ['20.0.0.0/12'] } });
const latest = '/ServiceTags_Public_Latest.json';

// In order: each step follows from the one before.
describe('when the page and the file "Latest" give different publications', () => {
  let world: World;
  let server: WebServer;

  function page(date: string, text: string): void {
    const file = `/ServiceTags_Public_${date}.json`;
    server.answer('/details', { body: `<a href="${server.origin}${file}">x</a>` });
    server.answer(file, { body: text });
  }

  beforeAll(async () => {
    server = await startWebServer();
    const source = {
      kind: 'download-centre',
      detailsPage: `${server.origin}/details`,
      latest: `${server.origin}${latest}`,
      origins: [server.origin],
      attempts: 1,
    };
    world = await openWorld(inject('azurite'), {
      source,
      lists: { west: { tags: ['Storage.WestUS'] } },
      targets: { hub: { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'west', location: 'westus' } },
    });
    page('20240115', json(200, west));
    server.answer(latest, { body: json(200, west) });
    world.set({ now: '2024-01-16T12:00:00Z' });
    expect((await world.run()).events.map(({ kind }) => kind)).toEqual(['publication-accepted', 'target-changed']);
  });
  afterAll(() => Promise.all([world.close(), server.close()]));

  it('one that is behind is explained, once, and not taken', async () => {
    page('20240122', json(203, [...west, '20.0.4.0/24']));
    world.set({ now: '2024-01-23T12:00:00Z' });
    const view = await world.run();
    expect(view.publication?.changeNumber).toBe(203);
    expect(view.events).toContainEqual(
      expect.objectContaining({
        kind: 'source-disagreement',
        way: 'latest',
        finding: 'subset',
        text: expect.stringMatching(/3 publications behind 203; its prefixes are a subset/),
        tags: [{ tag: 'Storage.WestUS', onlyHere: ['20.0.4.0/24'], onlyThere: [] }],
      }),
    );
    world.set({ now: '2024-01-29T12:00:00Z' });
    const asked = server.requests.length;
    expect((await world.run()).events).toEqual([]);
    expect(server.requests.slice(asked).map(({ path }) => path)).not.toContain(latest);
    world.set({ now: '2024-01-31T12:00:00Z' });
    expect((await world.run()).events).toEqual([]);
    expect(server.requests.slice(asked).map(({ path }) => path)).toContain(latest);
  });

  it('a page that hangs behind does not hide a newer file', async () => {
    server.answer(latest, { body: json(204, [...west, '20.0.4.0/24', '20.0.6.0/24']) });
    const view = await world.run();
    expect(view).toMatchObject({ status: 'applied', publication: { changeNumber: 204 } });
    expect(view.publication?.provenance.via).toBe('download-centre/latest');
    expect(await world.live('hub')).toContain('20.0.6.0/24');
  });

  it('a way that has the same file without the damage is taken, now or later', async () => {
    const more = [...west, '20.0.4.0/24', '20.0.6.0/24'];
    const damaged = (changeNumber: number) => json(changeNumber, [...more, '20.0.6.0/25']);
    page('20240129', damaged(205));
    world.set({ now: '2024-01-31T18:00:00Z' });
    expect((await world.run()).publication).toMatchObject({ changeNumber: 205, tagsFrom: [{ tag: 'Storage.WestUS' }] });
    server.answer(latest, { body: json(205, [...more, '20.0.8.0/24']) });
    const later = await world.run();
    expect(later.publication?.tagsFrom).toBeUndefined();
    expect(await world.live('hub')).toContain('20.0.8.0/24');
    server.answer(latest, { body: json(206, [...more, '20.0.8.0/24', '20.0.10.0/24']) });
    page('20240130', damaged(206));
    const now = await world.run();
    expect(now.publication).toMatchObject({ changeNumber: 206, provenance: { via: 'download-centre/latest' } });
    expect(now.publication?.tagsFrom).toBeUndefined();
    expect(await world.live('hub')).toContain('20.0.10.0/24');
  });

  it('a way that is dead or broken changes nothing', async () => {
    page('20240205', json(207, [...west, '20.0.4.0/24', '20.0.6.0/24']));
    server.answer(latest, { body: '{"changeNumber": 999' });
    world.set({ now: '2024-02-06T12:00:00Z' });
    expect((await world.run()).publication?.changeNumber).toBe(207);
    server.answer(latest, { status: 500 });
    world.set({ now: '2024-02-14T12:00:00Z' });
    expect((await world.run()).status).toBe('no-change');
  });
});
