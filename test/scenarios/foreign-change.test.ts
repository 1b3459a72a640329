import { expect, test } from 'vitest';
import { createContext } from '../../src/composition-root.ts';
import { open, puts, target, useLanes, world } from '../support/lane-world.ts';

useLanes();

const wanted = ['20.0.0.0/24', '20.0.2.0/24'];
const idOf = (group: string) => `${world.group}/providers/Microsoft.Network/ipGroups/${group}`;
const strange = (number: number) => `198.51.100.${number}`;

/** Our group with one range of ours and an entry of others, so that the next run has something to write. */
async function start(): Promise<void> {
  await open({ hub: target('hub') });
  expect((await world.run()).status).toBe('applied');
  await meddle(strange(0));
  await world.writes();
}

const meddle = (entry: string) =>
  world.seed({
    [idOf('hub-1')]: {
      location: 'westus',
      tags: { 'service-tag-sync': `${world.env.SERVICE_TAG_SYNC_QUEUES}/hub` },
      properties: { ipAddresses: [wanted[0], entry] },
    },
  });

/** Somebody writes the group each time the service looks at it before a write: another entry each time. */
const fight = (times: number) =>
  world.faults(
    Array.from({ length: times }, (_, index) => ({
      match: { method: 'GET', pathIncludes: '/ipGroups/hub-1', nth: index + 1 },
      effect: {
        foreign: { id: idOf('hub-1'), merge: { properties: { ipAddresses: [wanted[0], strange(index + 1)] } } },
      },
    })),
  );

const replansOf = async (run: string) => (await createContext(world.env, () => {})).runs.replans(run, 'hub');

test('a change in the middle of a run is planned on once more, and kept', async () => {
  await start();
  await fight(1);
  const view = await world.run();
  expect(view.targets[0]?.outcomes).toMatchObject([{ result: 'done', added: [wanted[1]], writes: 1 }]);
  expect(await replansOf(view.run)).toHaveLength(1);
  expect([...(await world.live('hub'))].sort()).toEqual([strange(1), ...wanted].sort());
});

test('a second one ends the target for this run: two writers must not chase each other', async () => {
  await start();
  await fight(12);
  const view = await world.run();
  expect(view.status).toBe('failed');
  expect(view.targets[0]?.outcomes).toMatchObject([
    { result: 'failed', text: expect.stringContaining('it was changed after the plan was made'), writes: 0 },
  ]);
  expect(await replansOf(view.run)).toHaveLength(1);
  expect(await puts()).toEqual([]);

  await world.faults([]);
  expect((await world.run()).status).toBe('applied');
  expect(await world.live('hub')).toEqual(expect.arrayContaining(wanted));
});

test('a group that somebody else marks right after the write is not called ours', async () => {
  await start();
  // The look that reads back: the first list is what was planned on.
  const match = { method: 'GET', pathIncludes: '/ipGroups', nth: 3 };
  const merge = { tags: { 'service-tag-sync': 'another/target' } };
  await world.faults([{ match, effect: { foreign: { id: idOf('hub-1'), merge } } }]);
  const view = await world.run();
  expect(view.targets[0]?.outcomes).toMatchObject([
    { result: 'failed', text: expect.stringContaining('carries the mark "another/target"') },
  ]);
});
