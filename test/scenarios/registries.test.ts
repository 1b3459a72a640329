import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const id = `/subscriptions/${place.subscriptionId}/resourceGroups/${place.resourceGroup}/providers/Microsoft.ContainerRegistry/registries/contoso`;
const north = `${id}/replications/northeurope`;
const tags = {
  'AzureContainerRegistry.NorthEurope': ['20.1.0.0/24'],
  'AzureContainerRegistry.WestEurope': ['20.0.0.0/24'],
  'Storage.NorthEurope': ['20.3.0.0/23'],
  'Storage.WestEurope': ['20.2.0.0/23', '2603:1020::/32'],
};
const west = ['20.0.0.0/24', '20.2.0.0/23'];
const all = ['20.0.0.0/24', '20.1.0.0/24', '20.2.0.0/23', '20.3.0.0/23'];
const config = {
  registries: { contoso: { resourceId: id } },
  lists: { pulls: { registries: [{ registry: 'contoso', part: 'all' }] } },
  targets: { hub: { kind: 'ip-group', mode: 'sync', list: 'pulls', ...place, name: 'pulls', location: 'westeurope' } },
};

describe('a list that follows a registry', () => {
  let world: World;
  let folder: string;
  let number = 100;

  const publish = async (date: string): Promise<void> => {
    const path = join(folder, `ServiceTags_Public_${date.replaceAll('-', '')}.json`);
    await writeFile(path, makeCatalogJson({ changeNumber: number++, tags }));
    world.set({ publication: path, now: `${date}T12:00:00Z` });
  };
  const registry = (properties: object = {}) =>
    world.seed({ [id]: { location: 'West Europe', sku: { name: 'Premium' }, properties } });

  const changesOf = async (target: string) => (await (await world.desk()).changes({ target, most: 100 })).changes;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'service-tags-registries-'));
    world = await openWorld(inject('azurite'), config);
    await publish('2024-01-15');
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  it('is not written before the registry was read, and then holds its home region', async () => {
    const blind = await world.run();
    expect(blind.status).toBe('failed');
    expect(blind.targets[0]?.outcomes[0]?.text).toContain('contoso');
    expect(blind.events.map(({ kind }) => kind)).toContain('registry-unreadable');
    expect(await world.live('hub')).toEqual([]);
    await registry();
    const seen = await world.run();
    expect(seen.events.map(({ kind }) => kind)).toContain('registry-readable');
    expect(seen.status).toBe('applied');
    expect(await world.live('hub')).toEqual(west);
    expect((await world.run()).status).toBe('no-change');
  });

  it('takes in a new replica on the next run, because of the registry', async () => {
    // The guard for edited lists would ask before so many addresses.
    await world.seed({ [north]: { location: 'northeurope', properties: {} } });
    const view = await world.run();
    expect(view.status).toBe('applied');
    expect(await world.live('hub')).toEqual(all);
    expect(view.events).toContainEqual(
      expect.objectContaining({ kind: 'registry-changed', registry: 'contoso', regionsAdded: ['northeurope'] }),
    );
    const changes = await changesOf('hub');
    expect(changes.filter(({ run }) => run === view.run).map(({ prefix, cause }) => [prefix, cause.kind])).toEqual([
      ['20.1.0.0/24', 'registry'],
      ['20.3.0.0/23', 'registry'],
    ]);
  });

  it('stays as it is through ten runs in which the registry cannot be read, and says so once', async () => {
    await world.faults([
      {
        match: { pathIncludes: 'Microsoft.ContainerRegistry' },
        times: 10,
        effect: { status: 403, code: 'AuthorizationFailed' },
      },
    ]);
    await world.writes();
    const told: string[] = [];
    for (let run = 0; run < 10; run++) {
      const view = await world.run();
      expect(view.status).toBe('no-change');
      told.push(...view.events.map(({ kind }) => kind));
    }
    expect(told).toEqual(['registry-unreadable']);
    expect(await world.writes()).toEqual([]);
    expect(await world.live('hub')).toEqual(all);
    expect((await world.run()).events.map(({ kind }) => kind)).toEqual(['registry-readable']);
  });

  it('keeps what the registry left until the clock lets it go, because of the registry', async () => {
    await world.remove(north);
    const view = await world.run();
    expect(view.status).toBe('no-change');
    expect(view.targets[0]?.outcomes[0]?.text).toContain('regions that the registry has left');
    expect(await (await world.desk()).holds()).toMatchObject([
      { kind: 'registry', prefixes: ['20.1.0.0/24', '20.3.0.0/23'] },
    ]);
    expect(await world.live('hub')).toEqual(all);
    // Another run knows only the smaller registry, and the hold still knows why.
    await world.run();
    expect(await (await world.desk()).holds()).toMatchObject([{ kind: 'registry' }]);
    for (const date of ['2024-01-29', '2024-02-12']) {
      await publish(date);
      await world.run();
    }
    await publish('2024-02-26');
    const gone = await world.run();
    expect(gone.status).toBe('applied');
    expect(await world.live('hub')).toEqual(west);
    const changes = await changesOf('hub');
    expect(changes.filter(({ run }) => run === gone.run).map(({ cause }) => cause.kind)).toEqual([
      'registry',
      'registry',
    ]);
    expect((await world.run()).status).toBe('no-change');
    expect(await (await world.desk()).holds()).toEqual([]);
  });

  it('says that a region has no tag, and goes on with the others', async () => {
    await world.seed({ [`${id}/replications/moonbase`]: { location: 'moonbase', properties: {} } });
    const view = await world.run();
    expect(view.events).toContainEqual({ kind: 'registry-without-tag', registry: 'contoso', regions: ['moonbase'] });
    expect(view.status).toBe('no-change');
    expect((await world.run()).events).toEqual([]);
    // Told once, it is not well for as long as it is so.
    const troubles = async () => (await (await world.desk()).inbox()).troubles;
    expect(await troubles()).toEqual([expect.stringContaining('contoso is in moonbase, for which')]);
    expect(await (await world.desk()).status()).toMatchObject({ troubles: await troubles() });
    await world.remove(`${id}/replications/moonbase`);
    await world.run();
    expect(await troubles()).toEqual([]);
  });

  it('takes an edited list for an edit', async () => {
    const byHand = { loginServer: 'contoso.azurecr.io', regions: ['westeurope', 'northeurope'] };
    await world.configure({ ...config, registries: { contoso: byHand } });
    const view = await world.run();
    expect(await world.live('hub')).toEqual(all);
    const changes = (await changesOf('hub')).filter(({ run }) => run === view.run);
    expect(changes.map(({ cause }) => cause.kind)).toEqual(['config', 'config']);
  });
});
