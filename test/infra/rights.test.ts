import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import type { Node } from 'web-tree-sitter';
import { bare, bicepFiles, bodyOf, membersOf, modulesOf, nodesOf, parseBicep, readBicep } from './bicep.ts';

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
const builtIn: Readonly<Record<string, string>> = {
  '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1': 'Storage Blob Data Reader',
  '3913510d-42f4-4e42-8a64-420c390055eb': 'Monitoring Metrics Publisher',
  '4633458b-17de-408a-b874-0445c86b69e6': 'Key Vault Secrets User',
  '76199698-9eea-4c19-bc75-cec21354c6b6': 'Storage Table Data Reader',
  '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3': 'Storage Table Data Contributor',
  '974c5e8b-45b9-4653-ba55-5f855dd0fb88': 'Storage Queue Data Contributor',
  'b7e6dc6d-f1e8-4753-8033-0f276bb0955b': 'Storage Blob Data Owner',
  'ba92f5b4-2d11-453d-a403-e96b0029c9fe': 'Storage Blob Data Contributor',
};

const readDoc = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

const trees = new Map<string, Node>();
for (const file of bicepFiles) trees.set(file, await parseBicep(readBicep(file)));

/** Names of the roles in a variable that lists identifiers of them, or in a single one. */
function rolesIn(tree: Node, name: string): string[] {
  const value = nodesOf(tree, 'variable_declaration')
    .find((node) => node.namedChildren[0]?.text === name)
    ?.namedChildren.at(-1);
  if (!value) throw new Error(`no variable ${name}`);
  if (value.type === 'array') return value.namedChildren.flatMap((one) => rolesIn(tree, one?.text ?? ''));
  const role = builtIn[bare(value)];
  if (role === undefined) throw new Error(`${name}: ${value.text} is no built-in role of this table`);
  return [role];
}

const principals = /identities\.outputs\.(\w+PrincipalIds?)/g;

/** Every role assignment of the templates but those of custom roles: `identity: role at place`. */
function assignments(): string[] {
  return [...modulesOf(trees.get('main.bicep') as Node)].flatMap(([module, { file, given }]) => {
    const tree = trees.get(file) as Node;
    return nodesOf(tree, 'resource_declaration').flatMap((resource) => {
      if (!bare(resource.namedChildren[1]).startsWith('Microsoft.Authorization/roleAssignments@')) return [];
      const properties = membersOf(membersOf(bodyOf(resource) as Node).get('properties') as Node);
      const role = /, (\w+)\)$/.exec(properties.get('roleDefinitionId')?.text ?? '')?.[1];
      // A custom role, at a resource group or subscription of the config: grant.bicep and subscription-grant.bicep.
      if (role === undefined) return [];
      const loop = new Map(
        [...resource.text.matchAll(/for \(?(\w+)(?:, \w+)?\)? in (?:\(\w+ == '' \? \[\] : (\w+)\)|(\w+))/g)].map(
          (found) => [found[1], found[2] ?? found[3] ?? ''],
        ),
      );
      const roles = rolesIn(tree, loop.get(role) ?? role);
      const principal = properties.get('principalId')?.text ?? '';
      const from = given.get(loop.get(principal) ?? principal)?.text ?? '';
      const scope = membersOf(bodyOf(resource) as Node).get('scope')?.text ?? '';
      const who = [...from.matchAll(principals)].map(([, one]) => one ?? '');
      return who.flatMap((one) => roles.map((name) => `${one}: ${name} at ${module}.${scope}`));
    });
  });
}

describe('identity x store x role', () => {
  const all = assignments();

  it('gives the feeds app its own host account, what it serves to read, its pulls to write, and nothing else', () => {
    expect(all.filter((one) => one.startsWith('feeds')).sort()).toEqual([
      'feedsPrincipalId: Key Vault Secrets User at feedsSecretsGrant.secret[i]',
      'feedsPrincipalId: Monitoring Metrics Publisher at monitoring.insights',
      'feedsPrincipalId: Storage Blob Data Owner at feedsHost.account',
      'feedsPrincipalId: Storage Blob Data Reader at feedsRights.store',
      'feedsPrincipalId: Storage Queue Data Contributor at feedsHost.account',
      'feedsPrincipalId: Storage Table Data Contributor at feedsHost.account',
      'feedsPrincipalId: Storage Table Data Contributor at feedsRights.pulls',
      'feedsPrincipalId: Storage Table Data Reader at feedsRights.store',
    ]);
  });

  it('gives the acting app its state, its key, and blobs and tables of what feeds serve', () => {
    expect(all.filter((one) => one.startsWith('app')).sort()).toEqual([
      'appPrincipalId: Key Vault Secrets User at appSecretsGrant.secret[i]',
      'appPrincipalId: Key Vault Secrets User at vault.key',
      'appPrincipalId: Monitoring Metrics Publisher at monitoring.insights',
      'appPrincipalId: Storage Blob Data Contributor at feedsRights.store',
      'appPrincipalId: Storage Blob Data Owner at storage.account',
      'appPrincipalId: Storage Queue Data Contributor at storage.account',
      'appPrincipalId: Storage Table Data Contributor at feedsRights.store',
      'appPrincipalId: Storage Table Data Contributor at storage.account',
    ]);
  });

  it('knows no other identity', () => {
    expect(all.filter((one) => !/^(?:app|feeds)PrincipalId: /.test(one))).toEqual([]);
    const made = Object.fromEntries(
      bicepFiles
        .map((file) => [file, readBicep(file).split("'Microsoft.Authorization/roleAssignments@").length - 1] as const)
        .filter(([, count]) => count > 0),
    );
    expect(made).toEqual({
      'modules/feeds-rights.bicep': 3,
      'modules/monitoring.bicep': 1,
      'modules/secrets.bicep': 1,
      'modules/storage.bicep': 1,
      'modules/vault.bicep': 1,
      // Custom roles at targets: roles.json and grants.json, role.test.ts.
      'modules/grant.bicep': 1,
      'modules/subscription-grant.bicep': 1,
    });
    const main = readBicep('main.bicep');
    expect(main.match(/identities\.outputs\.feedsPrincipalId/g)).toHaveLength(4);
  });
});

// Places of the table in docs/security.md.
const places: Readonly<Record<string, string>> = {
  'its storage': 'storage.account',
  'storage of the feeds': 'feedsRights.store',
  'storage of its own host': 'feedsHost.account',
  'the table `servicetagsyncpulls` in it': 'feedsRights.pulls',
  'the secret `seal-key`': 'vault.key',
  'each secret that its config names': 'appSecretsGrant.secret[i]',
  'each secret that feeds name': 'feedsSecretsGrant.secret[i]',
  'Application Insights': 'monitoring.insights',
};

test('docs/security.md has these rights and no other', () => {
  const [, section = ''] = readDoc('security.md').split('## Identities in Azure');
  const [table = ''] = section.split('| lost |');
  const rows = [...table.matchAll(/^\| (acting|feeds) app \| (.+) \| (.+) \|$/gm)];
  const told = rows.flatMap(([, who, roles = '', at = '']) =>
    roles.split(', ').flatMap((role) =>
      at.split('; ').map((place) => {
        expect(Object.keys(places)).toContain(place);
        return `${who === 'acting' ? 'app' : 'feeds'}PrincipalId: ${role} at ${places[place]}`;
      }),
    ),
  );
  expect(told.sort()).toEqual(assignments().sort());
});

test('docs/security.md says of each row of a table with "held by" what holds it', () => {
  const tables = readDoc('security.md')
    .split(/\n\n/)
    .filter((block) => / held by \|\n/.test(block));
  expect(tables.length).toBeGreaterThan(3);
  const rows = tables.flatMap((block) =>
    block
      .split('\n')
      .filter((line) => line.startsWith('| ') && !line.startsWith('| -') && !line.endsWith('| held by |')),
  );
  const unheld = rows.filter((row) => !/`(?:test|infra)\/[^`]+`[^|]*\|$|`npm [^`]+`[^|]*\|$/.test(row));
  expect(unheld).toEqual([]);
});

const modules = modulesOf(trees.get('main.bicep') as Node);
const textOf = (module: string, name: string) => modules.get(module)?.given.get(name)?.text.replace(/\s+/g, ' ') ?? '';

test('each app finds the stores that it has rights at', () => {
  expect(textOf('feedsStore', 'containers')).toBe("['service-tag-sync', 'service-tag-sync-config']");
  expect(textOf('feedsStore', 'tables')).toBe("['servicetagsync', pullsTable]");
  expect(readBicep('main.bicep')).toContain("var pullsTable = 'servicetagsyncpulls'\n");
  expect(textOf('feedsRights', 'storeName')).toBe("feeds ? feedsStore!.outputs.name : ''");
  expect(textOf('feedsRights', 'pullsTable')).toBe('pullsTable');
  expect(textOf('app', 'storeName')).toBe('storage.outputs.name');
  expect(textOf('feedsApp', 'storeName')).toBe("feeds ? feedsStore!.outputs.name : ''");
  expect(textOf('feedsApp', 'settings')).not.toContain('storage.outputs');
  for (const service of ['blob', 'queue', 'table']) {
    const setting = `SERVICE_TAG_SYNC_FEEDS_STORAGE__${service}ServiceUri: 'https://\${feedsStore!.outputs.name}.${service}.\${storageSuffix}'`;
    expect(textOf('app', 'settings')).toContain(setting);
  }
});

test('the feeds app is not in the virtual network of the acting app', () => {
  expect(textOf('feedsApp', 'appSubnetId')).toBe("''");
  expect(textOf('feedsApp', 'reachable')).toBe('true');
  expect(textOf('feedsStore', 'reachable')).toBe('true');
  expect(textOf('storage', 'reachable')).toBe('!privateNetworking');
  expect(textOf('vault', 'reachable')).toBe('!privateNetworking');
});

describe('the key that seals decisions', () => {
  const tree = trees.get('modules/vault.bicep') as Node;

  it('is made by the first deployment and left alone by every other', () => {
    const text = readBicep('modules/vault.bicep');
    expect(text).toMatch(/@onlyIfNotExists\(\)\nresource key 'Microsoft\.KeyVault\/vaults\/secrets@/);
    expect(text).toMatch(
      /@secure\(\)\n@description\([^\n]+\)\nparam sealKey string = '\$\{newGuid\(\)\}\$\{newGuid\(\)\}'/,
    );
    // Given by no caller and put out by no module: it is in no state of azd and in no history of deployments.
    expect(modules.get('vault')?.given.has('sealKey')).toBe(false);
    expect(text.match(/\bsealKey\b/g)).toHaveLength(2);
  });

  it('is in a vault that keeps what is deleted and knows roles only', () => {
    const vault = nodesOf(tree, 'resource_declaration').find((node) => node.namedChildren[0]?.text === 'vault');
    const properties = membersOf(membersOf(bodyOf(vault as Node) as Node).get('properties') as Node);
    for (const name of ['enableRbacAuthorization', 'enableSoftDelete', 'enablePurgeProtection']) {
      expect(properties.get(name)?.text, name).toBe('true');
    }
  });

  it('reaches the acting app by reference, and the feeds app not at all', () => {
    expect(textOf('app', 'settings')).toContain('SERVICE_TAG_SYNC_SEAL_KEY: vault.outputs.sealKeyReference');
    for (const given of modules.get('feedsApp')?.given.values() ?? [])
      expect(given.text).not.toContain('vault.outputs');
  });
});

test('a locked policy of the records is left alone, and only that', () => {
  const storage = readBicep('modules/storage.bicep');
  expect(storage).toContain("immutabilityPolicies@2024-01-01' = if (immutableDays > 0 && !immutablePolicyLocked) {");
  // The container itself stays in the template.
  expect(storage).toContain("concat(containers, immutableDays > 0 ? ['service-tag-sync-records'] : [])");
  expect(textOf('storage', 'immutablePolicyLocked')).toBe('immutablePolicyLocked');
});
