import { expect, test } from 'vitest';
import { testChannels } from '../../src/run/test-channels.ts';
import { hook, openPost } from '../support/delivery.ts';
import { openTestStore } from '../support/open-test-store.ts';

test('a channel that fails in a way nobody expected tells its type and place, and not its text', async () => {
  const { parts } = openPost(await openTestStore(), { ops: hook }, {});
  const [ops] = parts.channels.values();
  if (!ops) throw new Error('no channel');
  const channels = new Map([['ops', { ...ops, open: () => Promise.reject(new TypeError('planted-9f3b')) }]]);
  const asked = { ...parts, channels, newRunId: () => 'r-1' } as never;
  const [tested] = await testChannels(asked, undefined, new AbortController().signal);
  expect(tested).toMatchObject({ channel: 'ops', ok: false });
  expect(tested?.text).toMatch(/^it failed in an unexpected way \(TypeError in .*test-channels\.test\.ts:\d+:\d+\)\)$/);
});
