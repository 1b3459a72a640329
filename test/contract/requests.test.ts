import { TableClient } from '@azure/data-tables';
import { describe, expect, inject, test } from 'vitest';
import type { RunMessage } from '../../src/ports/queues.ts';
import type { Store } from '../../src/store/open.ts';
import { freshInstance, openTestStore, testTime } from '../support/open-test-store.ts';
import { sampleClosing, sampleIntent } from '../support/samples.ts';
import { testSealKey } from '../support/seal-key.ts';
import { crashEverywhere } from './crash-everywhere.ts';

const message = (run: string, fields: Partial<RunMessage> = {}): RunMessage => ({
  schema: 1,
  run,
  trigger: 'http',
  ...fields,
});

describe('a run that is asked for', () => {
  test('is queued until it is recorded', async () => {
    const { runs } = await openTestStore();
    expect(await runs.queued()).toEqual([]);
    expect(await runs.request(message('r', { targets: ['é'] }))).toEqual(message('r', { targets: ['é'] }));
    expect(await runs.queued()).toEqual([message('r', { targets: ['é'] })]);
    expect(await runs.take(message('r'), 1)).toEqual(message('r', { targets: ['é'] }));
    expect(await runs.queued()).toEqual([message('r', { targets: ['é'] })]);
    await runs.record(sampleIntent('r'), []);
    expect(await runs.queued()).toEqual([]);
  });

  test.each<[string, (string[] | undefined)[], string[] | undefined]>([
    ['the same', [['a'], ['a']], ['a']],
    ['others', [['a', 'b'], ['c', 'a'], ['d']], ['a', 'b', 'c', 'd']],
    ['all', [['a'], undefined], undefined],
    ['some of all', [undefined, ['a']], undefined],
  ])('and has not begun covers what is asked for next: %s', async (_name, asked, covered) => {
    const { runs } = await openTestStore();
    const expected = message('r0', covered ? { targets: covered } : {});
    for (const [i, targets] of asked.entries()) {
      const standing = await runs.request(message(`r${i}`, targets ? { targets } : {}));
      if (i === asked.length - 1) expect(standing).toEqual(expected);
    }
    expect(await runs.queued()).toEqual([expected]);
    expect(await runs.take(message('r0'), 1)).toEqual(expected);
  });

  test.each<[string, (store: Store) => Promise<unknown>]>([
    ['begun', async () => {}],
    ['recorded', ({ runs }) => runs.record(sampleIntent('first'), [])],
    [
      'closed',
      async ({ runs }) => {
        await runs.record(sampleIntent('first'), []);
        await runs.close('first', sampleClosing);
      },
    ],
  ])('and is %s is never joined', async (_name, goOn) => {
    const store = await openTestStore();
    await store.runs.request(message('first'));
    await store.runs.take(message('first'), 1);
    await goOn(store);
    expect(await store.runs.request(message('second', { targets: ['a'] }))).toEqual(
      message('second', { targets: ['a'] }),
    );
    expect(await store.runs.request(message('third'))).toEqual(message('second'));
  });

  test('of many at once is one, which covers them all', async () => {
    const { runs } = await openTestStore();
    const asked = Array.from({ length: 10 }, (_, i) => message(`r${i}`, { targets: [`t${i}`] }));
    const standing = await Promise.all(asked.map((one) => runs.request(one)));
    expect(new Set(standing.map(({ run }) => run)).size).toBe(1);
    const [only, ...more] = await runs.queued();
    expect(more).toEqual([]);
    expect(only?.targets?.toSorted()).toEqual(asked.flatMap(({ targets = [] }) => targets));
  });

  test('and is asked for again by the same message is the same, also once it has begun', async () => {
    const { runs } = await openTestStore();
    await runs.request(message('r', { targets: ['a'] }));
    await runs.take(message('r'), 1);
    expect(await runs.request(message('r', { targets: ['a'] }))).toEqual(message('r', { targets: ['a'] }));
    expect(await runs.queued()).toHaveLength(1);
  });

  test('begins at some time, however often others begin and are not recorded; never are there more than two', async () => {
    const { runs } = await openTestStore();
    const ids = new Set<string>();
    for (let i = 0; i < 6; i++) {
      const { run } = await runs.request(message(`r${i}`, { targets: [`t${i}`] }));
      ids.add(run);
      // As after a crash: begun, and never recorded.
      await runs.take(message(run), 1);
    }
    const left = await runs.queued();
    expect(left).toHaveLength(2);
    expect(left.flatMap(({ targets = [] }) => targets).toSorted()).toEqual(['t0', 't1', 't2', 't3', 't4', 't5']);
    expect(ids.size).toBe(2);
  });

  test('is not recorded with what was read before another one began', async () => {
    const { runs } = await openTestStore();
    await runs.request(message('first', { targets: ['a'] }));
    await runs.take(message('first'), 1);
    await runs.request(message('second'));
    await runs.take(message('second'), 2);
    // It may be joined again, so the first worker, which lost its lease, must not bring it to an end.
    expect(await runs.request(message('third', { targets: ['b'] }))).toEqual(message('first', { targets: ['a', 'b'] }));
    await expect(runs.record(sampleIntent('first', { generation: 1 }), [])).rejects.toThrow(/another worker began/);
    expect([await runs.open(), await runs.list(9)]).toEqual([undefined, []]);
    expect(await runs.take(message('first'), 3)).toEqual(message('first', { targets: ['a', 'b'] }));
    expect(await runs.record(sampleIntent('first', { generation: 3 }), [])).toBe('recorded');
  });

  test('that is not noted is taken as its message says', async () => {
    const { runs } = await openTestStore();
    await runs.request(message('other'));
    expect(await runs.take(message('r', { targets: ['a'] }), 1)).toEqual(message('r', { targets: ['a'] }));
    expect(await runs.request(message('next'))).toEqual(message('other'));
  });

  test('is waited for however long it takes', async () => {
    const instance = freshInstance();
    await (await openTestStore({ instance })).runs.request(message('first', { targets: ['a'] }));
    const later = await openTestStore({ instance, now: () => new Date(testTime.getTime() + 90 * 60_000) });
    expect(await later.runs.request(message('second'))).toEqual(message('first'));
  });
});

describe('the row of runs that are asked for', () => {
  const table = TableClient.fromConnectionString(inject('azurite'), 'servicetagsync', {
    allowInsecureConnection: true,
  });
  const rowOf = (instance: string) => ({ partitionKey: `${instance}|Public|state`, rowKey: 'requested' });

  test('of a version before this one is read; what it holds is not joined, because it may have begun', async () => {
    const instance = freshInstance();
    const { runs } = await openTestStore({ instance, seal: { keys: [testSealKey], acceptUnsealed: true } });
    const old = message('old', { targets: ['a'] });
    const text0 = JSON.stringify({ schema: 1, message: old, at: testTime.toISOString() });
    await table.createEntity({ ...rowOf(instance), schema: 1, text0 });
    expect(await runs.queued()).toEqual([old]);
    expect(await runs.request(message('new', { targets: ['b'] }))).toEqual(message('new', { targets: ['b'] }));
    expect(await runs.queued()).toEqual([old, message('new', { targets: ['b'] })]);
    expect(await runs.take(old, 1)).toEqual(old);
  });

  test('holds for such a version a run of all targets, the next one to begin', async () => {
    const instance = freshInstance();
    const { runs } = await openTestStore({ instance });
    const read = async () => {
      const { partitionKey, rowKey } = rowOf(instance);
      return JSON.parse(String((await table.getEntity(partitionKey, rowKey)).text0));
    };
    const at = testTime.toISOString();
    await runs.request(message('first', { targets: ['a'] }));
    expect(await read()).toMatchObject({ message: message('first'), at });
    await runs.take(message('first'), 1);
    expect((await read()).message).toEqual(message('first'));
    await runs.request(message('second', { targets: ['b'] }));
    expect((await read()).message).toEqual(message('second'));
    await runs.take(message('second'), 1);
    expect((await read()).message).toEqual(message('first'));
  });
});

describe('a process that dies', () => {
  test('while asking for a run leaves one to join', async () => {
    await crashEverywhere({
      act: ({ runs }) => runs.request(message('r')),
      end: ({ runs }) => runs.queued(),
    });
  });

  test('while a run begins leaves it to be begun again', async () => {
    await crashEverywhere({
      prepare: ({ runs }) => runs.request(message('r', { targets: ['a'] })),
      act: ({ runs }) => runs.take(message('r'), 1),
      always: async ({ runs }) => expect(await runs.queued()).toEqual([message('r', { targets: ['a'] })]),
      end: ({ runs }) => runs.request(message('next')),
    });
  });
});
