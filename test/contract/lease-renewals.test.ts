import { once } from 'node:events';
import { expect, inject, test } from 'vitest';
import { freshInstance, openTestStore } from '../support/open-test-store.ts';
import { startStorageProxy } from '../support/storage-proxy.ts';

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

// Well before the 15 s that Storage counts: without the margin it would be lost when another one may have it already.
test('is lost in time when Storage answers no renewal', { timeout: 12_000 }, async () => {
  const instance = freshInstance();
  const proxy = await startStorageProxy(inject('azurite'));
  const { leases } = await openTestStore({
    instance,
    connectionString: proxy.connectionString,
    // So much margin leaves it 300 ms.
    leaseTimes: { seconds: 15, renewEveryMilliseconds: 5, marginMilliseconds: 14_700 },
  });
  const lease = await leases.acquire('lane');
  if (lease === undefined) throw new Error('expected the lease');
  proxy.decide(() => 'hang');
  if (!lease.lost.aborted) await once(lease.lost, 'abort');
  // Nobody else has it yet: what was under way when it was lost gets done first.
  expect(await (await openTestStore({ instance })).leases.acquire('lane')).toBeUndefined();
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
