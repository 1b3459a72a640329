import { expect, inject } from 'vitest';
import type { Store } from '../../src/store/open.ts';
import { StorageAnswer } from '../histories/storage/storage-answer.ts';
import { freshInstance, openTestStore } from '../support/open-test-store.ts';
import { startStorageProxy } from '../support/storage-proxy.ts';

/** A way to Storage that ends at a request. */
interface Way {
  /** Decides from now on, and counts from 1 again. */
  decide(fate: (number: number) => 'forward' | 'refuse after' | 'refuse'): void;
  open(instance: string): Promise<Store>;
  close(): Promise<void>;
}

async function throughProxy(): Promise<Way> {
  const proxy = await startStorageProxy(inject('azurite'));
  return {
    decide: (fate) => proxy.decide(({ number }) => fate(number)),
    open: (instance) => openTestStore({ instance, connectionString: proxy.connectionString }),
    close: () => proxy.close(),
  };
}

function cutLine(): Way {
  let fate: Parameters<Way['decide']>[0] = () => 'forward';
  let number = 0;
  return {
    decide: (next) => {
      fate = next;
      number = 0;
    },
    open: (instance) =>
      openTestStore(
        { instance },
        {
          async pass(act) {
            number++;
            const what = fate(number);
            if (what === 'refuse') throw StorageAnswer.of(403, 'AuthorizationFailure');
            const answer = act();
            if (what === 'refuse after') throw StorageAnswer.of(403, 'AuthorizationFailure');
            return answer;
          },
        },
      ),
    close: async () => undefined,
  };
}

/**
 * Lets the process die right after Storage has done the n-th request of `act`, for every n: its answer and all later
 * requests fail. (Dying before the next request leaves Storage in the same state.) Then a reopened store is looked at,
 * repeats `act`, and must be as after an undisturbed one.
 */
export async function crashEverywhere<T>(what: {
  prepare?: (store: Store, instance: string) => Promise<unknown>;
  act: (store: Store) => Promise<unknown>;
  /** Holds at any time, whether `act` is done, half done or not begun. */
  always?: (store: Store) => Promise<void>;
  /** What is to be seen afterwards. */
  end: (store: Store) => Promise<T>;
}): Promise<void> {
  const place = freshInstance();
  const undisturbed = await openTestStore({ instance: place });
  await what.prepare?.(undisturbed, place);
  await what.act(undisturbed);
  const expected = await what.end(undisturbed);

  const way = inject('storage') === 'memory' ? cutLine() : await throughProxy();
  try {
    for (let n = 1; ; n++) {
      const instance = freshInstance();
      await what.prepare?.(await openTestStore({ instance }), instance);
      let reached = false;
      way.decide((number) => {
        if (number >= n) reached = true;
        return number < n ? 'forward' : number === n ? 'refuse after' : 'refuse';
      });
      const dying = await way.open(instance);
      const died = await what.act(dying).then(
        () => false,
        () => true,
      );
      if (!reached) {
        expect(n, 'requests of the undisturbed call, and one').toBeGreaterThan(2);
        return;
      }
      expect(died, `request ${n} fails`).toBe(true);

      const reopened = await openTestStore({ instance });
      await what.always?.(reopened);
      await what.act(reopened);
      await what.always?.(reopened);
      expect(await what.end(reopened), `after request ${n} failed`).toEqual(expected);
    }
  } finally {
    await way.close();
  }
}
