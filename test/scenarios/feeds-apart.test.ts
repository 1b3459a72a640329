import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  BlobServiceClient,
  generateAccountSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
} from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { createFeedServer } from '../../src/composition-root.ts';
import { type FeedMemory, newFeedMemory } from '../../src/feeds/feed-memory.ts';
import { startAzurite } from '../../src/local/azurite.ts';
import { openStore } from '../../src/store/open.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { testSealKey } from '../support/seal-key.ts';
import { openWorld, type World } from '../support/world.ts';

const base = ['20.0.0.0/24', '20.0.2.0/24'];
const secret = 'a-secret-of-sixteen';
const config = {
  lists: { west: { tags: ['Storage.WestUS'] } },
  targets: {
    feed: {
      kind: 'feed',
      mode: 'sync',
      list: 'west',
      name: 'branches',
      devices: { hq: { secrets: [{ $env: 'HQ' }], pullEvery: 1 } },
    },
  },
};

/** The same account by a signature that reads blobs and tables, and writes nothing: the rights of the app that serves feeds. */
function readingOnly(connectionString: string): string {
  const of = (name: string) => new RegExp(`(?:^|;)${name}=([^;]+)`).exec(connectionString)?.[1] ?? '';
  const signature = generateAccountSASQueryParameters(
    {
      expiresOn: new Date(Date.now() + 3_600_000),
      permissions: AccountSASPermissions.parse('rl'),
      protocol: SASProtocol.HttpsAndHttp,
      resourceTypes: AccountSASResourceTypes.parse('sco').toString(),
      services: AccountSASServices.parse('btq').toString(),
    },
    new StorageSharedKeyCredential(of('AccountName'), of('AccountKey')),
  ).toString();
  const endpoints = ['BlobEndpoint', 'QueueEndpoint', 'TableEndpoint'].map((name) => `${name}=${of(name)}`);
  return [...endpoints, 'DefaultEndpointsProtocol=http', `SharedAccessSignature=${signature}`].join(';');
}

// What the templates deploy: the acting app writes an account that the feeds app reads, and the feeds app sees no other.
describe('feeds in a storage account of their own', () => {
  let world: World;
  let folder: string;
  let apart: Awaited<ReturnType<typeof startAzurite>>;
  const blobName = `feeds-apart-${process.pid}.json`;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'feeds-apart-'));
    apart = await startAzurite({});
    world = await openWorld(inject('azurite'), config);
    world.env.SERVICE_TAG_SYNC_FEEDS_STORAGE = apart.connectionString;
    const publication = join(folder, 'ServiceTags_Public_20240115.json');
    await writeFile(publication, makeCatalogJson({ changeNumber: 200, tags: { 'Storage.WestUS': base } }));
    world.set({ publication, now: '2024-01-15T12:00:00Z' });
    // The config as a blob of the acting app's own account.
    const text = JSON.stringify({ schema: 1, cloud: 'Public', instance: world.env.SERVICE_TAG_SYNC_QUEUES, ...config });
    const configs = BlobServiceClient.fromConnectionString(inject('azurite')).getContainerClient(
      'service-tag-sync-config',
    );
    await configs.createIfNotExists();
    await configs.getBlockBlobClient(blobName).upload(text, text.length);
    await BlobServiceClient.fromConnectionString(apart.connectionString)
      .getContainerClient('service-tag-sync-config')
      .createIfNotExists();
    delete world.env.SERVICE_TAG_SYNC_CONFIG;
    world.env.SERVICE_TAG_SYNC_CONFIG_BLOB = blobName;
    expect((await world.run()).status).toBe('applied');
  });
  afterAll(async () => {
    await world.close();
    await apart.close();
    await rm(folder, { recursive: true });
  });

  const serverOver = (connectionString: string, memory: FeedMemory) =>
    createFeedServer(
      {
        SERVICE_TAG_SYNC_SERVES: 'feeds',
        SERVICE_TAG_SYNC_CONFIG_BLOB: blobName,
        SERVICE_TAG_SYNC_QUEUES: world.env.SERVICE_TAG_SYNC_QUEUES,
        AzureWebJobsStorage: connectionString,
        HQ: secret,
      },
      () => undefined,
      memory,
    );
  const authorization = `Basic ${Buffer.from(`hq:${secret}`).toString('base64')}`;
  const ask = async (connectionString: string, lines: string[] = []) => {
    const memory = newFeedMemory((message) => lines.push(message));
    const server = await serverOver(connectionString, memory);
    const answer = await server.ask({ feed: 'branches', authorization, headOnly: false });
    await memory.pulls.settle();
    return answer;
  };
  const partitionKeys = async (connectionString: string, table: string) => {
    const keys: string[] = [];
    const client = TableClient.fromConnectionString(connectionString, table, { allowInsecureConnection: true });
    const own = `${world.env.SERVICE_TAG_SYNC_QUEUES}|`;
    for await (const { partitionKey = '' } of client.listEntities())
      if (partitionKey.startsWith(own)) keys.push(partitionKey);
    return [...new Set(keys.map((key) => key.slice(own.length)))].sort();
  };

  it('has the lists there and nowhere else, and nothing but them', async () => {
    expect(await partitionKeys(apart.connectionString, 'servicetagsync')).toEqual(['Public|feeds']);
    expect(await partitionKeys(inject('azurite'), 'servicetagsync')).not.toContain('Public|feeds');
    expect(await partitionKeys(inject('azurite'), 'servicetagsync')).toContain('Public|state');
  });

  it('serves them by the right to read alone, with the config that the acting app copied', async () => {
    const lines: string[] = [];
    const answer = await ask(readingOnly(apart.connectionString), lines);
    expect(answer).toMatchObject({ kind: 'list', text: `${base.join('\n')}\n` });
    expect(lines).toEqual(['pulls not taken down']);
  });

  it('notes a pull in the table of pulls, where the acting app finds it', async () => {
    await ask(apart.connectionString);
    expect(await partitionKeys(apart.connectionString, 'servicetagsyncpulls')).toEqual(['Public|feeds']);
    const store = await openStore({
      connection: { connectionString: inject('azurite') },
      feeds: { connectionString: apart.connectionString },
      instance: world.env.SERVICE_TAG_SYNC_QUEUES ?? '',
      cloud: 'Public',
      queuePrefix: world.env.SERVICE_TAG_SYNC_QUEUES ?? '',
      now: () => new Date(),
      seal: { keys: [testSealKey] },
    });
    expect((await store.feeds.pulls('branches')).map(({ client }) => client)).toEqual(['hq']);
  });

  it('writes nothing there in a run without a change, and a new list with the next change', async () => {
    expect((await world.run()).status).toBe('no-change');
    const publication = join(folder, 'ServiceTags_Public_20240122.json');
    const tags = { 'Storage.WestUS': [...base, '20.0.4.0/24'] };
    await writeFile(publication, makeCatalogJson({ changeNumber: 201, tags }));
    world.set({ publication, now: '2024-01-22T12:00:00Z' });
    expect((await world.run()).status).toBe('applied');
    expect(await ask(readingOnly(apart.connectionString))).toMatchObject({ entries: 3 });
  });
});
