import { describe, expect, it } from 'vitest';
import { classic, collection, config, idOf, network, never, openHub, rules, surroundings } from '../support/hub.ts';

const hub = openHub();

describe('a list in IP groups and the rule that names them', () => {
  const shards = ['ip-group with its rule'] as const;
  const shardId = idOf(shards[0]);

  it('names a group only once it holds its part, and takes it out before it is deleted', async () => {
    await hub.world.configure(config(shards));
    await hub.world.run();
    const order = (await hub.world.writes()).map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
    expect(order).toEqual(['PUT ruled-1', 'PUT groups', 'PUT ruled-2', 'PUT groups']);
    await hub.world.configure(config(shards, { list: { never: [never('20.0.4.0/24')] } }));
    await hub.world.run();
    const after = (await hub.world.writes()).map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
    expect(after).toEqual(['PUT groups', 'DELETE ruled-2']);
    expect(await hub.named()).toEqual(['ruled-1']);
  });

  it('puts a group back that somebody took out of the rule', async () => {
    await hub.world.configure(config(shards));
    await hub.world.run();
    const text = JSON.stringify(await hub.raw(rules('groups')));
    await hub.world.seed({ [rules('groups')]: JSON.parse(text.replace(`,"${network}/ipGroups/ruled-2"`, '')) });
    expect(await hub.named()).toEqual(['ruled-1']);
    await hub.world.writes();
    expect((await hub.world.run()).status).toBe('applied');
    expect(await hub.named()).toEqual(['ruled-1', 'ruled-2']);
    expect((await hub.world.writes()).filter(({ method }) => method === 'PUT')).toHaveLength(1);
    expect((await hub.world.run()).status).toBe('no-change');
  });

  it("fails where somebody else's rule names only some of the groups, and leaves the rule as it is", async () => {
    const theirs = { ruleType: 'NetworkRule', name: 'acr', destinationIpGroups: [`${network}/ipGroups/ruled-1`] };
    await hub.world.seed({
      [`${network}/ipGroups/ruled-1`]: {
        location: 'westus',
        tags: { 'service-tag-sync': `${hub.world.env.SERVICE_TAG_SYNC_QUEUES}/${shardId}` },
        properties: { ipAddresses: ['20.0.0.0/24'] },
      },
      [rules('groups')]: { properties: { priority: 400, ruleCollections: [{ ...collection, rules: [theirs] }] } },
    });
    await hub.world.configure(config(shards));
    for (const status of ['partial', 'failed']) {
      const view = await hub.world.run();
      expect(view.status).toBe(status);
      const failed = view.targets[0]?.outcomes.filter(({ result }) => result === 'failed');
      expect(failed).toMatchObject([
        { subject: 'ruled-2', text: expect.stringMatching(/^shard not referenced: ruled-2/) },
      ]);
    }
    expect(await hub.named()).toEqual(['ruled-1']);
    expect((await hub.raw(`${network}/ipGroups/ruled-2`))?.properties.ipAddresses).toHaveLength(1);
  });

  const shared = (name: string) => ({
    ruleType: 'NetworkRule',
    name: 'other',
    sourceIpGroups: [`${network}/IPGROUPS/${name}`],
  });
  const outside = JSON.parse(
    JSON.stringify(surroundings[classic]).replace('"rules":[', `"rules":[${JSON.stringify(shared('ruled-2'))}`),
  );
  const elsewhere = { properties: { priority: 500, ruleCollections: [{ ...collection, rules: [shared('ruled-2')] }] } };

  it.each([
    ['in the same collection', { [rules('groups')]: shared('ruled-2') }],
    ['in another rule collection group of the policy', { [rules('others')]: elsewhere }],
    ['in another firewall', { [classic]: outside }],
  ])('refills a group that somebody else names too, %s, where it would be deleted', async (_, theirs) => {
    await hub.world.configure(config(shards));
    await hub.world.run();
    const before = JSON.stringify(await hub.raw(rules('groups')));
    for (const [id, seed] of Object.entries(theirs)) {
      const inside = JSON.parse(before.replace('"rules":[', `"rules":[${JSON.stringify(seed)},`));
      await hub.world.seed({ [id]: id === rules('groups') ? inside : seed });
    }
    await hub.world.configure(config(shards, { list: { never: [never('20.0.4.0/24')] } }));
    await hub.world.writes();
    expect((await hub.world.run()).status).toBe('applied');
    // Nothing is taken out of the rule or deleted.
    expect((await hub.world.writes()).map(({ method, path }) => `${method} ${path.split('/').at(-1)}`)).toEqual([
      'PUT ruled-2',
    ]);
    expect((await hub.raw(`${network}/ipGroups/ruled-2`))?.properties.ipAddresses).toEqual(['20.0.0.0/24']);
    expect(await hub.named()).toEqual(expect.arrayContaining(['ruled-1', 'ruled-2']));
    expect((await hub.world.run()).status).toBe('no-change');
  });

  it('keeps such a group also where its own rule is gone', async () => {
    await hub.world.configure(config(shards));
    await hub.world.run();
    await hub.world.seed({
      [rules('groups')]: { properties: { priority: 400, ruleCollections: [collection] } },
      [rules('others')]: elsewhere,
    });
    await hub.world.configure(config(shards, { list: { never: [never('20.0.4.0/24')] } }));
    expect((await hub.world.run()).status).toBe('applied');
    expect((await hub.raw(`${network}/ipGroups/ruled-2`))?.properties.ipAddresses).toEqual(['20.0.0.0/24']);
    expect(await hub.named()).toEqual(['ruled-1', 'ruled-2']);
  });

  it('deletes a group that only its own rule named, in a classic firewall as well', async () => {
    const branch = 'ip-group with its rule in a classic firewall';
    const small = { target: { entriesPerGroup: 2 } };
    await hub.world.configure(config([branch], small));
    await hub.world.run();
    await hub.world.writes();
    await hub.world.configure(config([branch], { ...small, list: { never: [never('20.0.4.0/24')] } }));
    await hub.world.run();
    const order = (await hub.world.writes()).map(({ method, path }) => `${method} ${path.split('/').at(-1)}`);
    expect(order).toEqual(['PUT branch', 'DELETE branch-2']);
    expect((await hub.world.run()).status).toBe('no-change');
  });
});
