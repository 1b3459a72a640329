import { describe, expect, test } from 'vitest';
import { OpenRunError } from '../../src/ports/runs.ts';
import type { Store } from '../../src/store/open.ts';
import { openTestStore } from '../support/open-test-store.ts';
import { prefixes, sampleClosing, sampleIntent, sampleOutcome, samplePlan } from '../support/samples.ts';
import { crashEverywhere } from './crash-everywhere.ts';

const plans = [samplePlan('east'), samplePlan('west')];

/** The order of runs is that of their generations; the moment they began in may be the same. */
async function recordClosed(store: Store, run: string, generation: number): Promise<void> {
  await store.runs.record(sampleIntent(run, { generation }), []);
  await store.runs.close(run, sampleClosing);
}

describe('a recorded run', () => {
  test('is read back whole, with its plans, and is the open one', async () => {
    const { runs } = await openTestStore();
    const known = sampleOutcome('north/é#?\\', { subject: 'part:remove', result: 'refused' });
    const intent = sampleIntent('run 1/ü', { outcomes: [known] });
    expect(await runs.record(intent, plans)).toBe('recorded');
    expect(await runs.get('run 1/ü')).toEqual({ intent, outcomes: [known] });
    expect(await runs.open()).toEqual({ intent, outcomes: [known] });
    expect(await runs.plan('run 1/ü', 'west')).toEqual(plans[1]);
    expect(await runs.plan('run 1/ü', 'south')).toBeUndefined();
    expect(await runs.get('run 2')).toBeUndefined();
  });

  test('stands when it is recorded again, with what came first', async () => {
    const { runs } = await openTestStore();
    await runs.record(sampleIntent('r'), plans);
    expect(await runs.record(sampleIntent('r', { generation: 9 }), [samplePlan('south')])).toBe('known');
    expect((await runs.get('r'))?.intent.generation).toBe(1);
    expect(await runs.plan('r', 'south')).toBeUndefined();
  });

  test('keeps another one from being recorded until it is closed', async () => {
    const { runs } = await openTestStore();
    await runs.record(sampleIntent('first'), plans);
    await expect(runs.record(sampleIntent('second'), plans)).rejects.toThrow(OpenRunError);
    expect((await runs.open())?.intent.run).toBe('first');
    await runs.close('first', sampleClosing);
    expect(await runs.record(sampleIntent('second'), plans)).toBe('recorded');
    expect((await runs.open())?.intent.run).toBe('second');
  });

  test('of many and long plans takes several transactions', async () => {
    const { runs } = await openTestStore();
    const long = prefixes(12_000);
    // 130 rows are more than a transaction takes; ten of 450 kB are more than its 4 MiB; 12,000 prefixes fill no row.
    const targets = Array.from({ length: 130 }, (_, i) => `target-${i}`);
    const some = targets.slice(0, 11).map((target, i) => samplePlan(target, long.slice(0, i === 10 ? 12_000 : 2_500)));
    const outcomes = targets.map((target) => sampleOutcome(target));
    await runs.record(sampleIntent('r', { targets, outcomes }), some);
    expect((await runs.get('r'))?.outcomes).toHaveLength(130);
    for (const i of [0, 9, 10]) expect(await runs.plan('r', `target-${i}`)).toEqual(some[i]);
  });
});

describe('a target that a worker takes up', () => {
  test('was begun once, and in that run alone', async () => {
    const { runs } = await openTestStore();
    await runs.record(sampleIntent('r'), plans);
    expect(await runs.begin('r', 'east')).toBe('first');
    expect(await runs.begin('r', 'east')).toBe('again');
    expect(await runs.begin('r', 'east-2')).toBe('first');
    expect(await runs.begin('s', 'east')).toBe('first');
    expect((await runs.get('r'))?.outcomes).toEqual([]);
  });

  test('has its own outcomes, those known before any write among them', async () => {
    const { runs } = await openTestStore();
    const known = sampleOutcome('east', { subject: 'part:a', result: 'waiting' });
    await runs.record(sampleIntent('r', { outcomes: [known] }), plans);
    const own = sampleOutcome('east', { subject: 'unit', resumed: true });
    await runs.insertOutcome('r', own);
    for (const other of ['east-2', 'eas', 'east|unit']) await runs.insertOutcome('r', sampleOutcome(other));
    expect(await runs.outcomesOf('r', 'east')).toEqual([known, own]);
    expect(await runs.outcomesOf('r', 'south')).toEqual([]);
  });
});

describe('outcomes', () => {
  test('the first of a subject stands', async () => {
    const { runs } = await openTestStore();
    await runs.record(sampleIntent('r', { outcomes: [sampleOutcome('north')] }), plans);
    const first = sampleOutcome('east');
    expect(await runs.insertOutcome('r', first)).toBe('inserted');
    expect(await runs.insertOutcome('r', sampleOutcome('east', { result: 'failed' }))).toBe('known');
    expect(await runs.insertOutcome('r', sampleOutcome('north', { result: 'failed' }))).toBe('known');
    expect(await runs.insertOutcome('r', sampleOutcome('east', { subject: 'group-2' }))).toBe('inserted');
    const { outcomes = [] } = (await runs.get('r')) ?? {};
    expect(outcomes.map(({ target, subject, result }) => [target, subject, result])).toEqual([
      ['east', 'group-1', 'done'],
      ['east', 'group-2', 'done'],
      ['north', 'group-1', 'done'],
    ]);
    expect(outcomes[0]).toEqual(first);
  });

  test('target and subject that would make one key keep apart', async () => {
    const { runs } = await openTestStore();
    await runs.record(sampleIntent('r'), plans);
    expect(await runs.insertOutcome('r', sampleOutcome('a|b', { subject: 'c' }))).toBe('inserted');
    expect(await runs.insertOutcome('r', sampleOutcome('a', { subject: 'b|c' }))).toBe('inserted');
  });
});

describe('closing', () => {
  test('happens once, whoever comes last', async () => {
    const { runs } = await openTestStore();
    await runs.record(sampleIntent('r'), plans);
    const closings = Array.from({ length: 8 }, (_, i) => ({
      ...sampleClosing,
      closedAt: `2024-01-15T09:00:0${i}.000Z`,
    }));
    const results = await Promise.all(closings.map((closing) => runs.close('r', closing)));
    expect(results.filter((result) => result === 'closed')).toHaveLength(1);
    expect((await runs.get('r'))?.closing).toEqual(closings[results.indexOf('closed')]);
    expect(await runs.open()).toBeUndefined();
  });

  test('takes events that fill no row', async () => {
    const { runs } = await openTestStore();
    await runs.record(sampleIntent('r'), plans);
    const added = prefixes(40_000);
    const closing = {
      ...sampleClosing,
      events: [{ kind: 'target-changed', target: 'é', added, removed: [] } as const],
    };
    expect(await runs.close('r', closing)).toBe('closed');
    expect((await runs.get('r'))?.closing).toEqual(closing);
  });

  test('of a run that is not recorded is refused', async () => {
    const { runs } = await openTestStore();
    await expect(runs.close('r', sampleClosing)).rejects.toThrow('run r to be recorded');
    expect(await runs.record(sampleIntent('r'), plans)).toBe('recorded');
  });
});

test('the list is newest first, by start', async () => {
  const store = await openTestStore();
  const days = ['03', '01', '05', '02', '04'];
  for (const day of days) await recordClosed(store, `run-${day}`, Number(day));
  const listed = (await store.runs.list(3)).map(({ intent }) => intent.run);
  expect(listed).toEqual(['run-05', 'run-04', 'run-03']);
  expect(await store.runs.list(99)).toHaveLength(5);
});

test('a list longer than what is read at once is complete', async () => {
  const store = await openTestStore();
  for (let i = 10; i < 23; i++) await recordClosed(store, `r${i}`, i);
  expect((await store.runs.list(12)).map(({ intent }) => intent.run)).toEqual(
    Array.from({ length: 12 }, (_, i) => `r${22 - i}`),
  );
});

test('concurrent callers get distinct, rising generations', async () => {
  const { runs } = await openTestStore();
  const first = await runs.nextGeneration();
  const many = await Promise.all(Array.from({ length: 20 }, () => runs.nextGeneration()));
  expect(new Set(many).size).toBe(20);
  expect(Math.min(...many)).toBeGreaterThan(first);
  expect(await runs.nextGeneration()).toBeGreaterThan(Math.max(...many));
});

test('instances and clouds of one account do not see each other', async () => {
  const a = await openTestStore({ instance: 'a' });
  const b = await openTestStore({ instance: 'a|Public' });
  await recordClosed(a, 'r', 1);
  expect(await b.runs.list(9)).toEqual([]);
  expect(await b.runs.get('r')).toBeUndefined();
});

describe('a process that dies', () => {
  const everything = async ({ runs }: Store) => ({
    open: await runs.open(),
    list: await runs.list(9),
    get: await runs.get('r'),
    plan: await runs.plan('r', 'east'),
    last: await runs.get('last'),
  });

  test('while recording leaves all of a run or nothing of it', async () => {
    await crashEverywhere({
      prepare: (store) => recordClosed(store, 'last', 0),
      act: ({ runs }) => runs.record(sampleIntent('r', { outcomes: [sampleOutcome('north')] }), plans),
      always: async (store) => {
        const seen = await everything(store);
        expect(seen.open).toEqual(seen.get);
        expect(seen.list).toHaveLength(seen.get === undefined ? 1 : 2);
        expect(seen.plan).toEqual(seen.get === undefined ? undefined : plans[0]);
      },
      end: everything,
    });
  });

  test('while recording in several transactions leaves nothing of the first attempt', async () => {
    const targets = Array.from({ length: 102 }, (_, i) => `t${String(i).padStart(3, '0')}`);
    let attempt = 0;
    await crashEverywhere({
      act: async ({ runs }) => {
        // The second attempt plans anew: other targets have something to do, and it starts later.
        attempt++;
        const outcomes = targets.slice(attempt % 2).map((target) => sampleOutcome(target));
        await runs.record(sampleIntent('r', { generation: attempt + 1, outcomes }), plans);
      },
      always: async ({ runs }) => {
        const seen = await runs.get('r');
        expect(seen?.outcomes).toEqual(seen?.intent.outcomes);
        const listed = await runs.list(9);
        expect(listed).toEqual(seen === undefined ? [] : [seen]);
        expect(await runs.plan('r', 'east')).toEqual(seen === undefined ? undefined : plans[0]);
      },
      end: async ({ runs }) => (await runs.open())?.intent.run,
    });
  });

  test('while another run is recorded lets that one through', async () => {
    await crashEverywhere({
      prepare: ({ runs }) => runs.request({ schema: 1, run: 'r', trigger: 'http' }),
      act: async ({ runs }) => {
        if ((await runs.open()) !== undefined) return;
        await runs.record(sampleIntent(`r${await runs.nextGeneration()}`), plans);
      },
      end: async ({ runs }) => [(await runs.open())?.intent.run.slice(0, 1), (await runs.list(9)).length],
    });
  });

  test('while closing leaves a run closed or open, once', async () => {
    await crashEverywhere({
      prepare: ({ runs }) => runs.record(sampleIntent('r'), plans),
      act: ({ runs }) => runs.close('r', sampleClosing),
      always: async (store) => {
        const seen = await everything(store);
        expect(seen.open === undefined).toBe(seen.get?.closing !== undefined);
      },
      end: everything,
    });
  });
});
