import { expect, it } from 'vitest';
import type { Decision } from '../../../src/core/decisions/decision.ts';
import { activeDecisionsAt } from '../../../src/core/decisions/in-effect.ts';

const said = { at: '2024-01-20T12:00:00.000Z', by: { name: 'on call', how: 'claimed' as const }, why: 'a test' };
const ranges = ['20.0.0.0/24', '20.0.2.0/24'];
const approve: Decision = {
  ...said,
  id: 'w1',
  kind: 'approve',
  part: 'p1',
  target: 'hub',
  direction: 'remove',
  ranges,
  expires: '2024-01-27T12:00:00.000Z',
};
const at = (time: string, ...decisions: Decision[]) => activeDecisionsAt(decisions, new Date(time));
const covers = (state: ReturnType<typeof at>) => state.approvals.flatMap((one) => one.covers.ipv4.toPrefixes());
const day = '2024-01-21T12:00:00Z';

it('lets an approval stand until it expires', () => {
  expect(covers(at('2024-01-27T11:59:59Z', approve))).toEqual(ranges);
  expect(covers(at('2024-01-27T12:00:00Z', approve))).toEqual([]);
});

it('takes what is done off an approval, and ends it when all of it is', () => {
  const done = (id: string, some: string[]): Decision => ({ ...said, id, kind: 'done', word: 'w1', ranges: some });
  expect(covers(at(day, approve, done('w2', ranges.slice(0, 1))))).toEqual(ranges.slice(1));
  expect(at(day, approve, done('w2', ranges)).approvals).toEqual([]);
});

it('ends an approval and a keep when they are withdrawn', () => {
  const { expires: _, ...about } = approve;
  const keep: Decision = { ...about, id: 'w2', kind: 'decline' };
  const withdraw = (word: string): Decision => ({ ...said, id: `x-${word}`, kind: 'withdraw', word });
  expect(at(day, approve, keep).declinedParts).toHaveLength(1);
  expect(at(day, approve, keep, withdraw('w1')).approvals).toEqual([]);
  expect(at(day, approve, keep, withdraw('w2')).declinedParts).toEqual([]);
});

it('ends pauses when somebody resumes and when their time is over; one of everything ends those of targets', () => {
  const pause = (id: string, target?: string, until?: string): Decision => ({
    ...said,
    id,
    kind: 'pause',
    ...(target === undefined ? {} : { target }),
    ...(until === undefined ? {} : { until }),
  });
  const resume = (target?: string): Decision => ({
    ...said,
    id: 'r',
    kind: 'resume',
    ...(target === undefined ? {} : { target }),
  });
  expect(at(day, pause('a'), pause('b', 'hub')).paused?.id).toBe('a');
  expect(at(day, pause('a'), pause('b', 'hub'), resume('hub')).paused?.id).toBe('a');
  expect(at(day, pause('a'), pause('b', 'hub'), resume()).pausedTargets.size).toBe(0);
  const timed = pause('c', 'hub', '2024-01-22T00:00:00.000Z');
  expect(at('2024-01-21T23:59:59Z', timed).pausedTargets.has('hub')).toBe(true);
  expect(at('2024-01-22T00:00:00Z', timed).pausedTargets.has('hub')).toBe(false);
  const timedAll = pause('d', undefined, '2024-01-22T00:00:00.000Z');
  expect(at('2024-01-21T23:59:59Z', timedAll).paused?.id).toBe('d');
  expect(at('2024-01-22T00:00:00Z', timedAll).paused).toBeUndefined();
});

it('ends a pin at its end, and when somebody unpins', () => {
  const pin: Decision = {
    ...said,
    id: 'p',
    kind: 'pin',
    changeNumber: 289,
    ledger: 'l',
    until: '2024-01-30T00:00:00.000Z',
  };
  expect(at(day, pin).pin?.changeNumber).toBe(289);
  expect(at('2024-01-30T00:00:00Z', pin).pin).toBeUndefined();
  expect(at(day, pin, { ...said, id: 'u', kind: 'unpin' }).pin).toBeUndefined();
});
