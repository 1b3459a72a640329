import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { knownKinds } from '../../src/config/load.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { grantsOf, rolesOf } from '../../src/run/rights.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const group = `/subscriptions/${place.subscriptionId}/resourceGroups/${place.resourceGroup}`;
const network = `${group}/providers/Microsoft.Network`;
const policy = `${network}/firewallPolicies/hub`;
const rules = (name: string) => `${policy}/ruleCollectionGroups/${name}`;
const registry = `${group}/providers/Microsoft.ContainerRegistry/registries/contoso`;
const collection = {
  ruleCollectionType: 'FirewallPolicyFilterRuleCollection',
  name: 'allow',
  priority: 100,
  action: { type: 'Allow' },
  rules: [],
};
const surroundings = {
  [policy]: { location: 'westus', properties: {} },
  [rules('direct')]: { properties: { priority: 300, ruleCollections: [collection] } },
  [rules('groups')]: { properties: { priority: 400, ruleCollections: [collection] } },
  [`${network}/azureFirewalls/hub-fw`]: { location: 'westus', properties: { firewallPolicy: { id: policy } } },
  [`${network}/azureFirewalls/branch`]: {
    location: 'westus',
    properties: {
      networkRuleCollections: [{ name: 'allow', properties: { priority: 100, action: { type: 'Allow' }, rules: [] } }],
    },
  },
  [registry]: {
    location: 'westus',
    sku: { name: 'Premium' },
    properties: { publicNetworkAccess: 'Enabled', networkRuleSet: { defaultAction: 'Deny', ipRules: [] } },
  },
};
const rule = { collection: 'allow', rule: 'acr' };
const targets = {
  'ip-group': { kind: 'ip-group', ...place, name: 'plain', location: 'westus' },
  'ip-group-rule': {
    kind: 'ip-group',
    ...place,
    name: 'ruled',
    location: 'westus',
    rule: { ...rule, policy: 'hub', ruleCollectionGroup: 'groups' },
  },
  'ip-group-classic': {
    kind: 'ip-group',
    ...place,
    name: 'branch',
    location: 'westus',
    rule: { ...rule, rule: 'groups', firewall: 'branch' },
  },
  policy: { kind: 'firewall-policy', ...place, ...rule, policy: 'hub', ruleCollectionGroup: 'direct' },
  classic: { kind: 'azure-firewall', ...place, ...rule, firewall: 'branch' },
  nsg: { kind: 'nsg', ...place, nsg: 'nsg-build', rule: 'acr', priority: 200 },
  registry: {
    kind: 'registry',
    ...place,
    registry: 'contoso',
    accept: { risk: 'shared-azure-tag', reason: 'builds run in Azure', owner: 'platform' },
  },
  names: {
    kind: 'firewall-policy-fqdn',
    list: 'names',
    ...place,
    ...rule,
    rule: 'names',
    policy: 'hub',
    ruleCollectionGroup: 'direct',
  },
};
const ids = Object.keys(targets) as (keyof typeof targets)[];

const configOf = (mode: string, ...only: (keyof typeof targets)[]) => ({
  lists: { west: { tags: ['Storage.WestUS'] }, names: { names: ['contoso.azurecr.io'] } },
  targets: Object.fromEntries(only.map((id) => [id, { mode, list: 'west', ...targets[id] }])),
});

/** `Microsoft.Network/firewallPolicies/ruleCollectionGroups/read` for a GET of a group, or of all groups, of a policy. */
function actionOf({ method, path }: { method: string; path: string }): string {
  const [provider, ...rest] = (path.split('/providers/').at(-1) ?? '').split('/');
  const types = rest.filter((_, index) => index % 2 === 0);
  return [provider, ...types, method === 'GET' ? 'read' : method].join('/');
}

let folder: string;
let world: World;
let publication: string;

async function requestsOf(work: () => Promise<unknown>): Promise<{ method: string; path: string }[]> {
  const log = async () => (await (await fetch(`${world.arm}/-/log`)).json()) as { method: string; path: string }[];
  const before = (await log()).length;
  await work();
  return (await log()).slice(before);
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'report-only-'));
  publication = join(folder, 'ServiceTags_Public_20240115.json');
  await writeFile(publication, makeCatalogJson({ changeNumber: 200, tags: { 'Storage.WestUS': ['20.0.0.0/24'] } }));
  world = await openWorld(inject('azurite'), configOf('report-only', 'ip-group'));
  world.set({ publication, now: '2024-01-16T12:00:00Z' });
  await world.seed(surroundings);
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

test.each(ids)('%s asks for exactly what the role of its reports allows', async (id) => {
  const given = configOf('report-only', id);
  await world.configure(given);
  const requests = await requestsOf(async () => {
    const { targets: seen } = await world.run();
    expect(seen[0]?.outcomes.map(({ result }) => result)).toEqual(['reported']);
  });
  const text = JSON.stringify({ schema: 1, instance: 'contoso', cloud: 'Public', ...given });
  const { config } = parseConfig(text, { file: 'test', kinds: knownKinds, now: new Date('2024-01-16T12:00:00Z') });
  const roles = rolesOf(knownKinds.targets);
  const allowed = new Set(grantsOf(config, knownKinds.targets).flatMap(({ role }) => roles[role] ?? []));
  expect(new Set(requests.map(actionOf))).toEqual(allowed);
});

test('without that right the target fails and says what is missing where, and the others go on', async () => {
  await world.configure({
    ...configOf('report-only', 'nsg', 'ip-group'),
    targets: { ...configOf('report-only', 'nsg').targets, ...configOf('sync', 'ip-group').targets },
  });
  const nsg = `${network}/networkSecurityGroups/nsg-build`;
  await world.faults([
    {
      match: { method: 'GET', pathIncludes: 'networkSecurityGroups' },
      times: 9,
      effect: {
        status: 403,
        code: 'AuthorizationFailed',
        message: `The client 'app' does not have authorization to perform action 'Microsoft.Network/networkSecurityGroups/read' over scope '${nsg}'.`,
      },
    },
  ]);
  const view = await world.run();
  expect(view.status).toBe('partial');
  expect(Object.fromEntries(view.targets.map(({ id, status }) => [id, status]))).toEqual({
    nsg: 'failed',
    'ip-group': 'applied',
  });
  const [outcome] = view.targets.find(({ id }) => id === 'nsg')?.outcomes ?? [];
  expect(outcome?.text).toContain(`lacks Microsoft.Network/networkSecurityGroups/read on ${nsg}`);
  expect(outcome?.text).toContain('reportOnlyReads');
  // Nothing to write, and still no good run: nobody knows what the report would have said.
  expect((await world.run()).status).toBe('failed');
});
