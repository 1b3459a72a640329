import { once } from 'node:events';
import { BlobServiceClient } from '@azure/storage-blob';
import { beforeAll, expect, inject, test } from 'vitest';
import { freshInstance, openTestStore } from './open-test-store.ts';
import { startStorageProxy } from './storage-proxy.ts';

beforeAll(async () => (await openTestStore()).ensure());

/** Breaks every lease of an instance, as a person in the portal may. */
async function breakLeases(instance: string): Promise<void> {
  const container = BlobServiceClient.fromConnectionString(inject('azurite')).getContainerClient('service-tag-sync');
  for await (const { name } of container.listBlobsFlat({ prefix: `${instance}/` })) {
    await container.getBlobClient(name).getBlobLeaseClient().breakLease(0);
  }
}

test('one of many takes it; once it is released, the next', async () => {
  const instance = freshInstance();
  const stores = await Promise.all(Array.from({ length: 10 }, () => openTestStore({ instance })));
  const leases = await Promise.all(stores.map((store) => store.leases.acquire('lane/östlich')));
  const held = leases.filter((lease) => lease !== undefined);
  expect(held).toHaveLength(1);
  expect(await stores[0]?.leases.acquire('other')).toBeDefined();
  await held[0]?.release();
  expect(held[0]?.lost.aborted).toBe(false);
  expect(await stores[0]?.leases.acquire('lane/östlich')).toBeDefined();
});

test('is renewed while it is held, and no more after it is released', async () => {
  const proxy = await startStorageProxy(inject('azurite'));
  const { leases } = await openTestStore({
    connectionString: proxy.connectionString,
    leaseTimes: { seconds: 15, renewEveryMilliseconds: 10 },
  });
  let renewals = 0;
  const renewedTwice = new Promise<void>((resolve) => {
    proxy.decide(({ method, headers }) => {
      if (method === 'PUT' && headers['x-ms-lease-action'] === 'renew' && ++renewals === 2) resolve();
      return 'forward';
    });
  });
  const lease = await leases.acquire('lane');
  await renewedTwice;
  await lease?.release();
  const after = proxy.seen.length;
  expect(await leases.acquire('lane')).toBeDefined();
  expect(proxy.seen.length).toBe(after + 1);
  await proxy.close();
});

test('is lost as soon as renewing it is refused; another one may have it then', { timeout: 10_000 }, async () => {
  const instance = freshInstance();
  const { leases } = await openTestStore({ instance, leaseTimes: { seconds: 15, renewEveryMilliseconds: 10 } });
  const lease = await leases.acquire('lane');
  if (lease === undefined) throw new Error('expected the lease');
  const lost = once(lease.lost, 'abort');
  await breakLeases(instance);
  await lost;
  const next = await (await openTestStore({ instance })).leases.acquire('lane');
  expect(next).toBeDefined();
  await lease.release();
  expect(await leases.acquire('lane')).toBeUndefined();
});

test('is lost in time when Storage answers no renewal', async () => {
  const proxy = await startStorageProxy(inject('azurite'));
  const { leases } = await openTestStore({
    connectionString: proxy.connectionString,
    // So much margin leaves it 300 ms.
    leaseTimes: { seconds: 15, renewEveryMilliseconds: 5, marginMilliseconds: 14_700 },
  });
  const lease = await leases.acquire('lane');
  if (lease === undefined) throw new Error('expected the lease');
  proxy.decide(() => 'hang');
  if (!lease.lost.aborted) await once(lease.lost, 'abort');
  await proxy.close();
});

test('survives renewals that fail for a moment', async () => {
  const proxy = await startStorageProxy(inject('azurite'));
  const { leases } = await openTestStore({
    connectionString: proxy.connectionString,
    leaseTimes: { seconds: 15, renewEveryMilliseconds: 5 },
  });
  const lease = await leases.acquire('lane');
  const renewedAfterwards = new Promise<void>((resolve) => {
    proxy.decide(({ number }) => {
      if (number === 8) resolve();
      return number < 4 ? 'refuse' : number < 6 ? 'busy' : 'forward';
    });
  });
  await renewedAfterwards;
  expect(lease?.lost.aborted).toBe(false);
  await lease?.release();
  await proxy.close();
});
