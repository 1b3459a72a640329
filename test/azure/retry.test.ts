import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArmError } from '../../src/azure/arm/arm-error.ts';
import { backoffOf, paceOf, retrying } from '../../src/azure/arm/pace.ts';

const idle = new AbortController().signal;

function recorded(budgetMs: number, random = () => 0.5) {
  const slept: number[] = [];
  const pace = paceOf({ budgetMs, random, sleep: (ms) => Promise.resolve(void slept.push(ms)) });
  return { slept, pace };
}

function failing(error: Error, times = Number.POSITIVE_INFINITY) {
  let calls = 0;
  const attempt = () => (++calls <= times ? Promise.reject(error) : Promise.resolve(calls));
  return { attempt, calls: () => calls };
}

describe('retrying', () => {
  it('never waits longer in all than its budget, nor shorter than it was asked to', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(100_000),
        fc.nat(20_000),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        async (budget, after, r) => {
          const { slept, pace } = recorded(budget, () => r);
          const error = new ArmError('throttled', 'Too many.', { mayPass: true, retryAfterMs: after });
          await expect(retrying(pace, idle, failing(error).attempt)).rejects.toMatchObject({ kind: 'throttled' });
          expect(slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(budget);
          expect(slept.every((ms) => ms >= after)).toBe(true);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('doubles its waits up to half a minute and leaves half of each to chance', () => {
    expect([0, 1, 2, 3].map((tries) => backoffOf(tries, 0))).toEqual([250, 500, 1000, 2000]);
    expect(backoffOf(0, 0.999)).toBe(500);
    expect(backoffOf(40, 0.999)).toBe(29_985);
  });

  it('passes on at once what will not pass by itself', async () => {
    const { slept, pace } = recorded(60_000);
    for (const error of [new ArmError('invalid', 'No.'), new TypeError('bug')]) {
      const { attempt, calls } = failing(error);
      await expect(retrying(pace, idle, attempt)).rejects.toBe(error);
      expect(calls()).toBe(1);
    }
    expect(slept).toEqual([]);
  });

  it('says how often it tried, and what it gives up is not tried again further out', async () => {
    const { pace } = recorded(1_000);
    const error = new ArmError('busy', 'Held.', { mayPass: true, code: 'AnotherOperationInProgress', status: 409 });
    const { attempt, calls } = failing(error);
    const failure = retrying(pace, idle, () => retrying(pace, idle, attempt));
    await expect(failure).rejects.toMatchObject({ kind: 'busy', code: 'AnotherOperationInProgress', status: 409 });
    await expect(failure).rejects.toThrow('Tried 2 times over 0.4 s');
    expect(calls()).toBe(2);
  });

  it('stops between tries once it is aborted', async () => {
    const abort = new AbortController();
    const pace = paceOf({
      sleep: () => {
        abort.abort(new Error('lost'));
        return Promise.resolve();
      },
    });
    const { attempt, calls } = failing(new ArmError('busy', 'Held.', { mayPass: true }));
    await expect(retrying(pace, abort.signal, attempt)).rejects.toThrow('lost');
    expect(calls()).toBe(1);
  });

  it('really sleeps, and wakes with the reason when aborted', async () => {
    const { sleep } = paceOf();
    await sleep(1, idle);
    const abort = new AbortController();
    const sleeping = sleep(60_000, abort.signal);
    abort.abort(new Error('lost'));
    await expect(sleeping).rejects.toThrow('lost');
  });
});

describe('the pace of a real clock', () => {
  it('ends a wait with the reason of its signal', async () => {
    const stop = new AbortController();
    const waiting = paceOf().sleep(60_000, stop.signal);
    stop.abort(new Error('the app was stopped'));
    await expect(waiting).rejects.toThrow('the app was stopped');
  });

  it('is no wait where it cannot be made', async () => {
    await expect(paceOf().sleep('soon' as never, idle)).rejects.toThrow(/number/);
  });
});
