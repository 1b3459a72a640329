import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { startTimers, type Timers } from '../../../src/local/host/start-host.ts';
import { gate } from '../../support/gate.ts';

let timers: Timers | undefined;
let fired: string[];
let lines: string[];

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2024-01-08T10:20:00Z'), toFake: ['Date', 'setTimeout', 'clearTimeout'] });
  fired = [];
  lines = [];
});
afterEach(async () => {
  await timers?.stop();
  vi.useRealTimers();
});

/** Starts one timer that fires every hour. */
function start(work: () => Promise<void> = async () => {}): void {
  const handler = async (): Promise<void> => {
    fired.push(new Date().toISOString());
    await work();
  };
  timers = startTimers([{ name: 'ticker', trigger: { type: 'timerTrigger', schedule: '0 0 * * * *' }, handler }], {
    log: ({ message }) => void lines.push(message),
    invoked: () => void lines.push('invoked'),
  });
}

const pass = (minutes: number) => vi.advanceTimersByTimeAsync(minutes * 60_000);

test('a timer fires when it is due, not before, and again at its next time', async () => {
  start();
  await pass(39);
  expect(fired).toEqual([]);
  await pass(1);
  expect(fired).toEqual(['2024-01-08T11:00:00.000Z']);
  await pass(60);
  expect(fired).toHaveLength(2);
  expect(lines).toEqual(['invoked', 'invoked']);
});

test('a timer that takes longer than its period never overlaps itself and is made up for once', async () => {
  const { opened, open } = gate();
  start(() => opened);
  await pass(200);
  expect(fired).toHaveLength(1);
  open();
  await pass(10);
  expect(fired).toHaveLength(2);
  await pass(10);
  expect(fired.slice(2)).toEqual(['2024-01-08T14:00:00.000Z']);
});

test('a timer that fails is logged and fires again', async () => {
  start(async () => {
    throw new Error('no network');
  });
  await pass(100);
  expect(fired).toHaveLength(2);
  expect(lines.join()).toContain('no network');
});

test('stopping waits for what is running, and nothing fires after it', async () => {
  const { opened, open } = gate();
  let ended = false;
  start(async () => {
    await opened;
    ended = true;
  });
  await pass(40);
  const stopped = timers?.stop();
  open();
  await stopped;
  expect(ended).toBe(true);
  await pass(120);
  expect(fired).toHaveLength(1);
});
