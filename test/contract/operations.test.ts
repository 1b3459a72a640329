import { expect, test } from 'vitest';
import { freshInstance, openTestStore, testTime } from '../support/open-test-store.ts';

const long = `https://management.azure.com/subscriptions/s/providers/Microsoft.Network/locations/westus/operations/${'x'.repeat(2_000)}`;

test('what was begun is open until its end is seen, for its own target alone', async () => {
  const store = await openTestStore({ instance: freshInstance() });
  const hub = store.operationsOf('hub');
  const begun = [
    { url: `${long}1`, subject: 'IP group acr-1' },
    { url: `${long}2`, subject: 'IP group acr-2' },
  ];
  for (const operation of [...begun, ...begun]) await hub.begun(operation);
  await store.operationsOf('hub-2').begun({ url: `${long}1`, subject: 'another' });
  const bySubject = async () => [...(await hub.open(testTime))].sort((a, b) => a.subject.localeCompare(b.subject));
  expect(await bySubject()).toEqual(begun);
  await hub.ended(`${long}1`);
  await hub.ended(`${long}1`);
  expect(await bySubject()).toEqual(begun.slice(1));
  expect(await store.operationsOf('hub-2').open(testTime)).toHaveLength(1);
});

test('what was begun before is forgotten by who begins later', async () => {
  const instance = freshInstance();
  let now = testTime;
  const hub = (await openTestStore({ instance, now: () => now })).operationsOf('hub');
  await hub.begun({ url: `${long}1`, subject: 'old' });
  now = new Date(testTime.getTime() + 1_000);
  await hub.begun({ url: `${long}2`, subject: 'new' });
  expect(await hub.open(now)).toMatchObject([{ subject: 'new' }]);
  expect(await hub.open(testTime)).toMatchObject([{ subject: 'new' }]);
});
