import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { buildCommandLine } from '../../src/build/command-line.ts';

interface TimedCommand {
  readonly command: string;
  /** Median, in milliseconds, from the start of the process to its end. */
  readonly ms: number;
  /** What the project asks of it, in milliseconds. */
  readonly limitMs: number;
}

interface CommandLineBench {
  /** The same of a process that does nothing. */
  readonly nodeAloneMs: number;
  readonly commands: readonly TimedCommand[];
  readonly good: boolean;
}

const root = path.resolve(import.meta.dirname, '../..');

/** Measures the built command line, each time as a process of its own, in turns; looks-up over a local service with sample publications. */
export async function benchCommandLine(rounds = 9): Promise<CommandLineBench> {
  const folder = await mkdtemp(path.join(tmpdir(), 'command-line-'));
  const { file } = await buildCommandLine(path.join(folder, 'package'));
  const data = path.join(folder, 'state');
  const service = await startService(data);
  try {
    const asked = [
      { args: ['--version'], limitMs: 300 },
      { args: ['--help'], limitMs: 300 },
      { args: ['lookup', '20.60.4.1', '--data', data], limitMs: 600 },
      { args: ['why', '20.60.4.1', '--data', data], limitMs: 600 },
    ];
    const alone: number[] = [];
    const times = asked.map((): number[] => []);
    for (let round = 0; round < rounds; round++) {
      alone.push(timeOf(['-e', '0']));
      for (const [index, { args }] of asked.entries()) times[index]?.push(timeOf([file, ...args]));
    }
    const commands = asked.map(({ args, limitMs }, index) => ({
      command: args.slice(0, 2).join(' '),
      ms: medianOf(times[index] ?? []),
      limitMs,
    }));
    return { nodeAloneMs: medianOf(alone), commands, good: commands.every(({ ms, limitMs }) => ms <= limitMs) };
  } finally {
    service.kill('SIGTERM');
    await once(service, 'exit');
    await rm(folder, { recursive: true });
  }
}

export function commandLineText({ nodeAloneMs, commands }: CommandLineBench): string {
  return [
    `Node.js alone                ${nodeAloneMs.toFixed(0).padStart(5)} ms`,
    ...commands.map(
      ({ command, ms, limitMs }) => `${command.padEnd(28)} ${ms.toFixed(0).padStart(5)} ms, asked for ${limitMs}`,
    ),
  ].join('\n');
}

/** Up when it says so. It reads no file of Microsoft's: what it is asked is in the sample. */
async function startService(data: string): Promise<ChildProcess> {
  const service = spawn(
    process.execPath,
    [path.join(root, 'src/local/start.ts'), '--data', data, '--port', '0', '--config', 'service-tag-sync.example.json'],
    { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const said: string[] = [];
  for await (const line of createInterface({ input: service.stderr })) {
    if (line.startsWith('Up at ')) {
      service.stderr.resume();
      return service;
    }
    said.push(line);
  }
  throw new Error(`expected a local service, got none:\n${said.join('\n')}`);
}

/** An address that nothing lets in ends with 1; 2 would be a mistake of this bench. */
function timeOf(args: readonly string[]): number {
  const start = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0 && status !== 1) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  return performance.now() - start;
}

function medianOf(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}
