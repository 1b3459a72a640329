import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, test } from 'vitest';
import type { Node } from 'web-tree-sitter';
import host from '../../host.json' with { type: 'json' };
import worker from '../../infra/worker.json' with { type: 'json' };
import { bare, bicepFiles, bodyOf, infra, membersOf, modulesOf, nodesOf, parseBicep, readBicep } from './bicep.ts';
import { documented, documentedInside } from './documented.ts';

const root = path.resolve(infra, '..');
const trees = new Map<string, Node>();
for (const file of bicepFiles) trees.set(file, await parseBicep(readBicep(file)));
const main = trees.get('main.bicep') as Node;

const namesOf = (tree: Node, type: string) => nodesOf(tree, type).map((node) => node.namedChildren[0]?.text ?? '');

/** Parameters, and whether a default stands in for them. */
const paramsOf = (tree: Node) =>
  new Map(
    nodesOf(tree, 'parameter_declaration').map((node) => [
      node.namedChildren[0]?.text ?? '',
      node.text.includes(' = '),
    ]),
  );

describe.each(bicepFiles)('%s', (file) => {
  const tree = trees.get(file) as Node;

  it('has no syntax error', () => {
    expect(nodesOf(tree, 'ERROR').map((node) => `${node.startPosition.row + 1}: ${node.text.slice(0, 60)}`)).toEqual(
      [],
    );
    expect(tree.hasError).toBe(false);
  });

  it('uses documented types, versions and properties', () => {
    for (const resource of nodesOf(tree, 'resource_declaration')) {
      const type = bare(resource.namedChildren[1]);
      const known = documented[type];
      expect(known, `${type} is not in documented.ts`).toBeDefined();
      const members = membersOf(bodyOf(resource) as Node);
      expect(members.has('name'), type).toBe(true);
      const properties = members.get('properties');
      if (properties?.type !== 'object') continue;
      const unknown = [...membersOf(properties).keys()].filter((key) => !known?.includes(key));
      expect(unknown, type).toEqual([]);
    }
  });

  it('uses documented fields further down', () => {
    for (const resource of nodesOf(tree, 'resource_declaration')) {
      for (const property of nodesOf(resource, 'object_property')) {
        const [name, value] = property.namedChildren;
        const known = documentedInside[bare(name)];
        const object = value?.type === 'array' ? nodesOf(value, 'object')[0] : value;
        if (!known || object?.type !== 'object') continue;
        expect(
          [...membersOf(object).keys()].filter((key) => !known.includes(key)),
          bare(name),
        ).toEqual([]);
      }
    }
  });

  it('uses every parameter it takes', () => {
    const text = readBicep(file);
    for (const name of paramsOf(tree).keys()) {
      expect([...text.matchAll(new RegExp(`\\b${name}\\b`, 'g'))].length, name).toBeGreaterThan(1);
    }
  });

  it('gives its modules what they take, and asks them for what they give', () => {
    const text = readBicep(file);
    for (const [name, { file: other, given }] of modulesOf(tree)) {
      const target = trees.get(path.join(path.dirname(file), other));
      expect(target, `${name}: ${other} does not exist`).toBeDefined();
      if (!target) continue;
      const params = paramsOf(target);
      expect(
        [...given.keys()].filter((key) => !params.has(key)),
        `${name}: unknown parameters`,
      ).toEqual([]);
      const missing = [...params].filter(([key, hasDefault]) => !hasDefault && !given.has(key)).map(([key]) => key);
      expect(missing, `${name}: missing parameters`).toEqual([]);
      const outputs = namesOf(target, 'output_declaration');
      const asked = [...text.matchAll(new RegExp(`\\b${name}!?\\.outputs\\.(\\w+)`, 'g'))].map(([, output]) => output);
      expect(
        asked.filter((output) => !outputs.includes(output ?? '')),
        `${name}: unknown outputs`,
      ).toEqual([]);
    }
  });
});

test('every parameter of the whole says what it is for', () => {
  const lines = readBicep('main.bicep').split('\n');
  for (const name of paramsOf(main).keys()) {
    const at = lines.findIndex((line) => line.startsWith(`param ${name} `));
    const above = lines.slice(0, at).reverse();
    const decorators = above.slice(0, above.indexOf(''));
    if (name === 'environmentName' || name === 'location') expect(decorators.join()).toContain('@description');
    expect(
      decorators.some((line) => line.startsWith('@description(')),
      name,
    ).toBe(true);
  }
});

/** Defaults of main.bicep as text; undefined where there is none. */
const defaultsOf = (tree: Node) =>
  new Map(
    nodesOf(tree, 'parameter_declaration').map((node) => [
      node.namedChildren[0]?.text ?? '',
      node.text.includes(' = ') ? bare(node.namedChildren.at(-1)) : undefined,
    ]),
  );

describe('every parameter of the whole', () => {
  const file: { parameters: Record<string, { value: string }> } = JSON.parse(
    readFileSync(path.join(infra, 'main.parameters.json'), 'utf8'),
  );
  const guide = readFileSync(path.join(root, 'docs/deployment.md'), 'utf8');
  const given = new Map(
    Object.entries(file.parameters).map(([name, { value }]) => [name, /^\$\{([A-Z_]+)(?:=(.*))?\}$/.exec(value)]),
  );

  it('is one variable of azd, and no variable is for nothing', () => {
    expect([...given.keys()].sort()).toEqual([...paramsOf(main).keys()].sort());
  });

  it.each([...defaultsOf(main)])('%s has the default of the template, and a row in the guide', (name, preset) => {
    const [, variable = '', value] = given.get(name) ?? [];
    expect(value).toBe(preset);
    // azd takes a variable of the shell where the environment has none, and images of Node set NODE_VERSION.
    const azds = {
      environmentName: 'AZURE_ENV_NAME',
      location: 'AZURE_LOCATION',
      nodeVersion: 'APP_NODE_VERSION',
    };
    const own = name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
    expect(variable).toBe(azds[name as keyof typeof azds] ?? own);
    const shown = preset === undefined ? 'asked' : preset === '' ? 'empty' : `\`${preset}\``;
    expect(guide).toContain(`| \`${variable}\` | ${shown} |`);
  });

  it('that is a text has no default that azd could not hand on', () => {
    // Text between the braces is not parsed by azd as we would like where it holds more than words.
    const texts = [...given.values()].map((found) => found?.[2] ?? '');
    expect(texts.filter((text) => !/^[A-Za-z0-9_]*$/.test(text))).toEqual([]);
  });
});

test('nothing is opened that should be closed', () => {
  const all = bicepFiles.map(readBicep).join('\n');
  expect(all).toContain('allowSharedKeyAccess: false');
  expect(all).toContain('allowBlobPublicAccess: false');
  expect(all).toContain('DisableLocalAuth: true');
  expect(all).not.toMatch(/listKeys\(|listAccountSas\(|AccountKey=|allowSharedKeyAccess: true/);
  expect(all).not.toMatch(/'\*'|\bOwner\b|8e3af657-a8ff-443c-a75c-2fe8c4bcb635|b24988ac-6180-42a0-ab88-20f7382dd24c/);
  // Only the acting app gets rights in Resource Manager: the feeds' principal appears in no grant.
  const grants = [...modulesOf(main)].filter(([, { file }]) => file.includes('grant'));
  expect(grants.length).toBe(2);
  for (const [name, { given }] of grants) expect(given.get('principalId')?.text, name).not.toContain('feeds');
  // What is only reported on gets its reading roles in one place, by one parameter.
  const whole = readBicep('main.bicep').replace(/\s+/g, ' ');
  expect(whole.match(/given\.reportOnly\.\w+/g)).toHaveLength(3);
  expect(whole.match(/reportOnlyReads \? given\.reportOnly\.\w+ : \[\]/g)).toHaveLength(3);
  expect(whole).toContain('for one in givenRoles:');
  expect(whole).toContain('for one in givenGrants:');
  expect(whole).toContain('for one in givenSubscriptionGrants:');
});

test('the sign-in stands before every path of both apps, and devices get through it', () => {
  const app = trees.get('modules/app.bicep') as Node;
  const auth = nodesOf(app, 'resource_declaration').find((node) => node.text.includes("'authsettingsV2'"));
  const given = nodesOf(auth as Node, 'object_property').map((node) => node.text.replace(/\s+/g, ' '));
  // A principal on an excluded path may be anybody's; the service believes it wherever EASY_AUTH is 1.
  expect(auth?.text).not.toContain('excludedPaths');
  // Set by hand it would say that Easy Auth is on, whatever is true: the platform alone writes it.
  expect(app.text).not.toContain('WEBSITE_AUTH_ENABLED');
  expect(given).toContain('requireAuthentication: false');
  expect(given).toContain("unauthenticatedClientAction: 'AllowAnonymous'");
  const modules = modulesOf(main);
  for (const name of ['app', 'feedsApp']) {
    expect(modules.get(name)?.given.get('signInClientId')?.text, name).toBe('signInClientId');
  }
});

test('code is deployed by those who signed in with a right at the app: no password of a publishing profile opens it', () => {
  const app = trees.get('modules/app.bicep') as Node;
  const [policy] = nodesOf(app, 'resource_declaration').filter(({ text }) => text.includes('basicPublishing'));
  expect(policy?.text).toContain("for way in ['ftp', 'scm']");
  expect(policy?.text).toContain('properties: { allow: false }');
});

test('secrets come from the vault by reference, each app its own, and an identity may read single ones', () => {
  const whole = readBicep('main.bicep').replace(/\s+/g, ' ');
  const reference = `'@Microsoft.KeyVault(VaultName=\${vaultName};SecretName=\${replace(name, '_', '-')})'`;
  const modules = modulesOf(main);
  for (const [app, names, grant] of [
    ['app', 'appSecrets', 'appSecretsGrant'],
    ['feedsApp', 'feedsSecrets', 'feedsSecretsGrant'],
  ] as const) {
    const settings = modules.get(app)?.given.get('settings')?.text.replace(/\s+/g, ' ');
    expect(settings, app).toContain(`${names}, name => name, name => ${reference}`);
    expect(modules.get(grant)?.given.get('names')?.text).toBe(`map(${names}, name => replace(name, '_', '-'))`);
  }
  expect(whole).toContain("var feedsSecrets = keyVaultId == '' ? [] : given.secrets.feeds");
  expect(modules.get('feedsSecretsGrant')?.given.get('principalId')?.text).toBe('identities.outputs.feedsPrincipalId');
  const made = nodesOf(trees.get('modules/secrets.bicep') as Node, 'resource_declaration');
  expect(
    made.filter((node) => !node.text.includes(' existing = ')).map(({ text }) => /scope: (.+)/.exec(text)?.[1]),
  ).toEqual(['secret[i]']);
});

test('the app settings that the templates set are settings that the code reads', () => {
  const set = new Set(bicepFiles.flatMap((file) => readBicep(file).match(/SERVICE_TAG_SYNC_[A-Z_]*[A-Z]/g) ?? []));
  const sources = ['src', 'functions'].flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(path.join(root, folder, file), 'utf8')),
  );
  expect([...set].filter((name) => !sources.some((text) => text.includes(name)))).toEqual([]);
  expect(set.size).toBeGreaterThan(5);
});

test('the worker is deployed with the limits that the bench measures it under', () => {
  const { arguments: flags, settings } = worker;
  // Node refuses to start with an argument that it does not know, and so would the deployed worker.
  const script = 'process.stdout.write(String(process.execArgv.length))';
  const child = spawnSync(process.execPath, [...flags, '-e', script], { encoding: 'utf8' });
  expect(child).toMatchObject({ status: 0, stdout: String(flags.length + 2), stderr: '' });
  expect(Object.values(settings).every((value) => typeof value === 'string')).toBe(true);
  const app = trees.get('modules/app.bicep') as Node;
  const variables = new Map(
    nodesOf(app, 'variable_declaration').map((node) => [node.namedChildren[0]?.text, node.namedChildren.at(-1)?.text]),
  );
  expect(variables.get('worker')).toBe("loadJsonContent('../worker.json')");
  expect(variables.get('workerSettings')).toBe(
    "union(worker.settings, { languageWorkers__node__arguments: join(worker.arguments, ' ') })",
  );
  const set = nodesOf(app, 'resource_declaration').find((node) => node.text.includes("name: 'appsettings'"));
  expect(set?.text).toContain('union(hostSettings, workerSettings,');
  const bench = readFileSync(path.join(root, 'test/bench/scale.ts'), 'utf8');
  expect(bench).toContain('execArgv: worker.arguments');
  expect(bench).toContain('...worker.settings');
});

describe('alert rules', () => {
  const text = readBicep('modules/alerts.bicep');
  const names = [...text.matchAll(/^ {4}name: '([a-z-]+)'$/gm)].map(([, name]) => name ?? '');

  it('have an entry each in the runbook', () => {
    const runbook = readFileSync(path.join(root, 'docs/runbook.md'), 'utf8');
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !runbook.includes(`### ${name}\n`))).toEqual([]);
  });

  it('look for messages that the service logs', () => {
    const messages = [...text.matchAll(/entry\.message (?:==|startswith) "([^"]+)"/g)].map(
      ([, message]) => message ?? '',
    );
    const sources = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(path.join(root, 'src', file), 'utf8'))
      .join('\n');
    expect(messages.length).toBeGreaterThan(5);
    expect([...new Set(messages)].filter((message) => !sources.includes(`log('${message}`))).toEqual([]);
  });

  it('see every message: the host samples no traces away', () => {
    expect(host.logging.applicationInsights.samplingSettings.excludedTypes.split(';')).toContain('Trace');
  });
});

test('azure.yaml names folders and scripts that exist', () => {
  const yaml = readFileSync(path.join(root, 'azure.yaml'), 'utf8');
  const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  for (const [, script] of yaml.matchAll(/npm run -s (\w+)/g)) expect(scripts[script ?? '']).toBeDefined();
  expect(existsSync(path.join(root, 'infra/main.bicep'))).toBe(true);
});
