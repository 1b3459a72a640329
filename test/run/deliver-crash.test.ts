import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { changed, failed, hook, hookSecret, openPost } from '../support/delivery.ts';
import { freshInstance, openTestStore } from '../support/open-test-store.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { startStorageProxy } from '../support/storage-proxy.ts';

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

const env = (): NodeJS.ProcessEnv => ({ HOOK_URL: `${receiver.origin}/ops`, HOOK_SECRET: hookSecret });
const ids = () => receiver.received.map(({ headers }) => headers['webhook-id']);
const firstLines = () => receiver.received.map(({ body }) => JSON.parse(body).data.firstLine as string);

describe('a process killed between any two steps', () => {
  test('loses nothing and doubles nothing but what it was just sending', async () => {
    const proxy = await startStorageProxy(inject('azurite'));
    const twice: number[] = [];
    let n = 1;
    try {
      for (; ; n++) {
        const instance = freshInstance();
        const from = receiver.received.length;
        const prepared = openPost(await openTestStore({ instance }), { ops: hook }, env());
        await prepared.closeRun('r1', [failed('hub'), changed('spoke', '20.60.0.0/24')]);
        let reached = false;
        proxy.decide(({ number }) => {
          if (number >= n) reached = true;
          return number < n ? 'forward' : number === n ? 'refuse after' : 'refuse';
        });
        const connectionString = proxy.connectionString;
        const dying = openPost(await openTestStore({ instance, connectionString }), { ops: hook }, env());
        await dying.work().catch(() => undefined);
        const reopened = openPost(await openTestStore({ instance }), { ops: hook }, env());
        for (let i = 0; i < 2; i++) await reopened.work();
        const arrived = receiver.received.slice(from).map(({ headers }) => headers['webhook-id']);
        expect(new Set(arrived).size, `after request ${n}`).toBe(2);
        expect(arrived.length, `after request ${n}`).toBeLessThanOrEqual(3);
        if (arrived.length === 3) twice.push(n);
        if (!reached) break;
      }
    } finally {
      await proxy.close();
    }
    expect(n).toBeGreaterThan(20);
    // Only where the success of one of the two was not on record yet: its own write, or the reading before it.
    expect(twice.length).toBeLessThanOrEqual(4);
  }, 120_000);

  test('sends what was taken and not noted as it was, whatever has come since', async () => {
    const instance = freshInstance();
    const post = openPost(await openTestStore({ instance }), { ops: hook }, env());
    await post.closeRun('r1', [failed('hub')]);
    const proxy = await startStorageProxy(inject('azurite'));
    try {
      // The process dies as soon as the receiver has it.
      proxy.decide(() => (receiver.received.length > 0 ? 'refuse' : 'forward'));
      const { connectionString } = proxy;
      const dying = openPost(await openTestStore({ instance, connectionString }), { ops: hook }, env());
      await expect(dying.work()).rejects.toMatchObject({ statusCode: 403 });
    } finally {
      await proxy.close();
    }
    expect(receiver.received).toHaveLength(1);
    // By now all of it would make one digest, which no receiver could tell from news.
    post.wait(2 * 3_600_000);
    await post.closeRun('r2', [changed('spoke', '20.60.0.0/24')]);
    await post.work();
    expect(ids()).toEqual([ids()[0], ids()[0], expect.any(String)]);
    expect(firstLines()[1]).toBe(firstLines()[0]);
    expect(ids()[2]).not.toBe(ids()[0]);
  });
});
