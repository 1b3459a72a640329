import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'jsonc-parser';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createFeedServer } from '../../src/composition-root.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { ask, request } from '../support/service.ts';
import { openWorld, type World } from '../support/world.ts';

// The first configurations that people write, as they stand in docs/examples, run from their first to a later change.

const id =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-network/providers/Microsoft.ContainerRegistry/registries/contoso';
const tags = {
  'AzureContainerRegistry.NorthEurope': ['20.1.0.0/24'],
  'AzureContainerRegistry.WestEurope': ['20.0.0.0/24'],
  'DataFactory.WestEurope': ['20.4.0.0/29'],
  'Storage.NorthEurope': ['20.3.0.0/23'],
  'Storage.WestEurope': ['20.2.0.0/23'],
};
const all = ['20.0.0.0/24', '20.1.0.0/24', '20.2.0.0/23', '20.3.0.0/23'];

let folder: string;
const worlds: World[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'service-tags-examples-'));
  await writeFile(join(folder, 'ServiceTags_Public_20300114.json'), makeCatalogJson({ changeNumber: 100, tags }));
});
afterAll(async () => {
  for (const world of worlds) await world.close();
  await rm(folder, { recursive: true });
});

/** A world with the example's config, a registry in West Europe, and a replica in North Europe. */
async function example(file: string, now: string, properties: object = {}): Promise<World> {
  const text = await readFile(new URL(`../../docs/examples/${file}`, import.meta.url), 'utf8');
  expect(text.trimEnd().split('\n').length).toBeLessThan(40);
  const world = await openWorld(inject('azurite'), parse(text, [], { allowTrailingComma: true }));
  worlds.push(world);
  await world.seed({
    [id]: { location: 'westeurope', sku: { name: 'Premium' }, properties },
    [`${id}/replications/northeurope`]: { location: 'northeurope', properties: {} },
  });
  world.set({ publication: join(folder, 'ServiceTags_Public_20300114.json'), now });
  return world;
}

test('an on-premises firewall pulls what a registry and its replica need', async () => {
  const world = await example('on-premises-feed.json', '2030-01-15T12:00:00Z');
  expect((await world.run()).status).toBe('applied');
  const pull = (password: string) =>
    ask(
      'feeds',
      request('GET', '/api/feeds/factory', {
        params: { name: 'factory' },
        headers: {
          authorization: `Basic ${Buffer.from(`firewall-1:${password}`).toString('base64')}`,
          'x-forwarded-for': '203.0.113.10:50000',
        },
      }),
      { feeds: () => createFeedServer({ ...world.env, FIREWALL_1: 'a secret of firewall-1' }, () => undefined) },
    );
  const answer = await pull('a secret of firewall-1');
  expect(answer.status).toBe(200);
  expect(String(answer.body).trim().split('\n')).toEqual(all);
  expect((await pull('another')).status).toBe(401);
});

test('a hub takes additions at night, and lets go what the change board approved', async () => {
  const world = await example('hub-change-board.json', '2030-01-15T12:00:00Z');
  expect((await world.run()).armWrites).toBe(0);
  expect(await world.live('hub')).toEqual([]);
  world.set({ now: '2030-01-15T23:00:00Z' });
  expect((await world.run()).status).toBe('applied');
  expect(await world.live('hub')).toEqual(all);

  await world.remove(`${id}/replications/northeurope`);
  await world.run();
  const board = { name: 'change board', how: 'token', groups: ['5f1b7c0e-2d4a-4c63-9d0e-7a1c55d8b901'] } as const;
  const [hold] = await (await world.desk()).holds();
  const remove = { kind: 'answer', holds: [hold?.id ?? ''], answer: 'remove' } as const;
  await expect(world.say(remove, { by: board })).rejects.toThrow('CHG0042137');
  await expect(world.say(remove, { ticket: 'CHG0042138' })).rejects.toThrow('group');
  await world.say(remove, { by: board, ticket: 'CHG0042138' });
  // What is taken out waits for the board's approval of exactly these ranges.
  expect(await world.live('hub')).toEqual(all);
  const waiting = (await world.status()).targets[0]?.outcomes.find(({ result }) => result === 'waiting');
  expect(waiting).toMatchObject({ removed: ['20.1.0.0/24', '20.3.0.0/23'] });
  const part = waiting?.subject.replace('part:', '') ?? '';
  const approve = { kind: 'approve', part } as const;
  await expect(world.say(approve, { by: board, ticket: 'CHG0042139' })).rejects.toThrow('who asked for it');
  await world.say(approve, { by: { ...board, name: 'another of the board' }, ticket: 'CHG0042139' });
  expect(await world.live('hub')).toEqual(['20.0.0.0/24', '20.2.0.0/23']);
});

test('a restricted registry admits a NAT address for good, and a shared tag until the risk is over', async () => {
  const world = await example('restricted-registry.json', '2030-01-15T12:00:00Z', {
    networkRuleSet: { defaultAction: 'Deny', ipRules: [{ action: 'Allow', value: '198.51.100.1' }] },
  });
  expect((await world.run()).status).toBe('applied');
  expect(await world.live('registry')).toEqual(['198.51.100.1', '20.4.0.0/29', '203.0.113.7/32']);
  expect((await world.run()).status).toBe('no-change');
  world.set({ now: '2031-07-01T12:00:00Z' });
  const over = await world.run();
  expect(over.targets[0]?.outcomes[0]?.text).toContain('accepted until 2031-07-01');
  expect(over.armWrites).toBe(0);
  expect(await world.live('registry')).toEqual(['198.51.100.1', '20.4.0.0/29', '203.0.113.7/32']);
});
