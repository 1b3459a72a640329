import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { readConfig } from '../../src/run/read-config.ts';
import { RequestError } from '../../src/run/service.ts';
import { readSettings } from '../../src/run/settings.ts';
import { openConfigs } from '../../src/store/blobs.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const configOf = (...tags: string[]) => ({
  lists: { west: { tags } },
  targets: { hub: { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'west', location: 'westus' } },
});
const good = configOf('Storage.WestUS');

describe('a config that changes', () => {
  let world: World;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'config-delivery-'));
    const publication = join(folder, 'ServiceTags_Public_20240115.json');
    const tags = { 'Storage.EastUS': ['20.2.0.0/24'], 'Storage.WestUS': ['20.1.0.0/24'] };
    await writeFile(publication, makeCatalogJson({ changeNumber: 200, tags }));
    world = await openWorld(inject('azurite'), good);
    world.set({ publication, now: '2024-01-16T12:00:00Z' });
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  it('is an error as long as there is none before it', async () => {
    await world.configure({ lists: {} });
    await expect(world.service()).rejects.toThrow(/targets/);
    await world.configure(good);
    expect((await world.run()).status).toBe('applied');
  });

  it('leaves the last good one in force while it is bad, and says so once per content', async () => {
    await world.configure({ ...good, targets: { hub: { ...good.targets.hub, list: 'nowhere' } } });
    const told = await world.run();
    expect(told.status).toBe('no-change');
    expect(told.targets).toMatchObject([{ id: 'hub', list: 'west' }]);
    const events = told.events.filter(({ kind }) => kind === 'config-refused');
    expect(events).toMatchObject([
      { text: expect.stringContaining('nowhere'), inForceSince: '2024-01-16T12:00:00.000Z' },
    ]);
    expect((await (await world.service()).health()).checks[0]).toMatchObject({ name: 'config', ok: false });
    expect((await world.run()).events.filter(({ kind }) => kind === 'config-refused')).toEqual([]);
    await world.configure({ ...good, surprise: 1 });
    expect((await world.run()).events.filter(({ kind }) => kind === 'config-refused')).toHaveLength(1);
    await world.configure(good);
    expect((await (await world.service()).health()).ok).toBe(true);
  });

  it('shows what it would do before it does it', async () => {
    const service = await world.service();
    const instance = (await world.status()).instance;
    await world.writes();
    const config = JSON.stringify({
      schema: 1,
      cloud: 'Public',
      instance,
      ...configOf('Storage.WestUS', 'Storage.EastUS'),
    });
    const { plans } = await service.dryRun({ trigger: 'http', config });
    expect(plans[0]?.parts).toMatchObject([
      { direction: 'add', steps: [{ prefix: '20.2.0.0/24', cause: { kind: 'config' } }] },
    ]);
    expect(await world.writes()).toEqual([]);
    expect((await service.dryRun({ trigger: 'http' })).plans[0]?.parts).toEqual([]);
    const other = config.replace(instance, 'elsewhere');
    await expect(service.dryRun({ trigger: 'http', config: other })).rejects.toThrow(/a store of its own/);
    await expect(service.dryRun({ trigger: 'http', config: '{' })).rejects.toThrow(RequestError);
  });
});

describe('a config', () => {
  const name = `c${process.pid}.json`;
  const text = JSON.stringify({ schema: 1, cloud: 'Public', instance: 'contoso', ...good });
  const settingsOf = (env: NodeJS.ProcessEnv) =>
    readSettings({ AzureWebJobsStorage: inject('azurite'), SERVICE_TAG_SYNC_QUEUES: `c${process.pid}`, ...env });
  const read = async (env: NodeJS.ProcessEnv) => {
    const settings = settingsOf(env);
    return readConfig(settings, await openConfigs(settings.storage, settings.queuePrefix, settings.seal));
  };

  it('may stand in a setting', async () => {
    const { loaded } = await read({ SERVICE_TAG_SYNC_CONFIG_JSON: text });
    expect(loaded.config.instance).toBe('contoso');
    await expect(read({ SERVICE_TAG_SYNC_CONFIG_JSON: '{}' })).rejects.toThrow(/SERVICE_TAG_SYNC_CONFIG_JSON/);
  });

  it('may be a blob, which changes without a deployment', async () => {
    const env = { SERVICE_TAG_SYNC_CONFIG_BLOB: name };
    await expect(read(env)).rejects.toThrow(/no blob/);
    const container = BlobServiceClient.fromConnectionString(inject('azurite')).getContainerClient(
      'service-tag-sync-config',
    );
    await container.createIfNotExists();
    const put = (content: string) => container.getBlockBlobClient(name).upload(content, content.length);
    await put(text);
    const first = await read(env);
    await put(text.replace('Storage.WestUS', 'Storage.EastUS'));
    const second = await read(env);
    expect(second.loaded.config.lists.west?.tags).toEqual(['Storage.EastUS']);
    expect(second.loaded.hash).not.toBe(first.loaded.hash);
  });

  it('is not taken from two places', () => {
    const both = { SERVICE_TAG_SYNC_CONFIG_JSON: text, SERVICE_TAG_SYNC_CONFIG_BLOB: name };
    expect(() => settingsOf(both)).toThrow(/SERVICE_TAG_SYNC_CONFIG_JSON and SERVICE_TAG_SYNC_CONFIG_BLOB/);
  });
});
