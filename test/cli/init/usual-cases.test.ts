import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from 'vitest';
import { createDoctor } from '../../../src/composition-root.ts';
import { type NoNetwork, openNoNetwork } from '../../local/start/no-network.ts';
import { makeCatalogJson } from '../../support/catalog.ts';
import { openWorld, type World } from '../../support/world.ts';
import { cli } from '../run-cli.ts';

// From `init` by options to a config that check and doctor do not fault, and a first run in the sandbox.

const start = fileURLToPath(new URL('../../../src/local/start.ts', import.meta.url));
vi.setConfig({ testTimeout: 120_000 });

const subscription = '00000000-0000-0000-0000-000000000001';
const group = `/subscriptions/${subscription}/resourceGroups/rg-network`;
const registry = `${group}/providers/Microsoft.ContainerRegistry/registries/contoso`;
const password = 'a password that nobody guesses';

let world: World;
let folder: string;
let publications: string;
let noNetwork: NoNetwork;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'init-'));
  noNetwork = await openNoNetwork();
  publications = join(folder, 'ServiceTags_Public_20261123.json');
  const tags = ['AzureContainerRegistry', 'Storage', 'DataFactory'].map((service, i) => [
    `${service}.WestEurope`,
    [`20.${i + 1}.0.0/24`],
  ]);
  await writeFile(publications, makeCatalogJson({ changeNumber: 400, tags: Object.fromEntries(tags) }));
  world = await openWorld(inject('azurite'), { lists: {}, targets: {} });
  await world.seed({
    [registry]: {
      location: 'West Europe',
      sku: { name: 'Premium' },
      properties: { dataEndpointEnabled: true, networkRuleSet: { defaultAction: 'Deny', ipRules: [] } },
    },
  });
});
afterEach(() => vi.unstubAllEnvs());
afterAll(async () => {
  noNetwork.close();
  await world.close();
  await rm(folder, { recursive: true });
});

const cases: readonly [string, readonly string[], object, string, string][] = [
  [
    'pulling-firewall',
    ['--registry', 'https://Contoso.azurecr.io/', '--region', 'West Europe', '--device', 'firewall-1'],
    {
      registries: { contoso: { loginServer: 'contoso.azurecr.io', regions: ['westeurope'] } },
      targets: {
        feed: { kind: 'feed', mode: 'sync', devices: { 'firewall-1': { secrets: [{ $env: 'FIREWALL_1' }] } } },
      },
    },
    'export FIREWALL_1=',
    'are off, as nobody said otherwise (--data-endpoint HOST).',
  ],
  [
    'hub',
    [
      ...['--registry', 'contoso.azurecr.io', '--subscription', subscription, '--ticket', 'CHG0042137'],
      ...['--set', `subscriptionId=${subscription}`, '--set', 'resourceGroup=rg-network'],
      ...['--set', 'location=West Europe', '--mode', 'sync'],
    ],
    {
      instance: 'contoso',
      registries: { contoso: { resourceId: registry } },
      answers: { ticket: { pattern: 'CHG\\d{7}', example: 'CHG0042137' } },
      targets: { 'ip-group': { location: 'westeurope', name: 'acr', mode: 'sync', approval: { remove: 'always' } } },
    },
    'plan --config',
    'image layers come from its dedicated data endpoints, contoso.westeurope.data.azurecr.io: which',
  ],
  [
    'restricted-registry',
    [
      ...['--registry', 'contoso', '--subscription', subscription, '--admit', '203.0.113.7', '--mode', 'sync'],
      ...['--admit', 'DataFactory.WestEurope', '--reason', 'pipelines pull', '--owner', "the platform's team"],
    ],
    {
      lists: { admitted: { tags: ['DataFactory.WestEurope'], always: [{ prefix: '203.0.113.7' }] } },
      targets: { registry: { subscriptionId: subscription, resourceGroup: 'rg-network', registry: 'contoso' } },
    },
    'plan --config',
    'in westeurope.\n',
  ],
];

test.each(cases)(
  '%s: a config that check and doctor do not fault, and a first run',
  async (name, flags, made, next, said) => {
    const file = join(folder, `${name}.json`);
    vi.stubEnv('SERVICE_TAG_SYNC_PUBLICATION', publications);
    const init = await cli('init', file, '--for', name, ...flags, '--arm', world.arm);
    expect(init).toMatchObject({ code: 0, out: expect.stringContaining(`${file} is written.`) });
    expect(init.out).not.toContain('BAD');
    expect(init.err).toContain(said);
    // Four eyes is for a place where people sign in: it is told, not written.
    expect(init.out.includes('"notWhoAsked": true')).toBe(name === 'hub');
    expect(await readFile(file, 'utf8')).not.toContain('notWhoAsked');
    // The three next commands, and which files the last one takes.
    const [, commands = ''] = init.out.split(/^Next.*\n/m);
    expect(commands.trim().split('\n')).toHaveLength(5);
    expect(commands).toContain(next);
    expect(commands).toContain(`doctor --config ${file}`);
    expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject(made);

    vi.stubEnv('FIREWALL_1', password);
    const check = await cli('check', file, '--publications', publications);
    expect(check).toMatchObject({ code: 0, err: '', out: expect.stringContaining('3 tags of publication 400') });
    expect(check.out).not.toContain('expected');
    const settings = { ...world.env, SERVICE_TAG_SYNC_CONFIG: file, SERVICE_TAG_SYNC_PUBLICATION: publications };
    const doctor = await createDoctor({ ...settings, FIREWALL_1: password }, false, AbortSignal.timeout(60_000));
    expect(doctor.filter(({ result }) => result === 'bad')).toEqual([]);
    vi.unstubAllEnvs();

    const first = await run(file, { FIREWALL_1: password });
    expect(first).toMatchObject({ code: 0, out: expect.stringContaining(': applied, ') });
    expect(first.err).not.toContain('BAD');
  },
);

test('a start whose feed has no secret says so, and what needs it', async () => {
  const { code, err } = await run(join(folder, 'pulling-firewall.json'), {});
  expect({ code, err }).toEqual({
    code: 0,
    err: expect.stringMatching(/BAD .*FIREWALL_1, but it is not set.*targets\.feed\.devices\.firewall-1\.secrets\[0\]/),
  });
});

async function run(file: string, env: NodeJS.ProcessEnv) {
  const child = spawn(process.execPath, [start, '--once', '--config', file, '--publications', publications], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...noNetwork.env, ...env, NO_COLOR: '1', FORCE_COLOR: undefined },
  });
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, out, err };
}
