import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { TableServiceClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { newAccountKey, startAzurite } from '../../src/local/azurite.ts';
import { openTestStore } from '../support/open-test-store.ts';
import { sampleIntent, samplePlan } from '../support/samples.ts';

let location: string;
beforeEach(async () => {
  location = await mkdtemp(join(tmpdir(), 'azurite-'));
});
afterEach(() => rm(location, { recursive: true, force: true }));

test('what was written is there after a close and a new start', async () => {
  const first = await startAzurite({ location: join(location, 'made', 'here') });
  const store = await openTestStore({ connectionString: first.connectionString, instance: 'i' });
  await store.runs.record(sampleIntent('r'), [samplePlan('east')]);
  await store.publications.put(
    { digest: 'd', file: 'f', firstSeen: '2024-01-15', status: 'refused', reasons: [] },
    Buffer.from('bytes'),
  );
  await first.close();

  const second = await startAzurite({ location: join(location, 'made', 'here') });
  const again = await openTestStore({ connectionString: second.connectionString, instance: 'i' });
  expect((await again.runs.open())?.intent).toEqual(sampleIntent('r'));
  expect(Buffer.from((await again.publications.bytes('d')) ?? []).toString()).toBe('bytes');
  await second.close();
});

test('two in one process keep apart, and a port that is taken is an error', async () => {
  const [a, b] = await Promise.all([startAzurite({}), startAzurite({})]);
  const store = await openTestStore({ connectionString: a.connectionString, instance: 'i' });
  await store.targetRecords.raise(['hub'], 3);
  const other = await openTestStore({ connectionString: b.connectionString, instance: 'i' });
  expect(await other.targetRecords.generation('hub')).toBe(0);
  const tablePort = Number(/TableEndpoint=http:\/\/127\.0\.0\.1:(\d+)/.exec(a.connectionString)?.[1]);
  await expect(startAzurite({ tablePort })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  await Promise.all([a.close(), b.close()]);
});

test('one in memory ends however much it holds', async () => {
  const azurite = await startAzurite({});
  const container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient('large');
  await container.create();
  // As JSON each of these bytes takes four characters, and a string holds 2 ** 29.
  const bytes = Buffer.alloc(2 ** 24, 200);
  const first = container.getBlockBlobClient('first');
  await first.upload(bytes, bytes.length);
  for (let i = 0; i < 8; i++) await container.getBlobClient(`${i}`).syncCopyFromURL(first.url);
  await azurite.close();
});

/** The status of one request to each service. */
async function statuses(connectionString: string): Promise<(number | undefined)[]> {
  const once = { retryOptions: { maxTries: 1, maxRetries: 0 } };
  const asked = [
    TableServiceClient.fromConnectionString(connectionString, { allowInsecureConnection: true, ...once })
      .listTables()
      .next(),
    BlobServiceClient.fromConnectionString(connectionString, once).listContainers().next(),
    QueueServiceClient.fromConnectionString(connectionString, once).listQueues().next(),
  ];
  const answered = await Promise.allSettled(asked);
  return answered.map((one) => (one.status === 'fulfilled' ? 200 : one.reason.statusCode));
}

test('with a key of its own every service refuses the published one, also for what an earlier start wrote', async () => {
  const earlier = await startAzurite({ location });
  const store = await openTestStore({ connectionString: earlier.connectionString, instance: 'i' });
  await store.runs.record(sampleIntent('r'), []);
  await earlier.close();

  const own = await startAzurite({ location, accountKey: newAccountKey() });
  const published = own.connectionString.replace(
    /AccountKey=[^;]+/,
    String(/AccountKey=[^;]+/.exec(inject('azurite'))),
  );
  expect(await statuses(own.connectionString)).toEqual([200, 200, 200]);
  expect(await statuses(published)).toEqual([403, 403, 403]);
  const again = await openTestStore({ connectionString: own.connectionString, instance: 'i' });
  expect((await again.runs.open())?.intent).toEqual(sampleIntent('r'));
  await own.close();
});

test('as a command it prints where it is, and has everything on disk when it ends', async () => {
  const start = async () => {
    const main = new URL('../../src/local/azurite.ts', import.meta.url).pathname;
    const child = spawn(process.execPath, [main, '--location', location], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { connectionString } = JSON.parse(line) as { connectionString: string };
    const stop = async () => {
      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      expect(await exit).toEqual([0, null]);
    };
    return { connectionString, store: await openTestStore({ connectionString, instance: 'i' }), stop };
  };
  const first = await start();
  await first.store.runs.record(sampleIntent('r'), []);
  await first.stop();
  for (const name of await readdir(location, { recursive: true })) {
    expect((await stat(join(location, name))).mode & 0o077, name).toBe(0);
  }
  const second = await start();
  expect((await second.store.runs.open())?.intent).toEqual(sampleIntent('r'));
  const [key, sameKey] = [first, second].map((one) => /AccountKey=([^;]+)/.exec(one.connectionString)?.[1]);
  expect(sameKey).toBe(key);
  expect(inject('azurite')).not.toContain(key);
  await second.stop();
});
