import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { withSourceAway } from '../../src/cli/init/run-init.ts';
import { createDoctor, createService } from '../../src/composition-root.ts';
import type { Check } from '../../src/doctor/check.ts';
import { makeCatalogJson, makeCatalogValue } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const config = {
  lists: { west: { tags: ['Storage.WestUS'] }, own: { prefixes: ['203.0.113.0/24'] } },
  targets: {
    hub: { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'west', location: 'westus' },
    build: { kind: 'nsg', mode: 'sync', list: 'west', ...place, nsg: 'nsg-build', rule: 'acr', priority: 200 },
    door: { kind: 'registry', mode: 'sync', list: 'own', ...place, registry: 'contoso' },
  },
};
let world: World;
let folder: string;
let network: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  const publication = join(folder, 'ServiceTags_Public_20240115.json');
  await writeFile(publication, makeCatalogJson({ changeNumber: 200, tags: { 'Storage.WestUS': ['20.1.0.0/24'] } }));
  world = await openWorld(inject('azurite'), config);
  world.set({ publication, now: '2024-01-16T12:00:00Z' });
  network = `${world.group}/providers/Microsoft.Network`;
});

/** All is well. */
beforeEach(async () => {
  await world.configure(config);
  await world.seed({
    locks: [],
    permissions: [],
    [`${network}/azureFirewalls/hub`]: null as unknown as object,
    [`${network}/ipGroups/west-1`]: null as unknown as object,
    [`${network}/networkSecurityGroups/nsg-build`]: { location: 'westus', properties: { securityRules: [] } },
    [registry]: registryOf({}),
  } as Record<string, object>);
});

afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

const registry =
  '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-network/providers/Microsoft.ContainerRegistry/registries/contoso';
const registryOf = (more: object) => ({
  location: 'westus',
  sku: { name: 'Premium' },
  properties: { publicNetworkAccess: 'Enabled', networkRuleSet: { defaultAction: 'Deny', ipRules: [] }, ...more },
});
const ipGroup = (more: object = {}) => ({ location: 'westus', properties: { ipAddresses: ['20.1.0.0/24'] }, ...more });

const examine = (env: NodeJS.ProcessEnv = {}, channels = false) =>
  createDoctor({ ...world.env, ...env }, channels, AbortSignal.timeout(60_000));

/** The faults, and nothing but them. */
async function faults(env: NodeJS.ProcessEnv = {}, channels = false): Promise<readonly Check[]> {
  const found = (await examine(env, channels)).filter(({ result }) => result === 'bad');
  for (const { next } of found) expect(next).toMatch(/\w{3}/);
  return found;
}

test('finds nothing where all is well, and writes nothing', async () => {
  await world.writes();
  const checks = await examine();
  expect(checks.filter(({ result }) => result !== 'good')).toEqual([]);
  expect(checks.map(({ of }) => of)).toEqual(
    expect.arrayContaining([
      'config',
      'clock',
      'storage',
      'source',
      'rights',
      'target hub',
      'target build',
      'target door',
    ]),
  );
  expect(await world.writes()).toEqual([]);
});

test('names the right that is missing, and where', async () => {
  const actions = [
    '*/read',
    'Microsoft.Network/networkSecurityGroups/*',
    'Microsoft.ContainerRegistry/registries/write',
  ];
  await world.seed({ permissions: [{ scope: world.group, actions }] } as unknown as Record<string, object>);
  const found = await faults();
  expect(found).toMatchObject([{ of: 'rights', next: expect.stringContaining('infra/roles.json') }]);
  expect(found[0]?.text).toBe(`Microsoft.Network/ipGroups/write is missing at ${world.group}`);
});

test('names the right that is missing at what a firewall names elsewhere', async () => {
  const elsewhere = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-addresses/providers';
  const subnet = `${network}/virtualNetworks/hub/subnets/AzureFirewallSubnet`;
  const address = `${elsewhere}/Microsoft.Network/publicIPAddresses/hub`;
  const targets = {
    old: {
      kind: 'azure-firewall',
      mode: 'sync',
      list: 'west',
      ...place,
      firewall: 'hub',
      collection: 'acr',
      rule: 'acr',
      sources: ['*'],
    },
  };
  await world.configure({ ...config, targets });
  const own = { scope: world.group, actions: ['*'] };
  const firewall = {
    location: 'westus',
    properties: {
      provisioningState: 'Succeeded',
      ipConfigurations: [{ name: 'a', properties: { subnet: { id: subnet }, publicIPAddress: { id: address } } }],
      networkRuleCollections: [{ name: 'acr', properties: { priority: 200, action: { type: 'Allow' }, rules: [] } }],
    },
  };
  const seed = async (permissions: object[]) =>
    world.seed({ [`${network}/azureFirewalls/hub`]: firewall, permissions } as Record<string, object>);
  const notes = async () =>
    (await examine()).filter(({ result, text }) => result === 'note' && text.includes('missing'));
  const action = 'Microsoft.Network/publicIPAddresses/join/action';
  await seed([own]);
  expect(await notes()).toMatchObject([
    {
      of: 'target old',
      text: `${action} is missing at ${address}, which hub names`,
      next: expect.stringContaining('LinkedAuthorizationFailed'),
    },
  ]);
  await seed([own, { scope: address, actions: [action] }]);
  expect(await notes()).toEqual([]);
  // A role at the whole subscription that does not have the action answers for nothing there.
  const api = { subscriptionId: place.subscriptionId, location: 'westus' };
  await world.configure({ ...config, targets, crossCheck: { api } });
  await seed([own]);
  expect(await notes()).toMatchObject([{ of: 'target old', text: expect.stringContaining(action) }]);
});

test('asks the second opinion, and only notes what is wrong with it', async () => {
  const api = { subscriptionId: place.subscriptionId, location: 'westeurope' };
  await world.configure({ ...config, crossCheck: { api } });
  const path = `/subscriptions/${api.subscriptionId}/providers/Microsoft.Network/locations/westeurope`;
  const asked = async (tags: Readonly<Record<string, readonly string[]>>) => {
    await world.seed({ [path]: { properties: { serviceTags: makeCatalogValue({ tags }) } } });
    const [check] = (await examine()).filter(({ of }) => of === 'second opinion');
    return `${check?.result}: ${check?.text}`;
  };
  expect(await asked({ 'Storage.WestUS': ['20.0.0.0/24'] })).toMatch(/^good: .*answers with 1 tag$/);
  expect(await asked({})).toMatch(/^note: .*answers without any tag$/);
  expect(await asked({ 'Storage.WestUS': ['20.0.0.0/33'] })).toMatch(/^note: .*not compared: Storage.WestUS \(/);
  await world.faults([
    { match: { pathIncludes: 'serviceTags' }, times: 20, effect: { status: 403, code: 'AuthorizationFailed' } },
  ]);
  expect(await asked({})).toMatch(/^note: .*cannot be asked: .*AuthorizationFailed/);
  await world.faults([]);
});

test('names a resource that does not exist', async () => {
  await world.seed({ [`${network}/networkSecurityGroups/nsg-build`]: null as unknown as object });
  expect(await faults()).toMatchObject([
    { of: 'target build', text: expect.stringMatching(/nsg-build.*does not exist/) },
  ]);
});

test('names the other owner', async () => {
  await world.seed({ [`${network}/ipGroups/west-1`]: ipGroup({ tags: { 'service-tag-sync': 'elsewhere/hub' } }) });
  expect(await faults()).toMatchObject([{ of: 'target hub', text: 'west-1 belongs to elsewhere/hub' }]);
});

test('names the lock on what would be written, and no other lock', async () => {
  const locked = (name: string) => ({ scope: `${network}/ipGroups/${name}`, level: 'ReadOnly' });
  await world.seed({
    [`${network}/ipGroups/west-1`]: ipGroup({
      tags: { 'service-tag-sync': `${world.env.SERVICE_TAG_SYNC_QUEUES}/hub` },
    }),
    locks: [locked('west-1'), locked('east-1')],
  } as unknown as Record<string, object>);
  const found = await faults();
  expect(found).toMatchObject([{ of: 'target hub', text: expect.stringMatching(/lock.*ipGroups\/west-1 forbids/) }]);
});

test('names an entry of others that makes the list moot, with its size and what takes it out', async () => {
  const tags = { 'service-tag-sync': `${world.env.SERVICE_TAG_SYNC_QUEUES}/hub` };
  await world.seed({ [`${network}/ipGroups/west-1`]: ipGroup({ tags }) });
  await world.run();
  const ipAddresses = ['20.1.0.0/24', '0.0.0.0/1', '203.0.113.9'];
  await world.seed({ [`${network}/ipGroups/west-1`]: ipGroup({ tags, properties: { ipAddresses } }) });
  const text =
    '0.0.0.0/1 in west-1 was not written by this service and lets in 2,147,483,648 addresses, more than the list';
  expect(await faults()).toMatchObject([{ of: 'target hub', text, next: expect.stringMatching(/^start a run/) }]);
  await world.run();
  const [found] = await faults();
  expect(found).toMatchObject({ text, next: expect.stringMatching(/cli -- approve [0-9a-f]{16} --why/) });
  expect((await examine()).filter(({ of }) => of === 'target hub')).toContainEqual(
    expect.objectContaining({
      result: 'note',
      text: expect.stringContaining('1 entry that this service did not write'),
    }),
  );
});

test('names the firewall that is Failed', async () => {
  await world.seed({
    [`${network}/ipGroups/west-1`]: ipGroup({
      tags: { 'service-tag-sync': `${world.env.SERVICE_TAG_SYNC_QUEUES}/hub` },
    }),
    [`${network}/azureFirewalls/hub`]: {
      location: 'westus',
      properties: {
        provisioningState: 'Failed',
        networkRuleCollections: [
          { name: 'c', properties: { rules: [{ name: 'r', destinationIpGroups: [`${network}/ipGroups/west-1`] }] } },
        ],
      },
    },
  });
  expect(await faults()).toMatchObject([{ of: 'target hub', text: expect.stringMatching(/firewall hub .*Failed/) }]);
});

test('names the network security group that is full', async () => {
  const prefixes = Array.from({ length: 6_000 }, (_, i) => `10.${i >> 8}.${i & 255}.0/24`);
  const rule = {
    name: 'others',
    properties: {
      priority: 300,
      direction: 'Outbound',
      access: 'Allow',
      protocol: 'Tcp',
      sourcePortRange: '*',
      sourceAddressPrefix: '*',
      destinationPortRange: '443',
      destinationAddressPrefixes: prefixes,
    },
  };
  await world.seed({
    [`${network}/networkSecurityGroups/nsg-build`]: { location: 'westus', properties: { securityRules: [rule] } },
  });
  expect(await faults()).toMatchObject([
    { of: 'target build', text: expect.stringMatching(/limit of addresses: 600\d of 6000/) },
  ]);
});

test('names the registry whose list has no effect', async () => {
  await world.seed({ [registry]: registryOf({ publicNetworkAccess: 'Disabled' }) });
  expect(await faults()).toMatchObject([{ of: 'target door', text: expect.stringMatching(/no effect.*Disabled/) }]);
});

test('names the channel that nobody answers, when asked to test channels', async () => {
  const channel = { kind: 'webhook', url: { $env: 'DEAD_WEBHOOK' }, signingSecret: { $env: 'DEAD_SECRET' } };
  await world.configure({ ...config, channels: { ops: channel } });
  const env = { DEAD_WEBHOOK: 'http://127.0.0.1:1/hook', DEAD_SECRET: `whsec_${Buffer.alloc(32).toString('base64')}` };
  expect(await faults(env)).toEqual([]);
  expect(await faults(env, true)).toMatchObject([{ of: 'channel ops' }]);
});

test('names a list that no target holds', async () => {
  await world.configure({ ...config, lists: { ...config.lists, idle: { prefixes: ['198.51.100.0/24'] } } });
  const told = (await examine()).filter(({ result }) => result !== 'good');
  expect(told).toMatchObject([{ of: 'config', result: 'note', text: expect.stringMatching(/^lists\.idle: .*target/) }]);
});

test('names the setting of an identity that is missing, and looks at everything else', async () => {
  await world.configure({ ...config, targets: { hub: { ...config.targets.hub, identity: 'hub-west' } } });
  // Over plain HTTP nobody shows an identity, so nothing would be missing.
  const found = await examine({ SERVICE_TAG_SYNC_ARM: 'https://127.0.0.1:1' });
  const missing = expect.stringContaining('SERVICE_TAG_SYNC_IDENTITY_HUB_WEST is not set');
  expect(found.filter(({ result }) => result === 'bad')).toMatchObject([
    { of: 'clock' },
    { of: 'rights of hub-west', text: missing },
    { of: 'target hub', text: missing, next: 'the message says what to do' },
  ]);
  expect(found.filter(({ result }) => result === 'good').map(({ of }) => of)).toEqual([
    'config',
    'storage',
    'records',
    'source',
    'sign-in',
  ]);
});

test('what cannot be reached is no fault where nothing needs it, and is told apart from what is wrong', async () => {
  const pulled = { kind: 'feed', mode: 'sync', list: 'own', name: 'pulled', keys: [{ $env: 'PULL_KEY' }] };
  // Nobody listens there, and fetch() does not refuse the port by itself.
  const nowhere = 'http://127.0.0.1:4';
  const source = { kind: 'download-centre', detailsPage: nowhere, latest: nowhere, attempts: 1 };
  await world.configure({ ...config, targets: { pulled }, source });
  const away = { SERVICE_TAG_SYNC_ARM: nowhere, SERVICE_TAG_SYNC_PUBLICATION: '', PULL_KEY: 'k'.repeat(32) };
  const found = await examine(away);
  expect(found.find(({ of }) => of === 'clock')).toMatchObject({
    result: 'note',
    text: expect.stringMatching(/nothing in this config is in Azure Resource Manager.*does not answer/),
  });
  const bad = found.filter(({ result }) => result === 'bad');
  expect(bad).toMatchObject([{ of: 'source', unreachable: true }]);
  expect(bad.map(withSourceAway)).toMatchObject([
    { of: 'source', result: 'note', next: expect.stringContaining('fine for trying') },
  ]);
});

test('names storage that cannot be read, and still looks at the targets', async () => {
  const unreadable = `${inject('azurite').replace(/:\d+\/devstoreaccount1/g, ':1/devstoreaccount1')}`;
  await world.seed({ [registry]: registryOf({ publicNetworkAccess: 'Disabled' }) });
  const pulled = { kind: 'feed', mode: 'sync', list: 'west', name: 'pulled', keys: [{ $env: 'PULL_KEY' }] };
  await world.configure({ ...config, targets: { ...config.targets, pulled } });
  const found = await faults({ AzureWebJobsStorage: unreadable });
  expect(found.map(({ of }) => of)).toEqual(['storage', 'target door', 'target pulled', 'secret PULL_KEY']);
  expect(found[0]?.next).toContain('Table Data Contributor');
  expect(found[2]?.next).toBe('its list is in storage, see there');
});

describe('a registry that a list follows', () => {
  const followed = {
    registries: {
      contoso: { resourceId: registry },
      byhand: { loginServer: 'fabrikam.azurecr.io', regions: ['westus'] },
    },
    lists: { pulls: { registries: [{ registry: 'contoso', part: 'all' }] } },
    targets: { hub: { ...config.targets.hub, list: 'pulls' } },
  };
  const said = async () => (await examine()).filter(({ of }) => of.startsWith('registry '));

  test('is read, and one entered by hand is not', async () => {
    await world.configure(followed);
    expect(await said()).toEqual([
      {
        of: 'registry contoso',
        result: 'good',
        text: expect.stringMatching(/^readable, in 1 region; image layers come from \*\.blob/),
      },
      { of: 'registry byhand', result: 'good', text: 'entered by hand in the config, so nothing is read' },
    ]);
  });

  test('is a fault where it does not exist', async () => {
    await world.configure(followed);
    await world.remove(registry);
    expect((await said())[0]).toMatchObject({
      result: 'bad',
      text: expect.stringContaining('404'),
      next: `check registries.contoso.resourceId: nothing is at ${registry}`,
    });
  });

  test.each([
    [
      403,
      'AuthorizationFailed',
      /Microsoft\.ContainerRegistry\/registries\/read .*granted at \/subscriptions\/.*contoso$/,
    ],
    [401, 'InvalidAuthenticationToken', /^sign in/],
  ])('is a fault where Azure answers %i', async (status, code, next) => {
    await world.configure(followed);
    await world.faults([
      { match: { method: 'GET', pathIncludes: '/registries/contoso' }, times: 9, effect: { status, code } },
    ]);
    expect((await said())[0]).toMatchObject({ result: 'bad', next: expect.stringMatching(next) });
    await world.faults([]);
  });
});

describe('a feed', () => {
  const feedWith = async (more: object, env: NodeJS.ProcessEnv = {}) => {
    const branches = { kind: 'feed', mode: 'sync', list: 'own', name: 'branches', ...more };
    await world.configure({ lists: { own: config.lists.own }, targets: { branches } });
    return (await examine(env)).filter(({ of }) => /^(feed|secret) /.test(of));
  };
  const devices = { hq: { secrets: [{ $env: 'HQ_OLD' }, { $env: 'HQ_NEW' }] } };
  const keys = [{ $env: 'FEED_KEY' }];

  test('names the settings of secrets that are not set, and no value: doctor and health fail', async () => {
    const some = { HQ_NEW: 'hunter2, and no longer short', FEED_KEY: '' };
    const said = await feedWith({ devices, keys }, some);
    expect(said).toMatchObject([
      { of: 'feed branches', result: 'good', text: 'opened by hq, 1 key' },
      { of: 'secret FEED_KEY', result: 'bad' },
      { of: 'secret HQ_NEW', result: 'good' },
      { of: 'secret HQ_OLD', result: 'bad' },
    ]);
    const failing = await (await createService({ ...world.env, ...some }, () => {})).health();
    const check = { name: 'secrets', ok: false, text: expect.stringContaining('HQ_OLD') };
    expect(failing).toMatchObject({ ok: false, checks: expect.arrayContaining([check]) });
    const all = { ...some, HQ_OLD: 'hunter3, and no longer short', FEED_KEY: 'hunter4, 16 or more' };
    for (const { result } of await feedWith({ devices, keys }, all)) expect(result).toBe('good');
    expect(await (await createService({ ...world.env, ...all }, () => {})).health()).toMatchObject({ ok: true });
    expect(JSON.stringify([said, failing])).not.toContain('hunter');
  });

  test('that no client can pull is a fault, unless a sign-in or a blob opens it', async () => {
    const [nobody] = await feedWith({});
    expect(nobody).toMatchObject({ result: 'bad', text: expect.stringContaining('neither devices nor keys') });
    expect(nobody?.next).toContain('targets.branches');
    expect(await feedWith({}, { SERVICE_TAG_SYNC_EASY_AUTH: '1' })).toMatchObject([{ result: 'good' }]);
    expect(await feedWith({ publish: { blob: 'branches.txt' } })).toMatchObject([{ result: 'good' }]);
  });
});

test('says of the source what a run would say, and reads on as a run does', async () => {
  const files = await mkdtemp(join(tmpdir(), 'doctor-files-'));
  const path = join(files, 'ServiceTags_Public_20240122.json');
  await writeFile(path, JSON.stringify({ changeNumber: '68', type: 'Microsoft.Network/serviceTags', values: [] }));
  await writeFile(join(files, 'notes.json'), '{}');
  await world.configure({ ...config, source: { kind: 'folder', path: files } });
  const sourceOf = async () =>
    (await examine({ SERVICE_TAG_SYNC_PUBLICATION: '' })).find((check) => check.of === 'source');
  expect(await sourceOf()).toMatchObject({
    result: 'bad',
    text: expect.stringMatching(
      /20240122\.json by folder would be refused: .*Service Tag Discovery API.*; left out: notes\.json/,
    ),
  });
  const text = makeCatalogJson({ changeNumber: 200, tags: { 'Storage.WestUS': ['20.1.0.0/24'] } });
  await writeFile(join(files, 'ServiceTags_Public_20240115.json'), text);
  expect(await sourceOf()).toMatchObject({
    result: 'note',
    text: expect.stringMatching(
      /^ServiceTags_Public_20240115\.json by folder; (?:the one in force|a run would accept it); .*20240122\.json by folder would be refused/,
    ),
  });
  await rm(files, { recursive: true });
});
