import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { cp, mkdtemp, readFile, realpath, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type Mutant, placesOf, plant } from './mutant.ts';

const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const leftOut = new Set(['node_modules', '.git', 'dist', '.data', 'coverage', '.service-tag-sync']);
/** What takes longer hangs: a mutant may be a loop without an end. */
const limitMs = 600_000;

/** What became of the tests. */
export interface TestRun {
  readonly passed: boolean;
  /** The first test that failed, or what else went wrong. */
  readonly failure?: string;
}

const copies = new Set<string>();
const children = new Set<number>();

/** Ends what runs and takes away what was copied; also where the process is told to stop. */
export function cleanUp(): void {
  for (const pid of children) process.kill(-pid, 'SIGKILL');
  for (const copy of copies) rmSync(copy, { recursive: true, force: true });
  copies.clear();
}

/** Runs test files in a copy of this checkout, with the mutant in it if one is given. */
export async function testCopy(tests: readonly string[], mutant?: Mutant): Promise<TestRun> {
  const copy = await mkdtemp(join(tmpdir(), 'service-tags-mutant-'));
  copies.add(copy);
  try {
    await cp(root, copy, { recursive: true, filter: (from) => from === root || !leftOut.has(basename(from)) });
    await symlink(await realpath(join(root, 'node_modules')), join(copy, 'node_modules'));
    for (const [path, places] of mutant ? placesOf(mutant) : []) {
      const file = join(copy, path);
      await writeFile(file, plant(mutant?.name ?? '', places, await readFile(file, 'utf8')));
    }
    const missing = tests.filter((one) => !existsSync(join(copy, one)));
    if (missing.length > 0) throw new Error(`expected test files, found none at ${missing.join(', ')}`);
    return await vitestIn(copy, tests, mutant ? limitMs : limitMs * 6);
  } finally {
    copies.delete(copy);
    rmSync(copy, { recursive: true, force: true });
  }
}

async function vitestIn(copy: string, tests: readonly string[], maxMs: number): Promise<TestRun> {
  const report = join(copy, 'mutant-report.json');
  const args = ['run', ...tests, '--bail=1', '--reporter=json', `--outputFile=${report}`];
  // The bundle would take a build each time; the account in memory stands in for nothing that is deployed.
  const projects = ['--project=!built', '--project=!in memory'];
  const vitest = join(copy, 'node_modules/vitest/vitest.mjs');
  const child = spawn(process.execPath, [vitest, ...args, ...projects], {
    cwd: copy,
    stdio: ['ignore', 'pipe', 'pipe'],
    // Each fault that histories must find is found by the first 200 of them; where there is none, all are played.
    env: { HISTORIES: '250', ...process.env },
    // A group of its own, so that workers that hang can be ended with it.
    detached: true,
  });
  const { pid } = child;
  if (pid === undefined) throw new Error(`vitest cannot be started in ${copy}`);
  children.add(pid);
  let late = false;
  const limit = setTimeout(() => {
    late = true;
    process.kill(-pid, 'SIGKILL');
  }, maxMs);
  const [[code], said, complaints] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  clearTimeout(limit);
  children.delete(pid);
  if (late) return { passed: false, failure: `no end within ${maxMs / 1_000} s` };
  if (!existsSync(report)) throw new Error(`vitest ended with ${code} and no report: ${said}${complaints}`);
  const failure = failureIn(JSON.parse(await readFile(report, 'utf8')) as Report, copy);
  if (code === 0) return { passed: true };
  // A failure that no test stands for is one of the run itself, and says nothing about the mutant.
  if (failure === undefined) throw new Error(`vitest ended with ${code} and no failed test: ${said}${complaints}`);
  return { passed: false, failure };
}

/** As far as it is read: the JSON that vitest writes. */
interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** The first test that failed, by its file and name; a file that failed as a whole, by what it says. */
function failureIn({ testResults }: Report, copy: string): string | undefined {
  for (const { name, status, message, assertionResults } of testResults) {
    if (status !== 'failed') continue;
    const test = assertionResults.find((one) => one.status === 'failed');
    // On a machine that does too much at once, time may run out for another reason than the mutant.
    const late = test?.failureMessages.some((one) => one.includes('timed out')) ? ' (timed out)' : '';
    return `${name.replace(`${copy}/`, '')}: ${test?.fullName ?? message.split('\n', 1)[0]}${late}`;
  }
  return undefined;
}
