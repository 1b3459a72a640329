import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { addAdviseCommand } from '../../src/cli/advise-command.ts';
import { addDeskCommands } from '../../src/cli/desk-commands.ts';
import { exitCodeOf } from '../../src/cli/exit-code.ts';
import { addReplayCommand } from '../../src/cli/replay-command.ts';
import { keepConnection } from '../../src/local/start/connection.ts';
import { openTestStore } from '../contract/open-test-store.ts';
import { makeCatalogJson } from '../fakes/catalog.ts';

const root = new URL('../../', import.meta.url).pathname;
let folder: string;
let files: string;

beforeAll(async () => {
  await (await openTestStore()).ensure();
  folder = await mkdtemp(join(tmpdir(), 'cli-'));
  const example = await readFile(join(root, 'service-tag-sync.example.json'), 'utf8');
  const config = join(folder, 'config.json');
  await writeFile(config, example.replace(/("instance": *)"[^"]+"/, `$1"cli-${randomUUID().slice(0, 8)}"`));
  await keepConnection(folder, {
    AzureWebJobsStorage: inject('azurite'),
    SERVICE_TAG_SYNC_CONFIG: config,
    SERVICE_TAG_SYNC_ARM: 'http://127.0.0.1:9',
    SERVICE_TAG_SYNC_QUEUES: 'contract',
  });
  files = await mkdtemp(join(folder, 'files-'));
  const prefixes = Array.from({ length: 20 }, (_, i) => `20.10.${i * 2}.0/24`);
  for (const [week, listed] of [prefixes, prefixes.slice(10), prefixes].entries()) {
    const text = makeCatalogJson({ changeNumber: 300 + week, tags: { 'Storage.WestUS': listed } });
    await writeFile(join(files, `ServiceTags_Public_202401${String(8 + week * 7).padStart(2, '0')}.json`), text);
  }
  await writeFile(join(files, 'ServiceTags_Public_20240129.json'), '{"changeNumber": 303, "cl');
});
afterAll(() => rm(folder, { recursive: true }));

/** The commands as src/cli.ts runs them, without a process of their own: that takes a second each. */
async function cli(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const texts = { out: '', err: '' };
  const out = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    texts.out += text;
    return true;
  });
  const err = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    texts.err += text;
    return true;
  });
  try {
    const program = new Command('cli').exitOverride();
    addDeskCommands(program);
    addAdviseCommand(program);
    addReplayCommand(program);
    await program.parseAsync(args, { from: 'user' });
    return { code: 0, ...texts };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { code: exitCodeOf(error), out: texts.out, err: `${texts.err}${message}` };
  } finally {
    out.mockRestore();
    err.mockRestore();
  }
}

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

test('a pause is recorded with who and why, seen, and ended', async () => {
  const said = ['--by', 'ann', '--why', 'upgrade', '--ticket', 'CHG1', '--data', folder];
  const paused = await cli('pause', '--until', '2h', ...said);
  expect(paused).toMatchObject({ code: 0, err: '' });
  expect(paused.out).toMatch(
    /^Recorded \S+: pause, ann \(as claimed\), .*: upgrade \[CHG1\]\nRun \S+ takes it up\.\n$/,
  );
  const status = await cli('status', '--json', '--data', folder);
  expect(JSON.parse(status.out)).toMatchObject({ paused: { by: { name: 'ann', how: 'claimed' }, ticket: 'CHG1' } });
  expect((await cli('status', '--data', folder)).out).toContain('PAUSED: ann (as claimed)');
  expect((await cli('resume', ...said)).code).toBe(0);
  expect((await cli('status', '--data', folder)).out).not.toContain('PAUSED');
});

test.each<[string, string[], number, RegExp]>([
  ['a word without a reason', ['pause'], 2, /--why/],
  ['an answer to nothing', ['answer', 'keep', '--why', 'x'], 2, /expected ids of holds, or --publication/],
  ['an answer nobody knows', ['answer', 'maybe', 'h', '--why', 'x'], 2, /remove, keep/],
  ['a hold that is not open', ['answer', 'keep', 'h-1', '--why', 'x'], 1, /no hold h-1 is open/],
  ['a moment that has passed', ['pin', '277', '--until', '2020-01-01', '--why', 'x'], 2, /a moment to come/],
  ['a plan nobody knows', ['plan', 'r/t'], 1, /no recorded plan/],
  ['what is no address', ['lookup', 'x'], 1, /"x"|x/],
])('%s ends with its exit code and its reason', async (_name, args, code, reason) => {
  const { code: got, out, err } = await cli(...args, '--data', folder);
  expect({ got, out }).toEqual({ got: code, out: '' });
  expect(err).toMatch(reason);
});

test('a folder over which nothing is up, and settings that lack, are said', async () => {
  const nobody = await cli('status', '--data', files);
  expect(nobody).toMatchObject({ code: 2, err: expect.stringContaining('No local service is up') });
  const nothing = await cli('status');
  expect(nothing).toMatchObject({ code: 2, err: expect.stringContaining('AzureWebJobsStorage') });
});

test('a replay gives the figures as JSON, and draws its tag', async () => {
  const svg = join(folder, 'west.svg');
  const { code, out } = await cli('replay', files, '--json', '--svg', svg);
  expect(code).toBe(0);
  const figures = {
    weeksAsked: 1,
    addressDaysMissing: { ipv4: 0, ipv6: '0' },
    addressDaysHeldGains: { ipv4: 0, ipv6: '0' },
    addressesRemovedThatCameBack: { ipv4: 0, ipv6: '0' },
    addressDaysBeyondPublication: { ipv4: 17_920, ipv6: '0' },
  };
  const json = JSON.parse(out);
  expect(json).toMatchObject({ publications: 4, policies: { 'service-tag-sync': figures } });
  expect(Object.keys(json)).toEqual(['publications', 'policies']);
  expect(Object.keys(json.policies)).toEqual(['service-tag-sync', 'blind', 'percent-30', 'symmetric-10']);
  for (const policy of Object.values<object>(json.policies)) expect(Object.keys(policy)).toEqual(Object.keys(figures));
  expect(await readFile(svg, 'utf8')).toContain('Storage.WestUS');
});

test('a replay for people names what was refused and what would have been asked', async () => {
  const { code, out, err } = await cli('replay', files, '--answer', 'hindsight:3');
  expect(code).toBe(0);
  expect(out).toContain('4 publications: 3 accepted, 1 refused');
  expect(out).toMatch(/ServiceTags_Public_20240129\.json\n\s+.*truncated document/);
  expect(out).toMatch(/2024-01-15\n\s+Storage\.WestUS: loss\n\s+lost-share: .*50\.0 %/);
  expect(err).toContain('1/4 ServiceTags_Public_20240108.json');
});

test.each([
  ['--answer', 'hindsight'],
  ['--cloud', 'Mars'],
  ['--tag', 'Storage.WestUS'],
])('a replay with %s %s is refused', async (...args) => {
  expect((await cli('replay', files, ...args)).code).toBe(2);
});
