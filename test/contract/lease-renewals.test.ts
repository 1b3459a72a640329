import { once } from 'node:events';
import { beforeAll, expect, inject, test } from 'vitest';
import { openTestStore } from '../support/open-test-store.ts';
import { startStorageProxy } from '../support/storage-proxy.ts';

beforeAll(async () => (await openTestStore()).ensure());

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
