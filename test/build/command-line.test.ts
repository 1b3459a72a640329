import { spawnSync } from 'node:child_process';
import { cpSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import project from '../../package.json' with { type: 'json' };
import { type BuiltCommandLine, buildCommandLine, packCommandLine } from '../../src/build/command-line.ts';

const root = path.resolve(import.meta.dirname, '../..');
const example = path.join(root, 'service-tag-sync.example.json');

/** The library of tables, and what it brings. */
const packagesOfTables = [
  '@colors/colors',
  'ansi-regex',
  'cli-table3',
  'emoji-regex',
  'is-fullwidth-code-point',
  'string-width',
  'strip-ansi',
];

/** Loaded first, it makes a Node.js say that it is an old one. */
const oldNode = 'data:text/javascript,Object.defineProperty(process,"versions",{value:{node:"20.20.2"}})';

let folder: string;
let built: BuiltCommandLine;
/** The one file, copied to where nothing else is. */
let alone: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'command-line-'));
  built = await buildCommandLine(path.join(folder, 'package'));
  await mkdir(path.join(folder, 'alone'));
  alone = path.join(folder, 'alone', 'sts.mjs');
  cpSync(built.file, alone);
});
afterAll(() => rm(folder, { recursive: true }));

/** Nothing of the settings here, and no proxy: what is asked for is asked of this file alone. */
function run(args: readonly string[], nodeOptions: readonly string[] = []) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...nodeOptions, alone, ...args], {
    encoding: 'utf8',
    cwd: path.dirname(alone),
    env: { PATH: process.env.PATH, NO_COLOR: '1' },
  });
  return { status, stdout, stderr };
}

test('the package is one file, its licences and its manifest', async () => {
  expect((await readdir(path.join(folder, 'package'))).sort()).toEqual([
    'LICENSE',
    'THIRD-PARTY-NOTICES.txt',
    'package.json',
    'service-tag-sync.mjs',
  ]);
});

test('the file runs by itself, and names itself', () => {
  expect(run(['--version'])).toEqual({ status: 0, stdout: `${project.version}\n`, stderr: '' });
  const { stdout } = run(['--help']);
  expect(stdout).toContain('Usage: service-tag-sync');
  expect(stdout).not.toContain('npm run');
});

test('commands load the rest of it, and end as they do from the sources', () => {
  expect(run(['check', example])).toMatchObject({ status: 0, stdout: expect.stringContaining('is good'), stderr: '' });
  expect(run(['status', '--data', 'nowhere'])).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('no folder'),
  });
  expect(run(['lookup', '10.0.0.300'])).toMatchObject({ status: 2, stderr: expect.stringContaining('10.0.0.300') });
});

test('a plan over no storage says what it lacks', () => {
  const { status, stderr } = run(['plan', '--config', example]);
  expect({ status, stderr }).toEqual({
    status: 2,
    stderr: expect.stringMatching(/expected a storage account.*--data/),
  });
});

test('npm installs the package, and npx runs it', async () => {
  const archive = packCommandLine(path.join(folder, 'package'), folder);
  const user = path.join(folder, 'user');
  await mkdir(user);
  await writeFile(path.join(user, 'package.json'), '{}');
  const env = { ...process.env, PATH: [path.dirname(process.execPath), process.env.PATH].join(path.delimiter) };
  const at = { cwd: user, encoding: 'utf8', env } as const;
  const installed = spawnSync('npm', ['install', '--offline', '--no-audit', '--no-fund', archive], at);
  expect(installed).toMatchObject({ status: 0, stderr: '', stdout: expect.stringContaining('added 1 package') });
  const { status, stdout } = spawnSync('npx', ['--no-install', 'service-tag-sync', '--version'], at);
  expect({ status, stdout }).toEqual({ status: 0, stdout: `${project.version}\n` });
});

test('a Node.js that is too old gets one line that says so', () => {
  expect(run(['--version'], ['--import', oldNode])).toEqual({
    status: 2,
    stdout: '',
    stderr: expect.stringMatching(
      /^service-tag-sync needs Node\.js 22\.18 or newer, and this is 20\.20\.2: install .*\n$/,
    ),
  });
});

test.each(['start', 'cli'] as const)('npm run %s says so as well, before it loads a source', (name) => {
  const [, ...args] = project.scripts[name].split(' ');
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', oldNode, ...args, '--help'], {
    encoding: 'utf8',
    cwd: root,
  });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^service-tag-sync needs Node\.js 22\.18 or newer, and this is 20\.20\.2: [^\n]*\n$/);
});

// How long it takes is for `npm run bench -- command-line`: here it is counted, which no busy machine changes.
test('what is loaded before the command is known is small, and none of it a large package', () => {
  const packages = built.eager.flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  expect([...new Set(packages)].sort()).toEqual(['commander', 'picocolors', ...packagesOfTables].sort());
  expect(built.eager.filter((file) => file.startsWith('src/')).length).toBeLessThanOrEqual(87);
});
