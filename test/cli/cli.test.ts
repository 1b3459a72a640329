import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { makeProgram } from '../../src/cli/program.ts';
import { keepConnection } from '../../src/local/start/connection.ts';
import { cli } from './run-cli.ts';

const root = new URL('../../', import.meta.url).pathname;
const example = join(root, 'service-tag-sync.example.json');
let folder: string;
let files: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-'));
  const text = await readFile(example, 'utf8');
  const config = join(folder, 'config.json');
  await writeFile(config, text.replace(/("instance": *)"[^"]+"/, `$1"cli-${randomUUID().slice(0, 8)}"`));
  await keepConnection(folder, {
    AzureWebJobsStorage: inject('azurite'),
    SERVICE_TAG_SYNC_CONFIG: config,
    SERVICE_TAG_SYNC_ARM: 'http://127.0.0.1:9',
    SERVICE_TAG_SYNC_QUEUES: 'contract',
  });
  files = await mkdtemp(join(folder, 'files-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('advise reports on registries, as Markdown or as JSON', async () => {
  const report = await cli('advise', '--data', folder);
  expect(report).toMatchObject({ code: 0, err: '' });
  expect(report.out).toContain('The config names no registry.');
  // No publication yet: nothing to weigh, and the lists are there all the same.
  expect(JSON.parse((await cli('advise', '--json', '--data', folder)).out)).toMatchObject({
    registries: [],
    advice: expect.arrayContaining([expect.objectContaining({ rule: 'native-tag', target: 'build-agents' })]),
  });
});

test('the command itself says what is wrong, and ends with the code for it', () => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, 'src/cli.ts'), 'status', '--data', files], {
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringMatching(/^No local service is up over .*\n$/),
  });
});

test('a reader that has seen enough is no fault', () => {
  const { stderr } = spawnSync('sh', ['-c', '"$0" "$1" --help | true', process.execPath, join(root, 'src/cli.ts')], {
    encoding: 'utf8',
  });
  expect(stderr).toBe('');
});

test('a pause is recorded with who and why, seen, and ended', async () => {
  const said = ['--by', 'ops', '--why', 'upgrade', '--ticket', 'CHG1', '--data', folder];
  const paused = await cli('pause', '--until', '2h', ...said);
  expect(paused).toMatchObject({ code: 0, err: '' });
  expect(paused.out).toMatch(
    /^Recorded \S+: pause, ops \(as claimed\), .*: upgrade \[CHG1\]\nRun \S+ applies it; `todo` shows what waits then\.\n$/,
  );
  const status = await cli('status', '--json', '--data', folder);
  expect(JSON.parse(status.out)).toMatchObject({ paused: { by: { name: 'ops', how: 'claimed' }, ticket: 'CHG1' } });
  expect((await cli('status', '--data', folder)).out).toMatch(/PAUSED until \w{3} .* UTC: ops \(as claimed\)/);
  expect((await cli('resume', ...said)).code).toBe(0);
  expect((await cli('status', '--data', folder)).out).not.toContain('PAUSED');
});

test.each<[string, string[], number, RegExp]>([
  ['a word without a reason', ['pause'], 2, /--why/],
  ['an answer to nothing', ['answer', 'keep', '--why', 'x'], 2, /expected ids of holds, or --publication/],
  ['an unknown answer', ['answer', 'maybe', 'h', '--why', 'x'], 2, /keep, remove, allow, block/],
  ['a hold that is not open', ['answer', 'keep', 'h-1', '--why', 'x'], 1, /no hold h-1 is open/],
  ['a moment that has passed', ['pin', '277', '--until', '2020-01-01', '--why', 'x'], 2, /a moment to come/],
  ['an unknown plan', ['plan', 'r/t'], 1, /no recorded plan/],
  ['a run without its target', ['plan', '20240115t080000z-1a2b3c4d'], 1, /expected RUN\/TARGET/],
  ['what is no address', ['lookup', '10.0.0.300'], 2, /10\.0\.0\.300/],
  ['an id that is a number with letters', ['changes', '--most', '7x'], 2, /whole number from 1/],
  ['an unknown command', ['statsu'], 2, /Did you mean status/],
])('%s ends with its exit code and its reason', async (_name, args, code, reason) => {
  const { code: got, out, err } = await cli(...args, '--data', folder);
  expect({ got, out }).toEqual({ got: code, out: '' });
  expect(err).toMatch(reason);
});

test('a folder over which nothing is up, and settings that lack, are said', async () => {
  const closed = await cli('status', '--data', files);
  expect(closed).toMatchObject({ code: 2, err: expect.stringContaining('No local service is up') });
  const nothing = await cli('status');
  const named = /^no service is named: expected --data DIR.*--url.*--storage-file.*AzureWebJobsStorage/;
  expect(nothing).toMatchObject({ code: 2, err: expect.stringMatching(named) });
  expect((await cli('storage')).err).toBe(nothing.err);
});

test('where there is no config, the ways to name one and to write a first one are said', async () => {
  vi.stubEnv('SERVICE_TAG_SYNC_CONFIG', join(folder, 'absent.json'));
  const { code, err } = await cli('plan');
  vi.unstubAllEnvs();
  expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(/absent\.json.*--config FILE.*cli -- init/s) });
});

test.each([
  ['a config to check that is not there', ['check', 'absent.json'], 'expected a config'],
  ['a config to plan by that is not there', ['plan', '--config', 'absent.json'], 'absent.json'],
  ['a file in place of a data folder', ['status', '--data', 'package.json'], 'expected a folder in --data'],
  ['a Resource Manager without an address', ['plan', '--arm', 'management'], 'http://127.0.0.1:4701'],
  ['a storage account with its key', ['status', '--storage', 'AccountName=a;AccountKey=b'], '--storage-file'],
  ['a storage account that is none', ['status', '--storage', 'nonsense', '--config', example], 'connection string'],
])('%s is bad usage, and named', async (_name, args, named) => {
  const { code, out, err } = await cli(...args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(named);
});

test('storage that does not answer is named', async () => {
  const closed = inject('azurite').replaceAll(/127\.0\.0\.1:\d+/g, '127.0.0.1:9');
  const { code, err } = await cli('export', join(folder, 'b.gz'), '--storage', closed, '--config', example);
  expect({ code, err }).toEqual({
    code: 1,
    err: expect.stringMatching(/^127\.0\.0\.1:9 does not answer .*--storage-file/),
  });
});

test('a config whose rules only people who signed in can meet is good, and told apart where nobody signs in', async () => {
  const file = join(folder, 'four-eyes.json');
  const hub = { kind: 'feed', mode: 'sync', list: 'west', name: 'hub', keys: [{ $env: 'HUB_KEY' }] };
  const lists = { west: { tags: ['Storage.WestUS'] } };
  const answers = { notWhoAsked: true };
  await writeFile(
    file,
    JSON.stringify({ schema: 1, instance: 'eyes', cloud: 'Public', lists, answers, targets: { hub } }),
  );
  const told = await cli('check', file);
  expect(told).toMatchObject({ code: 0, out: expect.stringContaining('nobody can approve it here') });
  const json = await cli('check', file, '--json');
  expect(JSON.parse(json.out)).toMatchObject({
    answers: [{ result: 'note', text: expect.stringContaining('notWhoAsked') }],
  });
});

test('a good config is said to be good, with its size', async () => {
  const one = join(folder, 'one.json');
  const hub = { kind: 'feed', mode: 'sync', list: 'west', name: 'hub', keys: [{ $env: 'HUB_KEY' }] };
  const text = { schema: 1, instance: 'one', cloud: 'Public', lists: { west: { tags: ['Storage.WestUS'] } } };
  await writeFile(one, JSON.stringify({ ...text, targets: { hub } }));
  const { code, out } = await cli('check', one);
  expect({ code, out }).toEqual({
    code: 0,
    out: [
      `${one} is good: instance one, cloud Public, 1 list, 1 target`,
      'Tags and regions were checked for spelling alone, against the sample: --publications PATH names a real file.',
      'secret HUB_KEY (not set here: export HUB_KEY=... before the service starts): needed by targets.hub.keys[0]',
      '',
    ].join('\n'),
  });
});

test('a feed without clients is noted by `check`, and by the `init` that writes it', async () => {
  const file = join(folder, 'closed.json');
  const flags = ['--instance', 'one', '--tag', 'Storage.WestUS', '--kind', 'feed', '--set', 'name=hub', '--no-look'];
  for (const command of [
    ['init', file, ...flags],
    ['check', file],
  ]) {
    const { code, out } = await cli(...command);
    expect({ code, out }).toEqual({ code: 0, out: expect.stringMatching(/targets\.feed: .*`devices` or `keys`/) });
  }
});

test('the help of the program has what all commands share, once', async () => {
  const { code, out } = await cli('--help');
  expect(code).toBe(0);
  for (const once of ['Exit codes:', '--key-file <file>', '--data <dir>']) expect(out.split(once)).toHaveLength(2);
});

test.each([['plan'], ['pause'], ['doctor'], ['init'], ['notify', 'test'], ['replay']])(
  'the help of %j repeats nothing of that, and has no default that says nothing',
  async (...command) => {
    const { code, out } = await cli(...command, '--help');
    expect(code).toBe(0);
    expect(out).not.toMatch(/Exit codes:|--key-file|--storage-file/);
    expect(out).not.toMatch(/default: (false|\[\])|default:[^)]*\)\s+\(default/);
  },
);

test('every command prints JSON when it is asked to', () => {
  const leaves = (command: Command): Command[] =>
    command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
  const without = leaves(makeProgram()).filter(({ options }) => !options.some(({ long }) => long === '--json'));
  // What it prints is a script.
  expect(without.map((command) => command.name())).toEqual(['completion']);
});

test.each<[string, string[], number, RegExp]>([
  ['an unknown command', ['lookp', '--json'], 2, /^unknown command 'lookp' \(Did you mean lookup\?\)$/],
  ['an unknown option', ['lookup', '--jsn', '--json'], 2, /Did you mean --json/],
  ['a folder that is not there', ['status', '--json', '--data', 'nowhere'], 2, /no folder/],
  ['a format that is JSON', ['plan', '--format', 'json', '--data', 'nowhere'], 2, /no folder/],
])('with --json %s is an error in JSON', async (_, args, exitCode, message) => {
  const { code, out, err } = await cli(...args);
  expect({ code, out }).toEqual({ code: exitCode, out: '' });
  expect(JSON.parse(err)).toEqual({ error: { exitCode, message: expect.stringMatching(message) } });
});

test('with --json the problems of a config are each for itself', async () => {
  const file = join(folder, 'faulty.json');
  await writeFile(file, '{"schema": 1}');
  const { code, err } = await cli('check', file, '--json');
  expect(code).toBe(2);
  const { error } = JSON.parse(err);
  expect(error.issues).toEqual(expect.arrayContaining([expect.objectContaining({ path: 'instance' })]));
});
