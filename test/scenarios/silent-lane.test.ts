import { expect, test } from 'vitest';
import type { LaneMessage } from '../../src/ports/queues.ts';
import { emptyLanes, laneMessages, open, puts, startRun, target, useLanes, world } from '../support/lane-world.ts';

useLanes();

const far = { far: target('far', { lane: 'elsewhere' }) };
const viewOf = async ({ run }: LaneMessage) => (await world.service()).run(run);
const outcomesOf = async (message: LaneMessage) =>
  (await viewOf(message))?.targets.flatMap(({ id, outcomes }) => outcomes.map(({ result }) => `${id} ${result}`));

/** What the timer does at that time; whatever it puts into the queue of lanes is lost, as is every worker. */
async function keepHouseAt(now: string): Promise<void> {
  world.set({ now });
  await (await world.service()).runMaintenance();
  await emptyLanes();
}

test('a lane that is silent for an hour is given up, and the next run begins anew', async () => {
  await open({ hub: target('hub') });
  const message = await startRun();
  await emptyLanes();
  await keepHouseAt('2024-01-16T13:00:00Z');
  expect(await viewOf(message)).toMatchObject({ status: 'running' });

  await keepHouseAt('2024-01-16T13:00:01Z');
  const given = await viewOf(message);
  expect(given?.status).toBe('failed');
  expect(given?.targets[0]?.outcomes).toMatchObject([
    { subject: 'hub-1', result: 'failed', text: expect.stringContaining('silent for an hour'), writes: 0 },
  ]);
  expect(given?.events).toContainEqual(expect.objectContaining({ kind: 'target-failed', target: 'hub' }));

  // A worker that wakes up now finds nothing to do.
  await (await world.service()).workLane(message);
  expect(await puts()).toEqual([]);
  expect((await world.run()).status).toBe('applied');
  expect(await world.live('hub')).toEqual(['20.0.0.0/24', '20.0.2.0/24']);
});

test('a lane whose message was lost is set to work again before its hour is over', async () => {
  await open({ hub: target('hub') });
  const message = await startRun();
  await emptyLanes();
  world.set({ now: '2024-01-16T12:59:00Z' });
  await (await world.service()).runMaintenance();
  expect(await laneMessages()).toEqual([message]);
  await world.drain();
  expect(await viewOf(message)).toMatchObject({ status: 'applied' });
});

test('the hour begins with the last outcome, and what is done stays done', async () => {
  await open({ hub: target('hub'), ...far });
  await startRun();
  const messages = await laneMessages();
  const [one, other] = messages;
  if (!one || !other) throw new Error('expected two lanes');
  await emptyLanes();
  world.set({ now: '2024-01-16T12:30:00Z' });
  await (await world.service()).workLane(one);
  const [done] = (await outcomesOf(one)) ?? [];
  expect(done).toMatch(/done$/);
  await keepHouseAt('2024-01-16T13:30:00Z');
  expect(await viewOf(one)).toMatchObject({ status: 'running' });
  await keepHouseAt('2024-01-16T13:30:01Z');
  expect(await viewOf(one)).toMatchObject({ status: 'partial' });
  expect(await outcomesOf(one)).toEqual(expect.arrayContaining([done, expect.stringMatching(/failed$/)]));
  expect(await outcomesOf(one)).toHaveLength(2);
});
