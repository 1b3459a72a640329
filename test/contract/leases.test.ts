import { once } from 'node:events';
import { expect, test } from 'vitest';
import { breakLeases, freshInstance, openTestStore } from '../support/open-test-store.ts';

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
