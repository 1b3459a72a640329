import { describe, expect, it } from 'vitest';
import { config, grown, idOf, names, network, never, openHub, start } from '../support/hub.ts';

const hub = openHub();

describe('every kind of target', () => {
  it('creates, does nothing, adds, removes, and does nothing again', async () => {
    const expectLive = async (expected: readonly string[]) => {
      for (const name of names) expect((await hub.world.live(idOf(name))).sort(), name).toEqual([...expected].sort());
    };
    expect(await hub.world.run()).toMatchObject({ status: 'applied' });
    await expectLive(start);
    await hub.world.writes();
    expect((await hub.world.run()).status).toBe('no-change');
    expect(await hub.world.writes()).toEqual([]);

    hub.publish(201, 17);
    expect((await hub.world.run()).status).toBe('applied');
    await expectLive(grown);
    expect(await hub.named()).toEqual(['ruled-1', 'ruled-2', 'ruled-3']);
    expect((await hub.world.run()).status).toBe('no-change');

    await hub.world.configure(config(names, { list: { never: start.slice(0, 2).map(never) } }));
    expect((await hub.world.run()).status).toBe('applied');
    await expectLive(grown.slice(2));
    await hub.world.writes();
    expect((await hub.world.run()).status).toBe('no-change');
    expect(await hub.world.writes()).toEqual([]);
    // The first group had nothing left: it is out of the rule and gone; the others were not touched.
    expect(await hub.named()).toEqual(['ruled-2', 'ruled-3']);
    expect(await hub.raw(`${network}/ipGroups/ruled-1`)).toBeUndefined();
  });

  it.each(['nsg', 'ip-group'] as const)('takes out of %s later what it could not take out at first', async (name) => {
    await hub.world.configure(config([name]));
    await hub.world.run();
    await hub.world.configure(config([name], { list: { never: [never('20.0.0.0/24')] } }));
    await hub.world.faults([
      { match: { method: 'PUT' }, times: 9, effect: { status: 403, code: 'AuthorizationFailed' } },
    ]);
    expect((await hub.world.run()).status).toBe('failed');
    await hub.world.faults([]);
    expect((await hub.world.run()).status).toBe('applied');
    expect(await hub.world.live(name)).not.toContain('20.0.0.0/24');
  });
});
