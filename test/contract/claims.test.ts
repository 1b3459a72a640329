import { expect, test } from 'vitest';
import { freshInstance, openTestStore } from '../support/open-test-store.ts';

test('the first one has it, as often as it asks', async () => {
  const { claims } = await openTestStore({ instance: freshInstance() });
  const all = await Promise.all(['a', 'b', 'c', 'd'].map((by) => claims.claim('deadline|hub/1|x', by)));
  expect(all.filter(Boolean)).toHaveLength(1);
  const winner = ['a', 'b', 'c', 'd'][all.indexOf(true)] ?? '';
  expect(await claims.claim('deadline|hub/1|x', winner)).toBe(true);
  expect(await claims.claim('deadline|hub/1|y', 'b')).toBe(true);
});

test('other clouds and instances claim for themselves', async () => {
  const instance = freshInstance();
  for (const options of [{ instance }, { instance: freshInstance() }]) {
    expect(await (await openTestStore(options)).claims.claim('k', options.instance)).toBe(true);
  }
});
