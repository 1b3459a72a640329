import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { type Cloud, clouds } from '../../src/core/publication/catalog.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { freshInstance } from '../support/open-test-store.ts';
import { openWorld, type World } from '../support/world.ts';

const instance = freshInstance().slice(0, 20);
const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const addresses: Readonly<Record<Cloud, string>> = { Public: '20', AzureGovernment: '52', China: '40' };

/** Every row and blob of a cloud of this instance with its version. */
async function stored(cloud: Cloud): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const table = TableClient.fromConnectionString(inject('azurite'), 'servicetagsync', {
    allowInsecureConnection: true,
  });
  const filter = `PartitionKey ge '${instance}|${cloud}|' and PartitionKey lt '${instance}|${cloud}}'`;
  for await (const row of table.listEntities({ queryOptions: { filter } })) {
    found[`${row.partitionKey} ${row.rowKey}`] = row.etag;
  }
  const container = BlobServiceClient.fromConnectionString(inject('azurite')).getContainerClient('service-tag-sync');
  for await (const { name, properties } of container.listBlobsFlat({ prefix: `${instance}/${cloud}/` })) {
    found[name] = properties.etag;
  }
  return found;
}

// One program, one account, the very same instance name and the same ids: only the cloud differs.
describe('three clouds in one storage account', () => {
  const worlds = new Map<Cloud, World>();
  let folder: string;

  async function publish(cloud: Cloud, changeNumber: number, more: string[] = []): Promise<void> {
    const prefixes = [`${addresses[cloud]}.0.0.0/24`, ...more];
    const path = join(folder, `ServiceTags_${cloud}_2024${changeNumber === 200 ? '0115' : '0122'}.json`);
    await writeFile(path, makeCatalogJson({ cloud, changeNumber, tags: { 'Storage.Here': prefixes } }));
    worlds.get(cloud)?.set({ publication: path, now: '2024-01-23T12:00:00Z' });
  }

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'service-tags-clouds-'));
    for (const cloud of clouds) {
      const config = {
        instance,
        cloud,
        lists: { here: { tags: ['Storage.Here'] } },
        targets: { hub: { kind: 'ip-group', mode: 'sync', list: 'here', ...place, name: 'here', location: 'here' } },
      };
      worlds.set(cloud, await openWorld(inject('azurite'), config));
      await publish(cloud, 200);
    }
  });
  afterAll(async () => {
    for (const world of worlds.values()) await world.close();
    await rm(folder, { recursive: true });
  });

  it.each(clouds)('a run of %s touches nothing of the others', async (cloud) => {
    const world = worlds.get(cloud) as World;
    const others = clouds.filter((other) => other !== cloud);
    const before = await Promise.all(others.map(stored));
    expect((await world.run()).status).toBe('applied');
    expect(await world.live('hub')).toEqual([`${addresses[cloud]}.0.0.0/24`]);
    expect(await Promise.all(others.map(stored))).toEqual(before);
  });

  it('each goes on from its own state, and refuses what is of another', async () => {
    const before = await Promise.all((['Public', 'AzureGovernment'] as const).map(stored));
    expect(Object.keys(before[0] ?? {}).length).toBeGreaterThan(5);
    await publish('China', 201, ['40.0.2.0/24']);
    const view = await (worlds.get('China') as World).run();
    expect(view).toMatchObject({ status: 'applied', publication: { cloud: 'China', changeNumber: 201 } });
    expect(await Promise.all((['Public', 'AzureGovernment'] as const).map(stored))).toEqual(before);

    const world = worlds.get('Public') as World;
    world.set({ publication: join(folder, 'ServiceTags_China_20240122.json') });
    const refused = await world.run();
    expect(refused).toMatchObject({ status: 'refused', publication: { cloud: 'Public', changeNumber: 200 } });
    expect(await world.live('hub')).toEqual(['20.0.0.0/24']);
  });
});
