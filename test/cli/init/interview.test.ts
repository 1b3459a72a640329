import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, inject, test, vi } from 'vitest';
import { Interview, openTerminal } from '../../../src/cli/init/interview.ts';
import { initWith } from '../../../src/cli/init/run-init.ts';
import { UsageError } from '../../../src/core/errors.ts';
import { openWorld, type World } from '../../support/world.ts';
import { cli } from '../run-cli.ts';

const schema = fileURLToPath(new URL('../../../docs/service-tag-sync.schema.json', import.meta.url));
let folder: string;
let world: World;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'interview-'));
  world = await openWorld(inject('azurite'), { lists: {}, targets: {} });
});
afterEach(() => vi.restoreAllMocks());
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

/** A person at a terminal: answers each question with the next line, then ends the input. */
function person(...lines: string[]) {
  const input = new PassThrough();
  const output = new PassThrough();
  const said: string[] = [];
  output.on('data', (chunk: Buffer) => {
    said.push(chunk.toString());
    if (!chunk.toString().endsWith(': ')) return;
    const line = lines.shift();
    if (line === undefined) input.end();
    else input.write(`${line}\n`);
  });
  const terminal = openTerminal(input, output);
  const interview = new Interview(terminal.ask, (text) => said.push(`${text}\n`));
  return { interview, terminal, text: () => said.join('') };
}

const options = { cloud: 'Public', look: false } as const;
const firewall = ['pulling-firewall', 'contoso.azurecr.io', '', 'West Europe, northeurope', '', '', '', 'fw-1'];

/** The arguments of a printed command, without its quotes. */
const argsOf = (command: string) =>
  [...command.matchAll(/'([^']*)'|(\S+)/g)].map(([, inQuotes, plain]) => inQuotes ?? plain ?? '').slice(6);

test('a wrong answer is asked again with what was expected, and the same comes by the options that were kept', async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const [usual = '', ...rest] = firewall;
  const { interview, terminal, text } = person('firewalls', usual, 'not a registry!', ...rest);
  const asked = join(folder, 'asked.json');
  await initWith(asked, options, interview);
  terminal.close();
  expect(text()).toContain('expected one of pulling-firewall, hub, restricted-registry, other; got "firewalls"');
  expect(text()).toContain('expected a login server such as contoso.azurecr.io');
  const written = JSON.parse(await readFile(asked, 'utf8'));
  expect(written).toMatchObject({
    $schema: relative(folder, schema),
    instance: 'contoso',
    registries: { contoso: { regions: ['westeurope', 'northeurope'] } },
    targets: { feed: { name: 'pulls', devices: { 'fw-1': { secrets: [{ $env: 'FW_1' }] } } } },
  });
  vi.restoreAllMocks();
  const again = join(folder, 'again.json');
  const command = interview.command(again) ?? '';
  expect(await cli('init', ...argsOf(command), '--no-look')).toMatchObject({ code: 0 });
  expect(JSON.parse(await readFile(again, 'utf8'))).toEqual(written);
});

test('each case is explained, `?` says it again, and nothing is answered with what was expected', async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const [usual = '', registry = '', subscription = '', ...rest] = firewall;
  const { interview, terminal, text } = person('?', '', usual, registry, '?', subscription, '', ...rest);
  await initWith(join(folder, 'helped.json'), options, interview);
  terminal.close();
  expect(text().match(/^ {2}restricted-registry {2}who may reach a registry/gm)).toHaveLength(2);
  expect(text()).toContain('expected one of pulling-firewall, hub, restricted-registry, other; got ""');
  expect(text()).toContain('By an option: --subscription.');
  expect(text()).toContain('expected an Azure region such as westeurope, got ""');
});

test('without a terminal the usual cases are the first thing that is asked for', async () => {
  const { code, err } = await cli('init', join(folder, 'nothing.json'));
  expect({ code, err }).toEqual({
    code: 2,
    err: expect.stringMatching(
      /as well:\n {2}--for .*\n +pulling-firewall +a firewall[\s\S]*--registry[\s\S]*\n {2}or --kind /,
    ),
  });
});

test('an input that ends loses nothing: the command that goes on has every answer', async () => {
  const { interview } = person(...firewall.slice(0, 4));
  const file = join(folder, 'ended.json');
  await expect(initWith(file, options, interview)).rejects.toThrow(UsageError);
  expect(interview.command(file)).toBe(
    `npm run -s cli -- init ${file} --for pulling-firewall --registry contoso.azurecr.io --region 'West Europe, northeurope'`,
  );
  await expect(readFile(file)).rejects.toThrow('ENOENT');
});

const hub = ['--for', 'hub', '--tag', 'Storage.WestEurope', '--instance', 'contoso', '--set', 'name=acr'];

test('by options, all that is missing is said at once, with the command that has the rest', async () => {
  const { code, out, err } = await cli('init', join(folder, 'missing.json'), ...hub);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  for (const flag of ['subscriptionId', 'resourceGroup', 'location']) expect(err).toContain(`--set ${flag}=`);
  expect(err).toContain('missing.json --for hub --instance contoso --set=name=acr');
});

test.each([
  ['a region', ['--set', 'location=West-Europe 1!'], '--set location='],
  ['a subscription', ['--subscription', 'prod'], 'az account show'],
  ['an address to admit', ['--admit', '203.0.113.7/24', '--for', 'restricted-registry'], '--admit'],
  ['a registry', ['--registry', 'c'], '--registry: expected a login server'],
  ['an instance', ['--instance', 'Contoso Ltd'], '--instance: expected 1 to 32'],
])('%s that is none is named with its option', async (_, flags, said) => {
  const place = ['--set', 'subscriptionId=00000000-0000-0000-0000-000000000001', '--set', 'resourceGroup=rg-network'];
  const id = `/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/contoso`;
  const { code, err } = await cli('init', join(folder, 'wrong.json'), ...hub, '--registry', id, ...place, ...flags);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(said) });
});

test('any other kind is asked for its settings, and the same comes by the options that were kept', async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const place = ['00000000-0000-0000-0000-000000000001', 'rg-network'];
  const { interview, terminal } = person(
    'other',
    'contoso.azurecr.io',
    '',
    'westeurope',
    'contoso.westeurope.data.azurecr.io, CONTOSO.x',
    'contoso',
    'nsg',
    ...place,
    'n',
    'r',
    '200',
    '',
  );
  const asked = join(folder, 'other.json');
  await initWith(asked, options, interview);
  terminal.close();
  vi.restoreAllMocks();
  const written = JSON.parse(await readFile(asked, 'utf8'));
  expect(written).toMatchObject({
    registries: { contoso: { dataEndpoints: ['contoso.westeurope.data.azurecr.io', 'contoso.x'] } },
  });
  expect(written).toMatchObject({ targets: { nsg: { kind: 'nsg', mode: 'report-only', nsg: 'n', priority: 200 } } });
  const again = join(folder, 'other-again.json');
  expect(await cli('init', ...argsOf(interview.command(again) ?? ''), '--no-look')).toMatchObject({ code: 0 });
  expect(JSON.parse(await readFile(again, 'utf8'))).toEqual(written);
  const both = await cli('init', join(folder, 'both.json'), ...hub, '--kind', 'nsg');
  expect(both).toMatchObject({ code: 2, err: expect.stringContaining('expected --for or --kind, got both') });
});

test('the command to go on from has the options that were not come to, and not the one that was refused', async () => {
  const file = join(folder, 'refused.json');
  const flags = ['--for', 'hub', '--tag', 'Storage.WestEurope', '--instance', 'Not Good', '--ticket', 'CHG1'];
  const endpoint = ['--data-endpoint', 'contoso.westeurope.data.azurecr.io'];
  const more = [...endpoint, '--mode', 'sync', '--set', 'resourceGroup=rg-network'];
  const refused = await cli('init', file, ...flags, ...more);
  expect(refused.code).toBe(2);
  const [, again = ''] = /go on from: (.*)/.exec(refused.err) ?? [];
  for (const part of ['--for hub', '--tag Storage.WestEurope', '--ticket CHG1', '--mode sync', endpoint.join(' ')])
    expect(again).toContain(part);
  expect(again).toContain('--set=resourceGroup=rg-network');
  expect(again).not.toContain('Not Good');
});

test('a resource that is not there is a fault before anything is written; --no-look writes it', async () => {
  const file = join(folder, 'absent.json');
  const place = ['--set', 'subscriptionId=00000000-0000-0000-0000-000000000001', '--set', 'resourceGroup=rg-absent'];
  const flags = [...hub, ...place, '--set', 'location=westeurope', '--arm', world.arm];
  const looked = await cli('init', file, ...flags);
  expect(looked).toMatchObject({ code: 1, err: '' });
  expect(looked.out).toMatch(/BAD.*rg-absent/s);
  expect(looked.out).toContain('nothing is written');
  await expect(readFile(file)).rejects.toThrow('ENOENT');
  const again = /go on from: (.*)/.exec(looked.out)?.[1] ?? '';
  expect(await cli('init', ...argsOf(again), '--no-look')).toMatchObject({ code: 0 });
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    targets: { 'ip-group': { resourceGroup: 'rg-absent' } },
  });
});

test('a config with nothing in Azure is not looked at there, and ends with how to try it', async () => {
  const said: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => said.push(String(text)) > 0);
  const { interview, terminal } = person(...firewall);
  const file = join(folder, 'no azure.json');
  await initWith(file, { ...options, look: true, arm: 'http://127.0.0.1:9' }, interview);
  terminal.close();
  expect(process.exitCode ?? 0).toBe(0);
  expect(said.join('')).toBe(
    [
      `${file} is written. Its target is in mode sync.`,
      'Next; the last one runs it in a simulated Azure on this machine, nothing real is touched:',
      '  export FW_1="$(openssl rand -base64 24)"',
      `  npm run -s cli -- doctor --config '${file}'`,
      `  npm start -- --data ./state --config '${file}'`,
      "That takes Microsoft's file, or made-up ones where it cannot be reached. To take files of yours, type",
      '--publications DIR behind it the first time: a data folder goes on with what it began with.',
      '',
    ].join('\n'),
  );
});

test('a file that is there is never written over, and said before any question', async () => {
  const file = join(folder, 'mine.json');
  await writeFile(file, 'mine');
  expect(await cli('init', file)).toMatchObject({ code: 2, err: expect.stringContaining('exists already') });
  expect(await readFile(file, 'utf8')).toBe('mine');
});

test('a region that is spelt nearly like one is asked again, and taken where it is given twice', async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const [usual = '', registry = '', , , ...rest] = firewall;
  const { interview, terminal, text } = person(
    usual,
    registry,
    '',
    'Westeurop',
    'Westeurope, austrianorth',
    'Westeurope, austrianorth',
    ...rest,
  );
  const file = join(folder, 'doubted.json');
  await initWith(file, options, interview);
  terminal.close();
  expect(text()).toContain('westeurop: this version knows no such region; did you mean "westeurope"? The same again');
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    registries: { contoso: { regions: ['westeurope', 'austrianorth'] } },
  });
});

test('options are taken as they are, and doubts about a region are told with what is written', async () => {
  const file = join(folder, 'doubts.json');
  const args = ['--for', 'pulling-firewall', '--registry', 'contoso.azurecr.io', '--region', 'Westeurop', '--no-look'];
  const { code, out } = await cli('init', file, ...args);
  expect({ code, out }).toEqual({
    code: 0,
    out: expect.stringMatching(/regions\[0\]: .*"westeurop"\n +did you mean "westeurope"\?/),
  });
});
