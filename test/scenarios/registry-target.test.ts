import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const accept = { risk: 'shared-azure-tag', reason: 'builds run in Azure', owner: 'platform' };
const acr = { kind: 'registry', mode: 'sync', list: 'builds', ...place, registry: 'contoso', accept };
const config = (change: object = {}, list: object = {}) => ({
  lists: { builds: { tags: ['Storage.WestUS'], ...list } },
  targets: { acr: { ...acr, ...change } },
});

let world: World;
let folder: string;
let id: string;

async function publish(changeNumber: number, prefixes: readonly string[], now: string): Promise<void> {
  const path = join(folder, `ServiceTags_Public_${now.slice(0, 10).replaceAll('-', '')}.json`);
  await writeFile(path, makeCatalogJson({ changeNumber, tags: { 'Storage.WestUS': [...prefixes] } }));
  world.set({ publication: path, now });
}

const seed = (values: readonly string[], defaultAction = 'Deny') =>
  world.seed({
    [id]: {
      location: 'westus',
      sku: { name: 'Premium' },
      properties: {
        publicNetworkAccess: 'Enabled',
        networkRuleSet: { defaultAction, ipRules: values.map((value) => ({ action: 'Allow', value })) },
      },
    },
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry-'));
  world = await openWorld(inject('azurite'), config());
  id = `${world.group}/providers/Microsoft.ContainerRegistry/registries/contoso`;
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

describe('a registry that others write too', () => {
  test('is not written while its rules have no effect', async () => {
    await seed(['198.51.100.7'], 'Allow');
    await publish(200, ['20.0.0.0/24', '20.0.1.0/24', '20.0.8.0/24'], '2024-01-02T00:00:00Z');
    const view = await world.run();
    expect(view.status).toBe('refused');
    expect(view.targets[0]?.outcomes[0]?.text).toContain('no effect');
    expect(await world.writes()).toEqual([]);
  });

  test('gets what is missing beside what is there, without being asked to adopt it', async () => {
    // Somebody has put one of the tag's ranges there already, and one within another.
    await seed(['198.51.100.7', '20.0.8.0/24', '20.0.0.0/26']);
    expect((await world.run()).status).toBe('applied');
    expect((await world.live('acr')).slice(0, 3)).toEqual(['198.51.100.7', '20.0.8.0/24', '20.0.0.0/26']);
    expect((await world.run()).status).toBe('no-change');
  });

  test('keeps what others wrote when the list lets go of it, and takes out what we wrote', async () => {
    await world.configure(
      config(
        {},
        {
          never: [
            { prefix: '20.0.8.0/24', reason: 'r', owner: 'o' },
            { prefix: '20.0.1.0/24', reason: 'r', owner: 'o' },
          ],
        },
      ),
    );
    expect((await world.run()).status).toBe('applied');
    const live = await world.live('acr');
    expect(live).toContain('20.0.8.0/24');
    expect(live).toContain('20.0.0.0/26');
    expect(live.filter((entry) => entry.startsWith('20.0.1.'))).toEqual([]);
  });

  test('knows its own entries after a crash between the write and the record', async () => {
    await world.configure(config());
    const before = await world.live('acr');
    // The write takes effect, and nothing is read after it: how it ended is not known, nor what is there now.
    const effect = { status: 403, code: 'AuthorizationFailed' };
    await world.faults([
      { match: { method: 'GET', pathIncludes: '/operations/' }, times: 9, effect },
      { match: { method: 'GET', pathIncludes: '/registries/', nth: 6 }, times: 9, effect },
    ]);
    const view = await world.run();
    expect(view.targets[0]?.outcomes[0]?.text).toContain('could not be read back');
    await world.faults([]);
    const after = await world.live('acr');
    expect(after).not.toEqual(before);
    await world.configure(config({}, { never: [{ prefix: '20.0.1.0/24', reason: 'r', owner: 'o' }] }));
    await world.run();
    // 20.0.0.0/24 and 20.0.1.0/24 are one entry, 20.0.0.0/23: it goes, although the run that wrote it never knew that it had.
    expect([...(await world.live('acr'))].sort()).toEqual([...before].sort());
  });

  test('is not written while it has virtual network rules, which the write would drop', async () => {
    await world.configure(config());
    const before = await world.live('acr');
    const known = `${world.arm}${id}?api-version=2021-08-01-preview`;
    const headers = { authorization: 'Bearer test', 'content-type': 'application/json' };
    const ruleSet = async () => {
      const raw = (await (await fetch(known, { headers })).json()) as { properties: { networkRuleSet: object } };
      return raw.properties.networkRuleSet;
    };
    const virtualNetworkRules = [{ action: 'Allow', virtualNetworkSubnetResourceId: '/subnets/agents' }];
    const change = async (rules: readonly object[]) => {
      const networkRuleSet = { ...(await ruleSet()), virtualNetworkRules: rules };
      await fetch(known, { method: 'PATCH', headers, body: JSON.stringify({ properties: { networkRuleSet } }) });
    };
    await change(virtualNetworkRules);
    await world.writes();
    for (const _ of [1, 2]) {
      const view = await world.run();
      expect(view.status).toBe('refused');
      expect(view.targets[0]?.outcomes[0]?.text).toContain('/subnets/agents');
    }
    expect(await world.writes()).toEqual([]);
    expect(await ruleSet()).toMatchObject({ virtualNetworkRules });
    await change([]);
    expect((await world.run()).status).toBe('applied');
    expect(await world.live('acr')).not.toEqual(before);
    expect((await world.run()).status).toBe('no-change');
  });

  test('wants somebody who answers for the risk, and writes nothing once that is over', async () => {
    await world.configure(config({ accept: undefined }));
    // A config that is not right leaves the last good one in force, and is told of.
    expect(JSON.stringify((await world.run()).events)).toContain('shared-azure-tag');
    await world.configure(config({ foreignEntries: 'remove' }));
    expect(JSON.stringify((await world.run()).events)).toContain('people and pipelines write this list too');
    await world.configure(config({ accept: { ...accept, expires: '2024-01-02' } }));
    await world.writes();
    const view = await world.run();
    expect(view.status).toBe('refused');
    expect(view.targets[0]?.outcomes[0]?.text).toContain('accepted until 2024-01-02');
    expect(await world.writes()).toEqual([]);
  });
});
