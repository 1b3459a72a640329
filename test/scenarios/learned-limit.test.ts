import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import type { RunView } from '../../src/run/service.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

// Azure may take fewer entries than it documents: what its refusal says is what the target plans with from then on.

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const accept = { risk: 'shared-azure-tag', reason: 'builds run in Azure', owner: 'platform' };
const office = { action: 'Allow', value: '198.51.100.7' };
const registry = '/providers/Microsoft.ContainerRegistry/registries/contoso';

const kinds = [
  {
    kind: 'registry',
    quota: 'ipRules',
    setting: 'maxRules',
    settings: { registry: 'contoso', accept },
    // One is the office.
    room: 4,
    writes: 'PATCH',
  },
  {
    kind: 'nsg',
    quota: 'securityRuleAddresses',
    setting: 'maxAddresses',
    settings: { nsg: 'nsg-build', rule: 'acr', priority: 200 },
    room: 3,
    writes: 'PUT',
  },
  {
    kind: 'ip-group',
    quota: 'ipGroupAddresses',
    setting: 'entriesPerGroup',
    settings: { name: 'acr', location: 'westus', maxGroups: 1 },
    room: 3,
    writes: 'PUT',
  },
] as const;

let world: World;
let folder: string;

const textsIn = (view: RunView) => view.targets.flatMap(({ outcomes }) => outcomes.map(({ text }) => text)).join(' ');

async function publish(changeNumber: number, prefixes: readonly string[], now: string): Promise<void> {
  const path = join(folder, `ServiceTags_Public_${now.slice(0, 10).replaceAll('-', '')}.json`);
  await writeFile(path, makeCatalogJson({ changeNumber, tags: { 'Storage.WestUS': [...prefixes] } }));
  world.set({ publication: path, now });
}

const allow = (quota: string, most: number) => world.seed({ quotas: { [quota]: most } });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'learned-'));
  world = await openWorld(inject('azurite'), {});
  await world.seed({
    [`${world.group}${registry}`]: {
      location: 'westus',
      sku: { name: 'Premium' },
      properties: { publicNetworkAccess: 'Enabled', networkRuleSet: { defaultAction: 'Deny', ipRules: [office] } },
    },
  });
});
afterEach(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

describe.each(kinds)('a limit of Azure that is lower than documented: $kind', (kind) => {
  const configure = (change: object = {}) =>
    world.configure({
      lists: { builds: { tags: ['Storage.WestUS'] } },
      targets: { it: { kind: kind.kind, mode: 'sync', list: 'builds', ...place, ...kind.settings, ...change } },
      policy: { gainQuestionAddresses: 100_000 },
    });
  const four = ['20.0.0.0/24', '20.0.2.0/24', '40.0.0.0/16', '60.0.0.0/16'];

  test('is learned from the refusal, remembered, and lasts until more is taken or the config says otherwise', async () => {
    await configure();
    await publish(200, ['20.0.0.0/24', '20.0.2.0/24', '40.0.0.0/16'], '2024-01-02T00:00:00Z');
    expect((await world.run()).status).toBe('applied');
    const before = await world.live('it');

    await allow(kind.quota, kind.room);
    await publish(201, four, '2024-01-09T00:00:00Z');
    await world.writes();
    const refused = await world.run();
    expect(refused.status).toBe('failed');
    expect(textsIn(refused)).toContain(`${kind.room + 1} entries are needed and ${kind.room} fit`);
    expect(textsIn(refused)).toContain(`\`${kind.setting}\``);
    expect(textsIn(refused)).toContain('"maxOverGrant": 512');
    expect(textsIn(refused)).not.toMatch(/was changed|try again|tries again|report this|will be refused again/);
    expect(refused.targets[0]?.outcomes[0]?.error).toMatchObject({ kind: 'quota', status: 400 });
    expect((await world.writes()).map(({ status }) => status)).toEqual([400]);
    expect(await world.live('it')).toEqual(before);

    // From now on it is known before anything is sent.
    const next = await world.run();
    expect(next.status).toBe('refused');
    expect(textsIn(next)).toContain(`Azure said on 2024-01-09 that it takes ${kind.room} here`);
    expect((await world.status()).targets[0]?.fill).toMatchObject({ room: kind.room });
    expect(await world.writes()).toEqual([]);

    // Joined it fits.
    await configure({ maxOverGrant: 512 });
    expect((await world.run()).status).toBe('applied');
    expect(await world.live('it')).toEqual(expect.arrayContaining(['20.0.0.0/22', '40.0.0.0/16', '60.0.0.0/16']));
    expect((await world.run()).status).toBe('no-change');

    // Azure takes more again: nobody knows until the config says so.
    await allow(kind.quota, 50);
    expect((await world.run()).status).toBe('no-change');
    await configure({ [kind.setting]: 50 });
    expect((await world.run()).status).toBe('applied');
    expect(await world.live('it')).toEqual(expect.arrayContaining(four));
    expect((await world.run()).status).toBe('no-change');
    // More than it said is there now: it is said no longer, whatever the config says.
    await configure();
    expect((await world.run()).status).toBe('no-change');
  });

  test('lets what fits joined go in the same run that learns it', async () => {
    await configure({ maxOverGrant: 512 });
    await allow(kind.quota, kind.room);
    await publish(200, four, '2024-01-02T00:00:00Z');
    await world.writes();
    expect((await world.run()).status).toBe('applied');
    expect((await world.writes()).map(({ status }) => status)).toEqual([
      400,
      kind.kind === 'ip-group' ? 201 : expect.any(Number),
    ]);
    expect(await world.live('it')).toEqual(expect.arrayContaining(['20.0.0.0/22', '40.0.0.0/16', '60.0.0.0/16']));
    expect((await world.run()).status).toBe('no-change');
  });

  test('that names no number is told as it is, and not waited for', async () => {
    await configure();
    await publish(200, four, '2024-01-02T00:00:00Z');
    const effect = { status: 409, code: 'QuotaExceeded', message: 'There is no room.' };
    await world.faults([{ match: { method: kind.writes }, times: 9, effect }]);
    await world.writes();
    const view = await world.run();
    expect(view.status).toBe('failed');
    expect(textsIn(view)).toContain('have the limit raised');
    expect(await world.writes()).toHaveLength(1);
    await world.faults([]);
    expect((await world.run()).status).toBe('applied');
  });
});

test('a limit of Azure is forgotten once others have put in more than it', async () => {
  await world.configure({
    lists: { builds: { tags: ['Storage.WestUS'] } },
    targets: { it: { kind: 'registry', mode: 'sync', list: 'builds', ...place, registry: 'contoso', accept } },
  });
  await allow('ipRules', 2);
  await publish(200, ['20.0.0.0/24', '40.0.0.0/24'], '2024-01-02T00:00:00Z');
  expect((await world.run()).status).toBe('failed');
  expect((await world.run()).status).toBe('refused');
  await allow('ipRules', 50);
  const ipRules = ['198.51.100.7', '198.51.100.8', '198.51.100.9'].map((value) => ({ ...office, value }));
  const properties = { publicNetworkAccess: 'Enabled', networkRuleSet: { defaultAction: 'Deny', ipRules } };
  await world.seed({ [`${world.group}${registry}`]: { location: 'westus', sku: { name: 'Premium' }, properties } });
  expect((await world.run()).status).toBe('applied');
  expect(await world.live('it')).toHaveLength(5);
});
