import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, test } from 'vitest';
import { readBicep } from './bicep.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** What stands under each key of a block of YAML, by its indentation: enough for files of our own. */
function blocks(text: string, indent: number): Map<string, string> {
  const found = new Map<string, string>();
  let name = '';
  for (const line of text.split('\n')) {
    const key = new RegExp(`^ {${indent}}([\\w-]+):(.*)$`).exec(line);
    if (key) {
      name = key[1] ?? '';
      found.set(name, key[2] ?? '');
    } else if (name !== '' && !line.trim().startsWith('#')) found.set(name, `${found.get(name)}\n${line}`);
  }
  return found;
}

const workflows = readdirSync(path.join(root, '.github/workflows'));

interface Writer {
  readonly rights: readonly string[];
  /** The condition of its job. */
  readonly only?: string;
  /** What starts its workflow, where that is the condition. */
  readonly on?: string;
}

/** Actions that need more than reading the repository, by name: the rights of their job, and when it may run at all. */
const writers: Readonly<Record<string, Writer>> = {
  'Azure/login': {
    rights: ['id-token'],
    only: "github.event_name == 'workflow_dispatch' && vars.AZURE_SUBSCRIPTION_ID != ''",
  },
  'actions/deploy-pages': {
    rights: ['pages', 'id-token'],
    only: "github.event_name != 'pull_request' && vars.DOCS_SITE == 'true'",
  },
  'actions/attest-': { rights: ['contents', 'id-token', 'attestations'], on: "\n    tags: ['v*.*.*']" },
};

const writersIn = (job: string) =>
  Object.entries(writers).flatMap(([action, writer]) => (job.includes(action) ? [writer] : []));

describe.each(workflows)('workflow %s', (file) => {
  const text = read(`.github/workflows/${file}`);
  const jobs = blocks(blocks(text, 0).get('jobs') ?? '', 2);

  it('uses actions by their commit, with the version beside it', () => {
    const used = [...text.matchAll(/uses: (.+)/g)].map(([, action]) => action ?? '');
    expect(used.length).toBeGreaterThan(0);
    expect(used.filter((one) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(one))).toEqual([]);
  });

  it('may read the repository and nothing more, unless a job says so', () => {
    expect(blocks(text, 0).get('permissions')?.trim()).toBe('contents: read');
    expect(text).not.toMatch(/pull_request_target|secrets\.|: write-all/);
    for (const [name, job] of jobs) {
      const writes = [...job.matchAll(/([\w-]+): write/g)].map(([, what]) => what);
      expect(writes, name).toEqual(writersIn(job).flatMap(({ rights }) => rights));
    }
  });

  it('gives no token to a pull request, and runs nothing of the repository or of a registry beside one', () => {
    for (const [name, job] of jobs) {
      if (!job.includes(': write')) continue;
      const [writer] = writersIn(job);
      expect(blocks(job, 4).get('if')?.trim(), name).toBe(writer?.only);
      if (writer?.on !== undefined) {
        expect(blocks(blocks(text, 0).get('on') ?? '', 2)).toEqual(new Map([['push', writer.on]]));
      }
      expect(job, name).not.toMatch(/npm |npx |node /);
    }
  });

  it('keeps no credentials in the checkout, and puts no text of others into a shell', () => {
    expect(text.match(/uses: actions\/checkout/g)?.length).toBe(text.match(/persist-credentials: false/g)?.length);
    for (const [, script] of text.matchAll(/run:((?:.|\n {8,})*)/g)) expect(script).not.toContain('${{');
  });
});

test('no workflow takes the example for a config of the fork', () => {
  for (const file of workflows) expect(read(`.github/workflows/${file}`), file).not.toContain('example');
});

describe('azure.yaml', () => {
  const text = read('azure.yaml');
  const services = blocks(blocks(text, 0).get('services') ?? '', 2);

  it('has a service for each app of the template, by its tag', () => {
    const tagged = [...readBicep('main.bicep').matchAll(/'azd-service-name': '(\w+)'/g)].map(([, name]) => name);
    expect([...services.keys()]).toEqual(tagged);
    expect(services.get('feeds')).toMatch(/condition: \$\{FEEDS=false\}\n/);
    expect(services.get('app')).not.toContain('condition:');
  });

  it('deploys what a hook of the service packs, and builds nothing in Azure', () => {
    const { scripts } = JSON.parse(read('package.json'));
    expect(blocks(text, 0).get('hooks')).not.toContain('prepackage');
    const folders = new Set<string>();
    for (const [name, service] of services) {
      const dist = /dist: (\S+)/.exec(service)?.[1] ?? '';
      expect(service, name).toContain('remoteBuild: false');
      const commands = [...service.matchAll(/run: npm run -s (\w+) -- (.+)/g)];
      expect(commands.length, name).toBe(2);
      expect(commands[0]?.[0]).toBe(commands[1]?.[0]);
      for (const [, script = '', options = ''] of commands) {
        expect(scripts[script]).toBeDefined();
        expect(options.split('--folder ')[1]?.split(' ')[0], name).toBe(dist);
        for (const [folder] of options.matchAll(/dist\/\S+/g)) folders.add(folder);
      }
    }
    // azd packs services at the same time: three paths each, and none shared.
    expect(folders.size).toBe(3 * services.size);
  });
});

test('azd installs before it packs and provisions at the same time, and not beside either', () => {
  const hooks = blocks(blocks(read('azure.yaml'), 0).get('hooks') ?? '', 2);
  const installs = (text: string) => [...text.matchAll(/run: (.*npm ci.*)/g)].map(([, command]) => command ?? '');
  expect(installs(hooks.get('preup') ?? '')).toEqual(['npm ci', 'npm ci']);
  for (const name of ['preprovision', 'predeploy']) {
    const [posix, windows] = installs(hooks.get(name) ?? '');
    expect(posix, name).toContain('test -d node_modules/zod || npm ci');
    expect(windows, name).toContain('if (-not (Test-Path node_modules/zod)) { npm ci }');
  }
  expect(installs(blocks(read('azure.yaml'), 0).get('services') ?? '')).toEqual([]);
  expect(JSON.parse(read('package.json')).dependencies.zod).toBeDefined();
});

describe('from a clone', () => {
  const json = (file: string) => JSON.parse(read(file));

  it('starts by F5, with tasks and scripts that exist', () => {
    const { configurations } = json('.vscode/launch.json');
    const { tasks } = json('.vscode/tasks.json');
    const { scripts } = json('package.json');
    const labels = tasks.map(({ label }: { label: string }) => label);
    for (const { preLaunchTask, runtimeArgs } of configurations) {
      if (preLaunchTask !== undefined) expect(labels).toContain(preLaunchTask);
      if (runtimeArgs !== undefined) expect(scripts[runtimeArgs[0]]).toBeDefined();
    }
    for (const { dependsOn = [], script, command = '' } of tasks) {
      expect(labels).toEqual(expect.arrayContaining(dependsOn));
      const named = script ?? /^npm -s run (\w+)/.exec(command)?.[1];
      if (named !== undefined) expect(scripts[named], named).toBeDefined();
    }
  });

  it('has settings for the Functions host that name what the code reads, and no secret', () => {
    const { Values } = json('local.settings.example.json');
    const sources = readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => read(`src/${file}`))
      .join('\n');
    for (const name of Object.keys(Values))
      expect(`${sources} FUNCTIONS_WORKER_RUNTIME`.includes(name), name).toBe(true);
    expect(Values).toMatchObject({ AzureWebJobsStorage: '', SERVICE_TAG_SYNC_SEAL_KEY: '' });
    expect(existsSync(path.join(root, Values.SERVICE_TAG_SYNC_CONFIG))).toBe(true);
    expect(read('.gitignore').split('\n')).toContain('local.settings.json');
    // The simulated ARM of the task answers where the settings look for it.
    const port = new URL(Values.SERVICE_TAG_SYNC_ARM).port;
    expect(read('.vscode/tasks.json')).toContain(`npm -s run arm -- --port ${port}`);
  });

  it('opens in a container with the Node of the service', () => {
    const { image } = json('.devcontainer/devcontainer.json');
    const version = /param nodeVersion string = '(\d+)'/.exec(readBicep('main.bicep'))?.[1];
    expect(image).toBe(`mcr.microsoft.com/devcontainers/typescript-node:${version}`);
    expect(read('.github/workflows/ci.yml')).toContain(`node-version: ${version}\n`);
  });
});
