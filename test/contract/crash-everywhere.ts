import { expect, inject } from 'vitest';
import type { Store } from '../../src/store/open.ts';
import { freshInstance, openTestStore } from './open-test-store.ts';
import { startStorageProxy } from './storage-proxy.ts';

/**
 * Lets the process die at the n-th request of `act`, for every n, once before Storage gets it and once after: that one
 * and all later ones fail. Then a reopened store is looked at, repeats `act`, and must be as after an undisturbed one.
 */
export async function crashEverywhere<T>(what: {
  prepare?: (store: Store) => Promise<unknown>;
  act: (store: Store) => Promise<unknown>;
  /** Holds at any time, whether `act` is done, half done or not begun. */
  always?: (store: Store) => Promise<void>;
  /** What is to be seen afterwards. */
  end: (store: Store) => Promise<T>;
}): Promise<void> {
  const proxy = await startStorageProxy(inject('azurite'));
  try {
    const undisturbed = await openTestStore();
    await what.prepare?.(undisturbed);
    await what.act(undisturbed);
    const expected = await what.end(undisturbed);

    for (const death of ['refuse', 'refuse after'] as const) {
      for (let n = 1; ; n++) {
        const instance = freshInstance();
        const store = await openTestStore({ instance });
        await what.prepare?.(store);
        let reached = false;
        proxy.decide(({ number }) => {
          if (number < n) return 'forward';
          const first = !reached;
          reached = true;
          return first ? death : 'refuse';
        });
        const dying = await openTestStore({ instance, connectionString: proxy.connectionString });
        const ended = await what.act(dying).then(
          () => 'done',
          () => 'died',
        );
        if (!reached) {
          expect(n, 'requests of the undisturbed call').toBeGreaterThan(1);
          break;
        }
        expect(ended, `${death} request ${n}`).toBe('died');

        const reopened = await openTestStore({ instance });
        await what.always?.(reopened);
        await what.act(reopened);
        await what.always?.(reopened);
        expect(await what.end(reopened), `${death} request ${n}`).toEqual(expected);
      }
    }
  } finally {
    await proxy.close();
  }
}
