import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

// Two rules of one direction cannot share a priority. Whoever had it first has it: what is to be created is refused with the
// other rule's name and a priority that is free, before anything is written.

let world: World;
let folder: string;

const config = (change: object = {}) => ({
  lists: { west: { tags: ['Storage.WestUS'], families: ['ipv4', 'ipv6'] } },
  channels: { log: { kind: 'log' } },
  targets: {
    agents: {
      ...{ kind: 'nsg', mode: 'sync', list: 'west' },
      subscriptionId: '00000000-0000-0000-0000-000000000001',
      ...{ resourceGroup: 'rg-network', nsg: 'nsg-build', rule: 'acr', priority: 200 },
      ...change,
    },
  },
});

const idOf = (rule: string) =>
  `${world.group}/providers/Microsoft.Network/networkSecurityGroups/nsg-build/securityRules/${rule}`;

/** A rule of somebody else. */
const rule = (priority: number, direction = 'Outbound') => ({
  properties: {
    ...{ protocol: 'Tcp', access: 'Allow', priority, direction, sourcePortRange: '*', destinationPortRange: '22' },
    ...{ sourceAddressPrefix: '10.0.0.0/8', destinationAddressPrefix: '*' },
  },
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nsg-priority-'));
  world = await openWorld(inject('azurite'), config());
  const file = join(folder, 'ServiceTags_Public_20240115.json');
  const tags = { 'Storage.WestUS': ['20.0.0.0/24', '2603:1030::/48'] };
  await writeFile(file, makeCatalogJson({ changeNumber: 200, tags }));
  world.set({ publication: file, now: '2024-01-16T00:00:00Z' });
});
afterEach(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

test('a priority that another rule of the direction has is refused at planning, with that rule and the next free one', async () => {
  await world.seed({ [idOf('ssh')]: rule(200), [idOf('dns')]: rule(201), [idOf('ntp')]: rule(203) });
  const view = await world.run();
  expect(view.status).toBe('refused');
  expect(await world.writes()).toEqual([]);
  const said =
    'Rule acr-ipv4 does not exist in nsg-build yet and cannot be created: rule ssh has its priority 200 among the outbound rules';
  const next = 'set `priority` of this target to a free one (the next is 202), or give the other rule another priority';
  const status = (await world.status()).targets.find(({ id }) => id === 'agents');
  expect(status?.reasons).toMatchObject([
    { rule: 'priority-taken', text: said, next },
    { rule: 'priority-taken', text: expect.stringContaining('rule dns has its priority 201') },
  ]);
  const { plans } = await (await world.service()).dryRun({ trigger: 'http' });
  expect(plans[0]?.parts.map(({ verdict }) => verdict.kind)).toEqual(['refuse', 'refuse']);
  const told = { kind: 'target-refused', target: 'agents', inPart: true };
  expect(view.events).toContainEqual(expect.objectContaining(told));
  expect(world.logged.some((line) => line.includes('service-tag-sync.notice.refused'))).toBe(true);

  await world.configure(config({ priority: 202, priorityIPv6: 204 }));
  expect((await world.run()).status).toBe('applied');
  expect((await world.run()).status).toBe('no-change');
});

test('the other direction does not count', async () => {
  await world.seed({ [idOf('ssh')]: rule(200, 'Inbound'), [idOf('dns')]: rule(201, 'Inbound') });
  expect((await world.run()).status).toBe('applied');
});

test('a family whose rule cannot be created does not hold the other one up', async () => {
  await world.seed({ [idOf('dns')]: rule(201) });
  const view = await world.run();
  expect(view.status).toBe('refused');
  expect(view.targets[0]?.outcomes.map(({ result, added }) => [result, added])).toEqual([
    ['done', ['20.0.0.0/24']],
    ['refused', ['2603:1030::/48']],
  ]);
  expect(await world.live('agents')).toEqual(['20.0.0.0/24']);
  await world.writes();
  await world.run();
  expect(await world.writes()).toEqual([]);
  await world.remove(idOf('dns'));
  expect((await world.run()).status).toBe('applied');
  expect(await world.live('agents')).toEqual(['20.0.0.0/24', '2603:1030::/48']);
});

test("a priority of a family that the list does not have is nobody's matter", async () => {
  await world.seed({ [idOf('dns')]: rule(201) });
  await world.configure({ ...config(), lists: { west: { tags: ['Storage.WestUS'] } } });
  expect((await world.run()).status).toBe('applied');
});

test('a rule that exists keeps the priority that it has', async () => {
  await world.run();
  await world.configure(config({ priority: 300 }));
  await world.seed({ [idOf('dns')]: rule(300) });
  expect((await world.run()).status).toBe('no-change');
});

test('a priority taken after the plan was made ends with the same words, and without a write', async () => {
  const { run } = await world.begin();
  await world.seed({ [idOf('ssh')]: rule(200), [idOf('dns')]: rule(201) });
  await world.drain();
  const view = await (await world.service()).run(run);
  expect(view?.status).toBe('refused');
  expect(JSON.stringify(view?.targets[0]?.outcomes)).toContain('rule ssh has its priority 200');
  expect(await world.writes()).toEqual([]);
});

test('a priority taken right before the write ends with the same words', async () => {
  const foreign = { id: idOf('ssh'), merge: rule(200) };
  await world.faults([{ match: { method: 'PUT' }, effect: { foreign } }]);
  const view = await world.run();
  const failed = view.targets[0]?.outcomes.find(({ result }) => result === 'failed');
  expect(failed).toMatchObject({
    error: { kind: 'invalid', code: 'SecurityRuleConflict', status: 400 },
    text: expect.stringMatching(
      /rule ssh has its priority 200 among the outbound rules\. Nothing was written; set `priority` .*the next is 202/,
    ),
  });
});
