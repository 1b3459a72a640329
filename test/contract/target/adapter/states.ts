import { describe, expect, it } from 'vitest';
import type { UnitChange } from '../../../../src/core/plan/live.ts';
import type { Operations } from '../../../../src/ports/store.ts';
import { openTestStore, testTime } from '../../../support/open-test-store.ts';
import { MARK } from '../box.ts';
import type { ArmFixture } from '../fixture.ts';
import { type AdapterUnderTest, failureOf } from './under-test.ts';

/** Units in state Updating, and operations under way. */
export function testStates(on: AdapterUnderTest, fixture: ArmFixture): void {
  const [a, b, c] = fixture.entries;

  it('polls on when a look at the operation fails, and never writes twice', async () => {
    const change = await on.planned();
    await on.arm.fail([{ match: { method: 'GET', pathIncludes: '/operations/' }, times: 2, effect: { status: 500 } }]);
    await on.target.write(change, on.idle);
    expect(await on.stored()).toEqual([a, c]);
    expect(await on.arm.writes()).toBe(1);
  });

  it('waits for an operation under way before it believes what it reads', async () => {
    const seed = fixture.seed([a], MARK);
    await on.arm.seed({ [on.id]: { ...seed, properties: { ...seed.properties, provisioningState: 'Updating' } } });
    const { properties } = fixture.changeTo([a, b], MARK);
    const done = { properties: { ...properties, provisioningState: 'Succeeded' } };
    await on.arm.fail([{ match: { method: 'GET', nth: 3 }, effect: { foreign: { id: on.id, merge: done } } }]);
    expect(await on.unit()).toMatchObject({ state: 'Succeeded', entries: [a, b] });
  });

  it('waits for an operation under way before it writes', async () => {
    const change = await on.planned();
    await on.arm.change(on.id, { properties: { provisioningState: 'Updating' } });
    const merge = { properties: { provisioningState: 'Succeeded' } };
    const onGet = { method: 'GET', pathIncludes: fixture.unitPath, nth: 3 };
    await on.arm.fail([{ match: onGet, effect: { foreign: { id: on.id, merge } } }]);
    await on.target.write(change, on.idle);
    expect(await on.stored()).toEqual([a, c]);
    expect(on.arm.slept).toEqual([375, 750, ...(fixture.looksAgain ? [on.arm.pace.lookAgainMs] : [])]);
  });

  it('is not content with an operation that succeeded if the resource did not', async () => {
    const change = await on.planned();
    const merge = { properties: { provisioningState: 'Failed' } };
    // The look before the write is the first; the next one is the write's own last, or the reading back.
    const onGet = { method: 'GET', pathIncludes: fixture.lookPath ?? fixture.unitPath, nth: 2 };
    await on.arm.fail([{ match: onGet, effect: { foreign: { id: on.id, merge } } }]);
    const stateRead = async () => {
      await on.target.write(change, on.idle);
      return (await on.unit()).state;
    };
    const said = await stateRead().catch((error: unknown) => error);
    if (said instanceof Error) expect(said).toMatchObject({ kind: 'failed-state' });
    else expect(said).toBe('Failed');
    expect(await on.arm.writes()).toBe(1);
  });

  it('gives up on a resource that stays Updating', async () => {
    const seed = fixture.seed([a], MARK);
    await on.arm.seed({ [on.id]: { ...seed, properties: { ...seed.properties, provisioningState: 'Updating' } } });
    await expect(on.target.read(on.idle)).rejects.toMatchObject({ kind: 'busy' });
  });

  it('sends nothing once it is aborted', async () => {
    const change = await on.planned();
    const reason = new Error('lease lost');
    const aborted = AbortSignal.abort(reason);
    await expect(on.target.write(change, aborted)).rejects.toBe(reason);
    await expect(on.target.read(aborted)).rejects.toBe(reason);
    expect(await on.arm.log()).toEqual([]);
  });

  it('stops polling as soon as it is aborted', async () => {
    const change = await on.planned();
    const patient = await on.open({ pollMs: 600_000 });
    on.arm.stopClock();
    const abort = new AbortController();
    const reason = new Error('lease lost');
    const writing = patient.write(change, abort.signal);
    const polled = async () => (await on.arm.log()).some(({ path }) => path.includes('/operations/'));
    while (!(await polled())) await Promise.race([writing, Promise.resolve()]);
    abort.abort(reason);
    await expect(writing).rejects.toBe(reason);
    expect(await on.arm.writes()).toBe(1);
  });

  describe('an operation whose worker died', () => {
    /** Writes until the operation is under way, then dies; gives what the next worker is opened with. */
    async function died(change: UnitChange): Promise<Operations> {
      const operations = (await openTestStore()).operationsOf('box');
      const doomed = await on.open({ pollMs: 600_000 }, operations);
      on.arm.stopClock();
      const death = new AbortController();
      const writing = doomed.write(change, death.signal);
      const polled = async () => (await on.arm.log()).some(({ path }) => path.includes('/operations/'));
      while (!(await polled())) await Promise.race([writing, Promise.resolve()]);
      death.abort(new Error('killed'));
      await expect(writing).rejects.toThrow('killed');
      expect(await operations.open(testTime)).toHaveLength(1);
      return operations;
    }

    it('is waited for by the next one, and never begun again', async () => {
      const change = await on.planned();
      const operations = await died(change);
      const next = await on.open({ sleep: async () => on.arm.startClock() }, operations);
      await next.resume?.(testTime, on.idle);
      expect(await on.stored()).toEqual([a, c]);
      expect(await operations.open(testTime)).toEqual([]);
      await next.write(change, on.idle);
      expect(await on.arm.writes()).toBe(1);
    });

    it('tells the next one why it failed', async () => {
      const change = await on.planned();
      await on.arm.fail([
        { match: on.onWrite, effect: { operation: 'Failed', code: 'SomethingFailed', message: 'It gave way.' } },
      ]);
      const operations = await died(change);
      on.arm.startClock();
      const next = await on.open({}, operations);
      const failure = await failureOf(next.resume?.(testTime, on.idle) ?? Promise.resolve());
      expect(failure).toMatchObject({ kind: 'failed-state', code: 'SomethingFailed' });
      expect(failure.message).toContain('It gave way');
      expect(await operations.open(testTime)).toEqual([]);
      await next.resume?.(testTime, on.idle);
      expect(await on.arm.writes()).toBe(1);
    });

    it.each([
      ['is forgotten where Azure forgot it', { status: 404, code: 'OperationNotFound' }],
      ['is over where its status tells of none', { status: 200, code: 'Odd' }],
    ])('%s', async (_, effect) => {
      const change = await on.planned();
      const operations = await died(change);
      on.arm.startClock();
      await on.arm.fail([{ match: { pathIncludes: '/operations/' }, times: 9, effect }]);
      await on.arm.clearLog();
      await (await on.open({}, operations)).resume?.(testTime, on.idle);
      expect(await on.arm.log()).toHaveLength(1);
      expect(await operations.open(testTime)).toEqual([]);
    });
  });
}
