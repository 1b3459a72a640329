import { expect, test } from 'vitest';
import type { TargetDefinition } from '../../src/ports/target.ts';
import { ipGroup } from '../../src/targets/ip-group.ts';
import { GROUP_CONFIG, group, idOfGroup, ipGroupFixture } from '../contract/kinds/ip-group.ts';
import { contextOn, withArm } from '../support/arm.ts';

const mark = 'contoso/hub';
const key = 'acr-1';
const idle = new AbortController().signal;

test.each(['Failed', 'Canceled'])(
  'a write whose operation succeeded and that left the group %s is a failure',
  async (state) => {
    const id = idOfGroup(key);
    await withArm({ ...ipGroupFixture.surroundings, [id]: group(['20.0.0.0/24'], mark) }, async (arm) => {
      const definition = ipGroup as unknown as TargetDefinition;
      const target = await definition.open(definition.schema.parse(GROUP_CONFIG), contextOn(arm, mark));
      const [unit] = (await target.read(idle)).units;
      const { version } = unit ?? expect.fail('no unit');
      // The look before the write is the first; the second is the last look of the write itself.
      const merge = { properties: { provisioningState: state } };
      await arm.fail([
        { match: { method: 'GET', pathIncludes: `/${key}`, nth: 2 }, effect: { foreign: { id, merge } } },
      ]);
      const change = {
        key,
        family: 'ipv4',
        action: 'replace',
        entries: ['20.0.2.0/24'],
        ...(version ? { version } : {}),
      } as const;
      await expect(target.write(change, idle)).rejects.toMatchObject({ kind: 'failed-state' });
    });
  },
);

test.each([
  ['with our mark', false, mark],
  ['with the mark of another target', true, 'elsewhere/hub'],
  ['without a mark', true, undefined],
])('a group %s must stay when nothing of ours is left in it: %s', async (_name, stays, own) => {
  await withArm({ ...ipGroupFixture.surroundings, [idOfGroup(key)]: group(['20.0.0.0/24'], own) }, async (arm) => {
    const definition = ipGroup as unknown as TargetDefinition;
    const target = await definition.open(definition.schema.parse(GROUP_CONFIG), contextOn(arm, mark));
    const [unit] = (await target.read(idle)).units;
    expect(unit?.mustStay ?? false).toBe(stays);
  });
});
