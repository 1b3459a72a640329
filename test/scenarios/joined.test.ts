import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

const acr = {
  kind: 'registry',
  mode: 'sync',
  list: 'builds',
  subscriptionId: '00000000-0000-0000-0000-000000000001',
  resourceGroup: 'rg-network',
  registry: 'contoso',
  maxRules: 3,
  accept: { risk: 'shared-azure-tag', reason: 'builds run in Azure', owner: 'platform' },
};
const config = (maxOverGrant: number) => ({
  lists: { builds: { tags: ['Storage.WestUS'] } },
  targets: { acr: { ...acr, maxOverGrant } },
  // A gain of this size is a question otherwise.
  policy: { gainQuestionAddresses: 100_000 },
});
const office = '198.51.100.7';

let world: World;
let folder: string;

async function publish(changeNumber: number, prefixes: readonly string[], now: string): Promise<void> {
  const path = join(folder, `ServiceTags_Public_${now.slice(0, 10).replaceAll('-', '')}.json`);
  await writeFile(path, makeCatalogJson({ changeNumber, tags: { 'Storage.WestUS': [...prefixes] } }));
  world.set({ publication: path, now });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'joined-'));
  world = await openWorld(inject('azurite'), config(0));
  await world.seed({
    [`${world.group}/providers/Microsoft.ContainerRegistry/registries/contoso`]: {
      location: 'westus',
      sku: { name: 'Premium' },
      properties: {
        publicNetworkAccess: 'Enabled',
        networkRuleSet: { defaultAction: 'Deny', ipRules: [{ action: 'Allow', value: office }] },
      },
    },
  });
  await publish(200, ['20.0.0.0/24', '20.0.2.0/24', '40.0.0.0/16'], '2024-01-02T00:00:00Z');
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

describe('a list that does not fit', () => {
  test('is refused with the sum and what joining would cost, and nothing is written', async () => {
    const view = await world.run();
    expect(view.status).toBe('refused');
    const text = view.targets[0]?.outcomes[0]?.text;
    expect(text).toContain('4 entries are needed and 3 fit');
    expect(text).toContain('joined to 2 entries it fits and lets in 512 addresses beyond the list');
    expect(text).toContain('20.0.1.0/24, 20.0.3.0/24');
    expect(text).toContain('"maxOverGrant": 512');
    expect(await world.writes()).toEqual([]);
    await world.configure(config(511));
    expect((await world.run()).status).toBe('refused');
  });

  test('is joined where that is allowed, says so, and the next run is empty', async () => {
    await world.configure(config(512));
    const view = await world.run();
    expect(view.status).toBe('applied');
    expect(await world.live('acr')).toEqual([office, '20.0.0.0/22', '40.0.0.0/16']);
    expect(view.targets[0]?.notes?.join()).toContain('512 addresses beyond the list');
    const next = await world.run();
    expect(next.status).toBe('no-change');
    expect(next.targets[0]?.notes?.join()).toContain('20.0.1.0/24, 20.0.3.0/24');
  });

  test('takes what is new and lets go of what is beyond the list as soon as it can', async () => {
    await publish(201, ['20.0.0.0/24', '20.0.1.0/24', '20.0.2.0/24', '40.0.0.0/16'], '2024-01-09T00:00:00Z');
    expect((await world.run()).status).toBe('no-change');
    await publish(202, ['20.0.0.0/22', '40.0.0.0/16', '40.2.0.0/16'], '2024-01-16T00:00:00Z');
    await world.configure(config(200_000));
    expect((await world.run()).status).toBe('applied');
    expect(await world.live('acr')).toEqual([office, '20.0.0.0/22', '40.0.0.0/14']);
    await world.configure({ ...config(0), targets: { acr: { ...acr, maxRules: 10 } } });
    expect((await world.run()).status).toBe('applied');
    expect(await world.live('acr')).toEqual([office, '20.0.0.0/22', '40.0.0.0/16', '40.2.0.0/16']);
    expect((await world.run()).status).toBe('no-change');
  });
});
