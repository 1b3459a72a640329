import { describe, expect, it } from 'vitest';
import { createContext } from '../../src/composition-root.ts';
import type { LaneMessage } from '../../src/ports/queues.ts';
import type { RunContext } from '../../src/run/context.ts';
import { workLane } from '../../src/run/work-lane.ts';
import {
  emptyLanes,
  laneMessages,
  open,
  puts,
  requested,
  startRun,
  target,
  useLanes,
  world,
} from '../support/lane-world.ts';

useLanes();

describe('the time of one message', () => {
  /** Works a lane until `over` says that its time is. */
  async function workUntil(
    message: LaneMessage,
    over: (context: RunContext, end: () => void) => RunContext,
  ): Promise<void> {
    const time = new AbortController();
    const context = over(await createContext(world.env, () => {}), () => time.abort(new Error('time is over')));
    await workLane(context, message, time.signal);
  }

  /** Works a lane until such a request has reached ARM; then its time is over. */
  async function workUntilRequested(message: LaneMessage, method: string, end: string | RegExp): Promise<void> {
    const time = new AbortController();
    const working = workLane(await createContext(world.env, () => {}), message, time.signal);
    while (!(await requested(method, end)));
    time.abort(new Error('time is over'));
    await working;
  }

  const outcomes = async ({ run }: LaneMessage) =>
    (await (await createContext(world.env, () => {})).runs.get(run))?.outcomes;

  it('ends in the middle of an operation: the next message waits for it and writes nothing', async () => {
    await open({ hub: target('hub') }, 2_000);
    const message = await startRun();
    await emptyLanes();
    await workUntilRequested(message, 'PUT', '/hub-1');
    expect(await outcomes(message)).toEqual([]);
    expect(await laneMessages()).toEqual([message]);
    await world.drain();
    const view = await (await world.service()).run(message.run);
    expect(view).toMatchObject({ status: 'applied', armWritesAtLeast: true });
    expect(view?.targets[0]?.outcomes).toMatchObject([{ result: 'done', resumed: true }]);
    expect(await puts()).toHaveLength(1);
    expect((await world.run()).status).toBe('no-change');
  });

  it('ends in the middle of an operation that fails: the next message says why, and writes nothing', async () => {
    await open({ hub: target('hub') }, 2_000);
    const message = await startRun();
    await emptyLanes();
    const match = { method: 'PUT', pathIncludes: '/ipGroups/hub-1' };
    await world.faults([
      { match, effect: { operation: 'Failed', revert: true, code: 'OddFailure', message: 'It gave way.' } },
    ]);
    await workUntilRequested(message, 'GET', /\/operations\//);
    await world.drain();
    const view = await (await world.service()).run(message.run);
    expect(view?.status).toBe('failed');
    expect(view?.targets[0]?.outcomes[0]?.text).toMatch(/OddFailure: "It gave way"/);
    expect(await puts()).toHaveLength(1);
    expect((await world.run()).status).toBe('applied');
  });

  it('ends in the middle of an operation whose place another one takes: the next message writes again', async () => {
    await open({ hub: target('hub') }, 2_000);
    const message = await startRun();
    await emptyLanes();
    const match = { method: 'PUT', pathIncludes: '/ipGroups/hub-1' };
    const code = 'CanceledAndSupersededDueToAnotherOperation';
    await world.faults([{ match, effect: { operation: 'Canceled', revert: true, code, message: 'Later.' } }]);
    await workUntilRequested(message, 'GET', /\/operations\//);
    await world.drain();
    expect((await (await world.service()).run(message.run))?.status).toBe('applied');
    expect(await puts()).toHaveLength(2);
    expect((await world.run()).status).toBe('no-change');
  });

  it('ends between two targets: the next message does the rest', async () => {
    await open({ a: target('a'), b: target('b') });
    const message = await startRun();
    await emptyLanes();
    await workUntil(message, (context, end) => ({
      ...context,
      runs: new Proxy(context.runs, {
        get: (runs, key) => {
          const value: unknown = Reflect.get(runs, key, runs);
          if (typeof value !== 'function') return value;
          return async (...given: unknown[]) => {
            const result: unknown = await value.apply(runs, given);
            if (key === 'insertOutcome') end();
            return result;
          };
        },
      }),
    }));
    expect(await outcomes(message)).toMatchObject([{ target: 'a', result: 'done' }]);
    expect(await laneMessages()).toEqual([message]);
    await world.drain();
    const view = await (await world.service()).run(message.run);
    expect(view).toMatchObject({ status: 'applied', armWrites: 2 });
    expect(view?.armWritesAtLeast).toBeUndefined();
    expect(await puts()).toHaveLength(2);
  });
});
