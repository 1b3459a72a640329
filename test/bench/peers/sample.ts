import { multiplied, readLists } from './input.ts';
import { type Input, works } from './works.ts';

/** What one process measures of one peer. */
export interface Sample {
  /** The first time in its process, and the median of the times after it; absent where the first took long. */
  readonly firstMs: number;
  readonly warmMs?: number;
  /** Processor time of the warm runs, or of the first where there are none, all threads included. */
  readonly cpuMs: number;
  /** How much the process grew over its input, at most. */
  readonly grownMiB: number;
  /** Fingerprint of the answer, where it was asked for. */
  readonly answer?: string;
}

/** What a sample is asked for; as JSON, its only argument. */
export interface Asked {
  readonly work: string;
  /** `witness` gives the answer alone. */
  readonly peer: string;
  readonly files: readonly [string, string];
  readonly times: number;
  readonly answer: boolean;
}

/** Warm runs go on for so long, and so many times, at most. */
const mostMs = 3_000;
const mostRuns = 25;

process.stdout.write(JSON.stringify(measure(JSON.parse(process.argv[2] ?? '') as Asked)));

function measure({ work, peer, files, times, answer }: Asked): Sample {
  const [older, newer] = files;
  const input: Input = {
    files,
    lists: () => [multiplied(readLists(older), times), multiplied(readLists(newer), times)],
  };
  if (peer === 'witness') return { firstMs: 0, cpuMs: 0, grownMiB: 0, answer: works[work]?.witness?.(input) ?? '' };
  const ready = works[work]?.peers[peer]?.(input);
  if (ready === undefined) throw new Error(`expected a peer of a work, got "${peer}" of "${work}"`);
  const before = process.memoryUsage.rss();
  const begin = process.cpuUsage();
  const firstMs = timeOf(ready.run);
  const firstCpu = cpuSince(begin);
  const grownMiB = Math.max(0, process.resourceUsage().maxRSS * 1024 - before) / 2 ** 20;
  const warm: number[] = [];
  const start = performance.now();
  const cpu = process.cpuUsage();
  while (warm.length < mostRuns && performance.now() - start + firstMs < mostMs) warm.push(timeOf(ready.run));
  const cpuMs = warm.length === 0 ? firstCpu : cpuSince(cpu) / warm.length;
  const said = answer ? ready.answer?.() : undefined;
  return {
    firstMs,
    ...(warm.length === 0 ? {} : { warmMs: medianOf(warm) }),
    cpuMs,
    grownMiB,
    ...(said === undefined ? {} : { answer: said }),
  };
}

function timeOf(run: () => unknown): number {
  const start = performance.now();
  run();
  return performance.now() - start;
}

function cpuSince(begin: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(begin);
  return (user + system) / 1000;
}

function medianOf(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
}
