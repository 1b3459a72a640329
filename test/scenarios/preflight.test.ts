import { describe, expect, it } from 'vitest';
import { config, group, hubFirewall, openHub, policy, surroundings } from '../support/hub.ts';

const hub = openHub();

describe('before anything is written', () => {
  const behind = ['ip-group with its rule', 'firewall-policy'] as const;

  it.each([
    [
      'a firewall in state Failed',
      {
        [hubFirewall]: {
          ...surroundings[hubFirewall],
          properties: { firewallPolicy: { id: policy }, provisioningState: 'Failed' },
        },
      },
      'firewall hub-fw.*is in state Failed',
    ],
    [
      'a read-only lock',
      {
        locks: [
          {
            scope: group.replace('rg-network', 'rg-network/providers/Microsoft.Network/azureFirewalls/hub-fw'),
            level: 'ReadOnly',
          },
        ],
      },
      'read-only lock .*hub-fw/providers/Microsoft.Authorization/locks',
    ],
    [
      'a deny assignment',
      {
        denyAssignments: [
          {
            scope: policy,
            properties: {
              denyAssignmentName: 'stack',
              principals: [{ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }],
              excludePrincipals: [],
              permissions: [{ actions: ['*/write'], notActions: [] }],
            },
          },
        ],
      },
      'deny assignment stack',
    ],
  ])('%s behind a target stops it, read once a run however many share it', async (_, seed, said) => {
    await hub.world.configure(config(behind));
    await hub.world.seed(seed as Record<string, object>);
    await hub.world.writes();
    const view = await hub.world.run();
    expect(view.status).toBe('refused');
    for (const { outcomes } of view.targets) expect(outcomes[0]?.text).toMatch(new RegExp(said));
    const reads = (await hub.requests()).map(({ path }) => path.split('?')[0]?.toLowerCase());
    for (const id of [policy, hubFirewall]) expect(reads.filter((path) => path === id.toLowerCase())).toHaveLength(1);
    expect(await hub.world.writes()).toEqual([]);
  });

  it('a deny assignment that leaves a group of principals out, or a lock against deleting only, stops nothing', async () => {
    await hub.world.configure(config(behind));
    const properties = {
      principals: [{ id: '00000000-0000-0000-0000-000000000000', type: 'SystemDefined' }],
      excludePrincipals: [{ id: 'g', type: 'Group' }],
      permissions: [{ actions: ['*'] }],
    };
    await hub.world.seed({
      denyAssignments: [{ scope: policy, properties }],
      locks: [{ scope: group, level: 'CanNotDelete' }],
    } as never);
    expect((await hub.world.run()).status).toBe('applied');
  });

  it('is looked at once an identity: what one may do says nothing of another', async () => {
    const { lists, targets } = config(behind);
    const each = Object.entries(targets).map(
      ([id, target], at) => [id, { ...target, identity: `team-${at}` }] as const,
    );
    await hub.world.configure({ lists, targets: Object.fromEntries(each) });
    expect((await hub.world.run()).status).toBe('applied');
    const reads = (await hub.requests()).map(({ method, path }) => `${method} ${path.split('?')[0]?.toLowerCase()}`);
    expect(reads.filter((one) => one === `GET ${hubFirewall.toLowerCase()}`)).toHaveLength(2);
  });
});
