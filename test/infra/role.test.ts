import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { armActions } from '../../src/azure/arm-actions.ts';
import { generatedDocs } from '../../src/build/docs.ts';
import { knownKinds, loadConfig } from '../../src/config/load.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { grantsFile, grantsOf, rolesOf } from '../../src/run/rights.ts';
import { infra } from './bicep.ts';

const now = () => new Date('2024-01-15T00:00:00Z');
const { targets } = knownKinds;
const file: { roles: Record<string, string[]> } = JSON.parse(readFileSync(path.join(infra, 'roles.json'), 'utf8'));
const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };

const configOf = (more: object) =>
  parseConfig(
    JSON.stringify({
      schema: 1,
      instance: 'contoso',
      cloud: 'Public',
      lists: { west: { tags: ['Storage.WestUS'] } },
      ...more,
    }),
    { file: 'test', kinds: knownKinds, now: now() },
  ).config;

test('every right that a kind declares is in its role, and nothing else is', () => {
  const isPartOf = (reads: readonly string[], rights: readonly string[]) =>
    reads.every((right) => right.endsWith('/read') && rights.includes(right));
  for (const { kind, rights, reads } of targets) {
    expect(file.roles[kind] ?? [], `${kind}: run npm run role`).toEqual([...rights]);
    expect(file.roles[`${kind}-read`] ?? [], kind).toEqual([...reads]);
    expect(isPartOf(reads, rights), kind).toBe(true);
  }
  for (const { kind, moreRights = [] } of targets) {
    moreRights.forEach(({ rights, reads }, index) => {
      expect(file.roles[`${kind}-more-${index + 1}`], kind).toEqual([...rights]);
      expect(file.roles[`${kind}-more-${index + 1}-read`], kind).toEqual([...reads]);
      expect(isPartOf(reads, rights), kind).toBe(true);
    });
  }
  expect(file.roles).toEqual(rolesOf(targets));
});

test('no role allows more than single actions', () => {
  for (const action of Object.values(file.roles).flat()) expect(action).toMatch(/^Microsoft\.[A-Za-z]+(\/[A-Za-z]+)+$/);
});

test('every action of a role has a reason and a page of Microsoft, and no other action has', () => {
  const inRoles = new Set(Object.values(file.roles).flat());
  expect([...inRoles].sort()).toEqual(Object.keys(armActions).sort());
  for (const [action, { why, source }] of Object.entries(armActions)) {
    expect(why.length, action).toBeGreaterThan(10);
    expect(source, action).toMatch(/^https:\/\/learn\.microsoft\.com\/[a-z]/);
  }
});

test('a kind with an action that has no source gets into no page', () => {
  const [first] = targets;
  if (!first) throw new Error('there is no kind of target');
  const more = { ...first, rights: [...first.rights, 'Microsoft.Network/routeTables/write'] };
  expect(() => generatedDocs({ ...knownKinds, targets: [more] })).toThrow(
    /Microsoft\.Network\/routeTables\/write.*add it/,
  );
});

// https://learn.microsoft.com/azure/firewall/roles-permissions#permissions, "Create new or Update existing", March 2026.
test('who updates a firewall has what Microsoft lists for it', () => {
  const published = [
    'Microsoft.Network/virtualNetworks/subnets/join/action',
    'Microsoft.Network/publicIPAddresses/join/action',
    'Microsoft.Network/virtualHubs/read',
  ];
  const writing = Object.entries(file.roles).filter(([, all]) =>
    all.includes('Microsoft.Network/azureFirewalls/write'),
  );
  expect(writing.map(([role]) => role)).toEqual(['ip-group-more-2', 'azure-firewall']);
  for (const [role, actions] of writing) expect(actions, role).toEqual(expect.arrayContaining(published));
  // Rules of others in what is written whole may name IP groups.
  for (const [role, actions] of Object.entries(file.roles)) {
    const whole = actions.some((one) => /\/(azureFirewalls|ruleCollectionGroups)\/write$/.test(one));
    expect(actions.includes('Microsoft.Network/ipGroups/join/action'), role).toBe(whole);
  }
});

test('one right less or more in a kind changes its role', () => {
  const [first] = targets;
  if (!first) throw new Error('there is no kind of target');
  const less = { ...first, rights: first.rights.slice(1) };
  const more = { ...first, rights: [...first.rights, 'Microsoft.Network/azureFirewalls/delete'] };
  expect(rolesOf([less])[first.kind]).not.toEqual(file.roles[first.kind]);
  expect(rolesOf([more])[first.kind]).not.toEqual(file.roles[first.kind]);
});

test('grants follow the config: each once, at the group of the target, for the identity that it names', () => {
  const target = { kind: 'ip-group', mode: 'sync', list: 'west', ...place, location: 'westus' };
  const config = configOf({
    targets: {
      a: { ...target, name: 'a' },
      b: { ...target, name: 'b' },
      c: { ...target, name: 'c', resourceGroup: 'rg-other', identity: 'hub-west' },
    },
  });
  expect(grantsOf(config, targets)).toEqual([
    { role: 'ip-group', identity: 'app', ...place },
    { role: 'ip-group', identity: 'hub-west', ...place, resourceGroup: 'rg-other' },
  ]);
  const written = JSON.parse(grantsFile(config, targets));
  expect(written.identities).toEqual(['hub-west']);
  expect(written.roles).toEqual([{ role: 'ip-group', subscriptionId: place.subscriptionId }]);
});

test('what only some configs need goes to those alone, where they need it', () => {
  const target = { kind: 'ip-group', mode: 'sync', list: 'west', ...place, location: 'westus', name: 'west' };
  const rule = {
    resourceGroup: 'rg-hub',
    policy: 'hub',
    ruleCollectionGroup: 'acr',
    rule: 'acr',
    collection: 'acr',
  };
  expect(grantsOf(configOf({ targets: { a: { ...target, rule } } }), targets)).toEqual([
    { role: 'ip-group', identity: 'app', ...place },
    { role: 'ip-group-more-1', identity: 'app', ...place },
    { role: 'ip-group-more-1', identity: 'app', ...place, resourceGroup: 'rg-hub' },
  ]);
});

test('a target that is only reported on gets no right to write, and a feed no right at all', () => {
  const config = configOf({
    targets: {
      seen: { kind: 'ip-group', mode: 'report-only', list: 'west', ...place, name: 'seen', location: 'westus' },
      pulled: { kind: 'feed', mode: 'sync', list: 'west', name: 'pulled' },
    },
  });
  const grants = grantsOf(config, targets);
  expect(grants).toEqual([{ role: 'ip-group-read', identity: 'app', ...place, reportOnly: true }]);
  const { subscriptionId } = place;
  const read = {
    roles: [{ role: 'ip-group-read', subscriptionId }],
    grants: [{ role: 'ip-group-read', identity: 'app', ...place }],
    subscriptionGrants: [],
  };
  // Apart from what acting targets get, so that it can be left out.
  expect(JSON.parse(grantsFile(config, targets))).toMatchObject({ roles: [], grants: [], reportOnly: read });
  expect(grants.flatMap(({ role }) => file.roles[role] ?? []).filter((action) => !action.endsWith('/read'))).toEqual(
    [],
  );
});

test('each app gets the secrets it needs by name: channels are none of the business of the feeds app', () => {
  const config = configOf({
    targets: {
      pulled: {
        kind: 'feed',
        mode: 'sync',
        list: 'west',
        name: 'pulled',
        keys: [{ $env: 'FEED_KEY' }],
        devices: { hq: { secrets: [{ $env: 'HQ_OLD' }, { $env: 'HQ_NEW' }] } },
      },
    },
    channels: { ops: { kind: 'slack', url: { $env: 'OPS_URL' } } },
  });
  const feeds = ['FEED_KEY', 'HQ_NEW', 'HQ_OLD'];
  expect(JSON.parse(grantsFile(config, targets)).secrets).toEqual({ app: [...feeds, 'OPS_URL'], feeds });
});

test('every target of the example has its grant, with a role that exists', async () => {
  const { config } = await loadConfig(path.resolve(infra, '../service-tag-sync.example.json'), now);
  const grants = grantsOf(config, targets);
  expect(grants.length).toBeGreaterThan(0);
  expect(grants.filter(({ role }) => !(role in file.roles))).toEqual([]);
});

test('without a config nothing is granted', () => {
  expect(readFileSync(path.join(infra, 'grants.json'), 'utf8')).toBe(grantsFile(undefined, targets));
});
