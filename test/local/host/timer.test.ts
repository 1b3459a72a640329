import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadFunctions, type Registrations } from '../../../src/local/host/core-module.ts';
import { type Clock, startTimers } from '../../../src/local/host/timer.ts';
import { buildTestFunctions, gate, meet } from './host-for-tests.ts';

let dispose: () => Promise<void>;
let registrations: Registrations;

beforeAll(async () => {
  const built = await buildTestFunctions();
  dispose = built.dispose;
  registrations = await loadFunctions(
    () => import(built.bundle),
    () => {},
  );
});

afterAll(() => dispose());

/** A clock that stands still until it is set. `asked` is the time somebody waits for. */
function manualClock(start: string): Clock & { set(time: string): void; asked(): Promise<string> } {
  let time = new Date(start);
  let waiting: { at: Date; wake: () => void } | undefined;
  let told = Promise.withResolvers<string>();
  return {
    now: () => time,
    async until(at, signal) {
      told.resolve(at.toISOString());
      if (at <= time || signal.aborted) return;
      await new Promise<void>((resolve) => {
        waiting = { at, wake: resolve };
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    },
    set(to) {
      time = new Date(to);
      if (waiting !== undefined && waiting.at <= time) waiting.wake();
    },
    async asked() {
      const at = await told.promise;
      told = Promise.withResolvers<string>();
      return at;
    },
  };
}

test('a timer fires when it is due, not before, and then waits for its next time', async () => {
  const { handled } = meet();
  const clock = manualClock('2024-01-08T10:20:00Z');
  const timers = startTimers(registrations, { clock, log: () => {}, invoked: () => {} });
  expect(await clock.asked()).toBe('2024-01-08T11:00:00.000Z');
  clock.set('2024-01-08T10:59:59Z');
  expect(handled).toEqual([]);
  clock.set('2024-01-08T11:00:00.010Z');
  expect(await clock.asked()).toBe('2024-01-08T12:00:00.000Z');
  expect(handled.map((one) => one.input)).toEqual([
    { schedule: { adjustForDST: true }, scheduleStatus: null, isPastDue: false },
  ]);
  clock.set('2024-01-08T12:00:00Z');
  await clock.asked();
  expect(handled[1]?.input).toMatchObject({
    scheduleStatus: { last: '2024-01-08T11:00:00.000Z', next: '2024-01-08T13:00:00.000Z' },
  });
  await timers.stop();
});

test('what was missed while the machine slept is made up for once, and said', async () => {
  const { handled } = meet();
  const clock = manualClock('2024-01-08T10:20:00Z');
  const timers = startTimers(registrations, { clock, log: () => {}, invoked: () => {} });
  await clock.asked();
  clock.set('2024-01-09T08:30:00Z');
  expect(await clock.asked()).toBe('2024-01-09T09:00:00.000Z');
  expect(handled.map((one) => one.input)).toMatchObject([{ isPastDue: true }]);
  await timers.stop();
});

test('a timer that takes longer than its period never overlaps itself and is made up for once', async () => {
  const gates = [gate(), gate()];
  const begun = gate();
  const { handled } = meet(async () => {
    begun.open();
    await gates[handled.length - 1]?.opened;
  });
  const clock = manualClock('2024-01-08T10:20:00Z');
  const timers = startTimers(registrations, { clock, log: () => {}, invoked: () => {} });
  await clock.asked();
  clock.set('2024-01-08T11:00:00Z');
  await begun.opened;
  clock.set('2024-01-08T14:30:00Z');
  gates[0]?.open();
  expect(await clock.asked()).toBe('2024-01-08T12:00:00.000Z');
  gates[1]?.open();
  expect(await clock.asked()).toBe('2024-01-08T15:00:00.000Z');
  expect(handled.map((one) => one.input)).toMatchObject([{ isPastDue: false }, { isPastDue: true }]);
  await timers.stop();
});

test('a timer that fails is logged and fires again', async () => {
  const { handled } = meet(async () => {
    throw new Error('no network');
  });
  const lines: string[] = [];
  const clock = manualClock('2024-01-08T10:20:00Z');
  const log = ({ message }: { message: string }): void => void lines.push(message);
  const timers = startTimers(registrations, { clock, log, invoked: () => {} });
  await clock.asked();
  clock.set('2024-01-08T11:00:00Z');
  await clock.asked();
  clock.set('2024-01-08T12:00:00Z');
  await clock.asked();
  expect(handled).toHaveLength(2);
  expect(lines.join()).toContain('no network');
  await timers.stop();
});

test('stopping waits for what is running', async () => {
  const { opened, open } = gate();
  const begun = gate();
  let ended = false;
  meet(async () => {
    begun.open();
    await opened;
    ended = true;
  });
  const clock = manualClock('2024-01-08T10:20:00Z');
  const timers = startTimers(registrations, { clock, log: () => {}, invoked: () => {} });
  await clock.asked();
  clock.set('2024-01-08T11:00:00Z');
  await begun.opened;
  const stopped = timers.stop();
  open();
  await stopped;
  expect(ended).toBe(true);
});
