import { expect, test } from 'vitest';
import { createContext } from '../../src/composition-root.ts';
import type { LaneMessage } from '../../src/ports/queues.ts';
import { open, puts, requested, startRun, target, useLanes, world } from '../support/lane-world.ts';

useLanes();

/** As the next run does once its intent is recorded, while the worker of this one still believes in its own. */
async function takeOver({ generation }: LaneMessage): Promise<void> {
  const { targetRecords } = await createContext(world.env, () => {});
  await targetRecords.raise(['hub'], generation + 1);
}

const outcomesOf = async ({ run }: LaneMessage) =>
  (await (await world.service()).run(run))?.targets[0]?.outcomes.map(({ subject, result, text, writes }) => ({
    subject,
    result,
    text,
    writes,
  }));

test('a worker whose target a newer run took over writes nothing, and says so', async () => {
  await open({ hub: target('hub') });
  const message = await startRun();
  await takeOver(message);
  await world.drain();
  expect(await outcomesOf(message)).toEqual([
    {
      subject: 'hub-1',
      result: 'superseded',
      text: expect.stringContaining('a newer run took this target over'),
      writes: 0,
    },
  ]);
  expect(await puts()).toEqual([]);
  // Superseded is no success: whoever reads the run must not think that the ranges are in.
  expect((await (await world.service()).run(message.run))?.status).toBe('failed');
});

test('a worker that is overtaken between two groups ends what is under way and begins no other', async () => {
  await open({ hub: target('hub', { entriesPerGroup: 1 }) }, 1_000);
  const message = await startRun();
  const working = (await world.service()).workLane(message);
  while (!(await requested('PUT', '/hub-1')));
  await takeOver(message);
  await working;
  expect(await outcomesOf(message)).toEqual([
    { subject: 'hub-1', result: 'done', text: 'written and read back', writes: 1 },
    {
      subject: 'hub-2',
      result: 'failed',
      text: expect.stringContaining('a newer run took this target over'),
      writes: 0,
    },
  ]);
  expect(await puts()).toHaveLength(1);
});

test('its own generation, raised again by a repeated beginning, stops nobody', async () => {
  await open({ hub: target('hub') });
  const message = await startRun();
  await (await world.service()).startRun({ schema: 1, run: message.run, trigger: 'http' });
  await world.drain();
  expect(await outcomesOf(message)).toMatchObject([{ result: 'done' }]);
});
