import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { TableClient, TableServiceClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createService } from '../../src/composition-root.ts';
import { type Azurite, startAzurite } from '../../src/local/azurite.ts';
import { failed } from '../support/delivery.ts';
import { openTestStore } from '../support/open-test-store.ts';
import { type Manner, type Receiver, startReceiver } from '../support/receiver.ts';
import { sampleIntent } from '../support/samples.ts';

let receiver: Receiver;
let folder: string;
/** An account of its own: all that is in it is read. */
let azurite: Azurite;
beforeEach(async () => {
  receiver = await startReceiver();
  folder = await mkdtemp(join(tmpdir(), 'service-tag-sync-'));
  azurite = await startAzurite({});
});
afterEach(async () => {
  await receiver.close();
  await azurite.close();
  await rm(folder, { recursive: true });
});

/** Everything that stands in tables, blobs and queues of the account, as text. */
async function everythingStored(connectionString: string): Promise<string> {
  const texts: string[] = [];
  const tables = TableServiceClient.fromConnectionString(connectionString, { allowInsecureConnection: true });
  for await (const { name = '' } of tables.listTables()) {
    const table = TableClient.fromConnectionString(connectionString, name, { allowInsecureConnection: true });
    for await (const entity of table.listEntities()) texts.push(JSON.stringify(entity));
  }
  const blobs = BlobServiceClient.fromConnectionString(connectionString);
  for await (const { name } of blobs.listContainers()) {
    const container = blobs.getContainerClient(name);
    for await (const blob of container.listBlobsFlat()) {
      const { readableStreamBody } = await container.getBlobClient(blob.name).download();
      if (readableStreamBody) texts.push(blob.name, (await buffer(readableStreamBody)).toString());
    }
  }
  const queues = QueueServiceClient.fromConnectionString(connectionString);
  for await (const { name } of queues.listQueues()) {
    const { peekedMessageItems } = await queues.getQueueClient(name).peekMessages({ numberOfMessages: 32 });
    for (const { messageText } of peekedMessageItems) {
      texts.push(name, messageText, Buffer.from(messageText, 'base64').toString());
    }
  }
  return texts.join('\n');
}

test('a secret is in no table, blob, queue, log, answer or error, whatever goes wrong', async () => {
  const { connectionString } = azurite;
  const planted = `planted${randomUUID().replaceAll('-', '')}`;
  const instance = `s-${randomUUID().slice(0, 8)}`;
  const config = {
    schema: 1,
    instance,
    cloud: 'Public',
    lists: { west: { tags: ['Storage.WestUS'] } },
    targets: {},
    channels: {
      teams: { kind: 'teams', url: { $env: 'TEAMS_URL' } },
      slack: { kind: 'slack', url: { $env: 'SLACK_URL' } },
      hook: { kind: 'webhook', url: { $env: 'HOOK_URL' }, signingSecret: { $env: 'HOOK_SECRET' }, ticket: true },
      mail: { kind: 'email', connection: { $env: 'MAIL' }, from: 'a@contoso.example', to: ['b@contoso.example'] },
      broken: { kind: 'teams', url: { $env: 'BROKEN_URL' } },
      log: { kind: 'log' },
    },
  };
  const file = join(folder, 'config.json');
  await writeFile(file, JSON.stringify(config));
  const key = Buffer.from(planted).toString('base64');
  const lines: string[] = [];
  const open = (now: string) =>
    createService(
      {
        SERVICE_TAG_SYNC_CONFIG: file,
        SERVICE_TAG_SYNC_QUEUES: instance,
        SERVICE_TAG_SYNC_NOW: now,
        AzureWebJobsStorage: connectionString,
        TEAMS_URL: `${receiver.origin}/${planted}?sig=${planted}`,
        SLACK_URL: `${receiver.origin}/services/${planted}`,
        HOOK_URL: `${receiver.origin}/hook/${planted}`,
        HOOK_SECRET: `whsec_${key}`,
        MAIL: `endpoint=${receiver.origin}/;accesskey=${key}`,
        BROKEN_URL: `https://user:${planted}@[nonsense`,
      },
      (message, fields) => void lines.push(JSON.stringify({ message, ...fields })),
    );
  const echo = `${planted} ${key}`;
  const manners: Manner[] = [
    'cut',
    { status: 400, body: echo },
    { status: 500, body: echo },
    { status: 302, headers: { location: `http://${planted}.example/` } },
    'take',
  ];
  const store = await openTestStore({ connectionString, instance, queuePrefix: instance });
  for (const [index, manner] of manners.entries()) {
    const now = `2024-01-${10 + index}T12:00:00.000Z`;
    await store.runs.record(
      sampleIntent(`r${index}`, { generation: index + 1, startedAt: now, lanes: [], targets: [] }),
      [],
    );
    await store.runs.close(`r${index}`, { status: 'failed', closedAt: now, events: [failed('hub')] });
    receiver.behave(manner);
    const service = await open(now);
    await service.runMaintenance();
    for (const channel of Object.keys(config.channels)) await service.deliver({ schema: 1, channel });
    lines.push(JSON.stringify(await service.testChannels()));
    lines.push(JSON.stringify([await service.runs(10), await service.health()]));
  }
  expect(receiver.received.length).toBeGreaterThan(20);
  expect(receiver.received.some(({ headers, path }) => `${path}${JSON.stringify(headers)}`.includes(planted))).toBe(
    true,
  );
  const stored = await everythingStored(connectionString);
  expect(stored, 'the search sees what was stored').toContain(`${instance}|Public|deliveries`);
  expect(stored).toContain('BROKEN_URL');
  for (const secret of [planted, key, receiver.origin]) {
    expect(stored).not.toContain(secret);
    expect(lines.join('\n')).not.toContain(secret);
  }
});
