import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

// The limit of a network security group is for all rules of one direction together, whoever wrote them.

let world: World;
let folder: string;

const agents = {
  kind: 'nsg',
  mode: 'sync',
  list: 'west',
  subscriptionId: '00000000-0000-0000-0000-000000000001',
  resourceGroup: 'rg-network',
  nsg: 'nsg-build',
  rule: 'acr',
  priority: 200,
};
const config = (change: object = {}) => ({
  lists: { west: { tags: ['Storage.WestUS'], families: ['ipv4', 'ipv6'] } },
  targets: { agents: { ...agents, ...change } },
});

/** Rules of other people with so many prefixes, in each direction. */
function others(count: number) {
  const prefixes = Array.from({ length: count }, (_, i) => `11.${i >> 8}.${i & 255}.0/24`);
  const rule = (direction: string, holding: object) => ({
    properties: {
      ...{ protocol: 'Tcp', access: 'Allow', priority: 300, sourcePortRange: '*', destinationPortRange: '443' },
      direction,
      ...holding,
    },
  });
  const rules = `${world.group}/providers/Microsoft.Network/networkSecurityGroups/nsg-build/securityRules`;
  return {
    [`${rules}/out`]: rule('Outbound', { sourceAddressPrefix: '*', destinationAddressPrefixes: prefixes }),
    [`${rules}/in`]: rule('Inbound', {
      sourceAddressPrefix: '*',
      destinationAddressPrefixes: Array.from({ length: 5_000 }, (_, i) => `12.${i >> 8}.${i & 255}.0/24`),
    }),
  };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nsg-room-'));
  world = await openWorld(inject('azurite'), config());
  const file = join(folder, 'ServiceTags_Public_20240115.json');
  const tags = { 'Storage.WestUS': ['20.0.0.0/24', '20.0.2.0/24', '20.0.4.0/24', '2603:1030::/48'] };
  await writeFile(file, makeCatalogJson({ changeNumber: 200, tags }));
  world.set({ publication: file, now: '2024-01-16T00:00:00Z' });
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

test('a list that does not fit beside the rules of others is refused with the sum, and nothing of it written', async () => {
  await world.seed(others(5_997));
  const view = await world.run();
  expect(view.status).toBe('refused');
  expect(view.targets[0]?.outcomes[0]?.text).toMatch(
    /^4 entries are needed beside the 5,997 that are not of this target, and 6,000 fit in all; 1 have no room; .*joined to 2 entries it fits and lets in 512 addresses/,
  );
  expect(await world.writes()).toEqual([]);
});

test('joined as far as it may be, it is written', async () => {
  await world.configure(config({ maxOverGrant: 512 }));
  expect((await world.run()).status).toBe('applied');
  expect(await world.live('agents')).toHaveLength(3);
  expect((await world.run()).status).toBe('no-change');
});

test('to the last entry there is room', async () => {
  await world.seed(others(5_996));
  await world.configure(config({ rule: 'more', priority: 400 }));
  expect((await world.run()).status).toBe('refused');
  await world.seed(others(5_993));
  expect((await world.run()).status).toBe('applied');
});

test('a subscription with another limit says it, lower or higher, and the refusal names the setting', async () => {
  const named =
    /4 entries are needed beside the 1,007 .* and 1,009 fit in all; .*`maxAddressesPerDirection` of this target/;
  await world.seed(others(1_000));
  await world.configure(config({ rule: 'low', priority: 500, maxAddressesPerDirection: 1_009 }));
  expect((await world.run()).targets[0]?.outcomes[0]?.text).toMatch(named);
  await world.configure(config({ rule: 'low', priority: 500, maxAddresses: 2 }));
  expect((await world.run()).targets[0]?.outcomes[0]?.text).toMatch(/3 IPv4|4 entries .*`maxAddresses` of this target/);
  await world.seed(others(6_000));
  await world.configure(config({ rule: 'low', priority: 500, maxAddressesPerDirection: 9_000 }));
  const { parts } = (await (await world.service()).dryRun({ trigger: 'http' })).plans[0] ?? { parts: [] };
  expect(parts.filter(({ direction }) => direction === 'add').map(({ verdict }) => verdict.kind)).toEqual(['go']);
});

test('where Azure allows less than the setting says, its refusal says what to set', async () => {
  await world.seed(others(10));
  await world.configure(config({ rule: 'late', priority: 600 }));
  const code = 'SecurityRuleAddressesOrPortsPerSecurityGroupLimitReached';
  const message = 'A security group cannot have more than 4000.';
  await world.faults([{ match: { method: 'PUT' }, times: 9, effect: { status: 400, code, message } }]);
  const text = (await world.run()).targets[0]?.outcomes[0]?.text;
  expect(text).toContain('set it on the target to the number that Azure names');
  await world.faults([]);
});

test('a group that is full is refused at planning, family by family', async () => {
  await world.configure(config({ rule: 'full', priority: 700, maxRules: 3 }));
  await world.writes();
  const view = await world.run();
  // Rules `out` and `in` are there, and those of the tests above.
  expect(JSON.stringify(view.targets[0]?.outcomes)).toMatch(/cannot be created: the group has \d+ rules, and 3 fit/);
  expect(await world.writes()).toEqual([]);
});
