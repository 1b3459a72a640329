import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { madeUpFiles } from './input.ts';
import type { Asked, Sample } from './sample.ts';
import { works } from './works.ts';

export interface PeersOptions {
  /** How many times as large the input is; each is measured. */
  readonly sizes: readonly number[];
  /** Processes for each peer. */
  readonly samples: number;
  /** Names of works; all if empty. */
  readonly works: readonly string[];
  /** A peer that would take longer than so many seconds is left out, by what it took of the size before. */
  readonly mostSeconds: number;
}

interface PeerRow {
  readonly peer: string;
  /** Medians over the processes: the first time in a process, the later ones, what they used of the processor. */
  readonly firstMs: number;
  readonly ms: number;
  readonly cpuMs: number;
  readonly grownMiB: number;
  /** Whether its answer has the addresses that it must; absent where there is nothing to compare. */
  readonly right?: boolean;
}

interface WorkTable {
  readonly work: string;
  readonly times: number;
  readonly rows: readonly PeerRow[];
  readonly leftOut: readonly string[];
}

export interface PeersBench {
  readonly files: readonly string[];
  readonly madeUp: boolean;
  /** Processes that wanted to run while it was measured, on average over a minute. */
  readonly load: number;
  readonly node: string;
  readonly tables: readonly WorkTable[];
  /** The product is right everywhere. */
  readonly good: boolean;
}

/**
 * The product beside libraries that do the same, on the two newest Public files of a folder. Each sample is a process of its own, and
 * they take turns; answers are compared before anything is timed. Without a folder: files made up in the same shape.
 */
export function benchPeers(folder: string | undefined, options: PeersOptions, say: (text: string) => void): PeersBench {
  const place = mkdtempSync(path.join(tmpdir(), 'peers-'));
  try {
    const files = folder === undefined ? writeMadeUp(place) : newestOf(folder);
    const asked = Object.keys(works).filter((work) => options.works.length === 0 || options.works.includes(work));
    const tables = asked.flatMap((work) => tablesOf(work, files, options, say));
    return {
      files: files.map((file) => path.basename(file)),
      madeUp: folder === undefined,
      load: loadavg()[0] ?? 0,
      node: process.version,
      tables,
      good: tables.every(({ rows }) => rows[0]?.right !== false),
    };
  } finally {
    rmSync(place, { recursive: true });
  }
}

type Files = readonly [string, string];

function writeMadeUp(place: string): Files {
  const [older, newer] = [path.join(place, 'older.json'), path.join(place, 'newer.json')];
  const [first, second] = madeUpFiles();
  writeFileSync(older, first);
  writeFileSync(newer, second);
  return [older, newer];
}

function newestOf(folder: string): Files {
  const names = readdirSync(folder).filter((name) => /^ServiceTags_Public_\d{8}\.json$/.test(name));
  const [older, newer] = names.sort().slice(-2);
  if (older === undefined || newer === undefined) {
    throw new Error(`expected two files ServiceTags_Public_<date>.json in ${folder}, found ${names.length}`);
  }
  return [path.join(folder, older), path.join(folder, newer)];
}

function tablesOf(work: string, files: Files, options: PeersOptions, say: (text: string) => void): WorkTable[] {
  const { peers, ofFiles, witness } = works[work] ?? { peers: {} };
  const truth = witness ? sampleOf({ work, peer: 'witness', files, times: 1, answer: true }).answer : undefined;
  const right = new Map<string, boolean>();
  const took = new Map<string, { readonly times: number; readonly ms: number }>();
  return options.sizes
    .filter((times) => times === 1 || !ofFiles)
    .map((times) => {
      say(`${work}, x${times}`);
      const fits = (peer: string) => {
        const before = took.get(peer);
        return before === undefined || (before.ms / before.times) * times < options.mostSeconds * 1000;
      };
      const names = Object.keys(peers);
      const able = names.filter(fits);
      if (truth !== undefined) {
        for (const peer of able.filter((name) => !right.has(name))) {
          const { answer } = sampleOf({ work, peer, files, times: 1, answer: true });
          if (answer !== undefined) right.set(peer, answer === truth);
        }
      }
      const rows = interleaved(able, options.samples, (peer) =>
        sampleOf({ work, peer, files, times, answer: false }),
      ).map(([peer, samples]) => rowOf(peer, samples, right.get(peer)));
      for (const { peer, ms } of rows) took.set(peer, { times, ms });
      return { work, times, rows, leftOut: names.filter((name) => !able.includes(name)) };
    });
}

function interleaved(
  peers: readonly string[],
  samples: number,
  sample: (peer: string) => Sample,
): [string, readonly Sample[]][] {
  const rounds = Array.from({ length: samples }, () => peers.map(sample));
  return peers.map((peer, i) => [peer, rounds.flatMap((round) => round[i] ?? [])]);
}

/** Enough heap for ten million texts, and more. */
const heap = '--max-old-space-size=12288';

function sampleOf(asked: Asked): Sample {
  const file = path.join(import.meta.dirname, 'sample.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [heap, file, JSON.stringify(asked)], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`${asked.work} by ${asked.peer} ended with ${status}: ${stderr}`);
  return JSON.parse(stdout) as Sample;
}

function rowOf(peer: string, samples: readonly Sample[], right: boolean | undefined): PeerRow {
  return {
    peer,
    firstMs: medianOf(samples.map(({ firstMs }) => firstMs)),
    ms: medianOf(samples.map(({ firstMs, warmMs }) => warmMs ?? firstMs)),
    cpuMs: medianOf(samples.map(({ cpuMs }) => cpuMs)),
    grownMiB: medianOf(samples.map(({ grownMiB }) => grownMiB)),
    ...(right === undefined ? {} : { right }),
  };
}

function medianOf(values: readonly number[]): number {
  return Math.round((values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0) * 10) / 10;
}

export function peersText({ files, madeUp, load, node, tables }: PeersBench): string {
  const source = madeUp ? 'made-up files, as no folder was named: ratios of real ones may differ' : files.join(', ');
  const head = `Node.js ${node}, load ${load.toFixed(1)}, ${source}`;
  return [head, ...tables.map(tableText)].join('\n\n');
}

function tableText({ work, times, rows, leftOut }: WorkTable): string {
  const own = rows[0]?.ms ?? Number.NaN;
  const line = ({ peer, firstMs, ms, cpuMs, grownMiB, right }: PeerRow) =>
    [
      peer.padEnd(26),
      ...[firstMs, ms, cpuMs, grownMiB].map((value) => value.toFixed(1).padStart(9)),
      `${(ms / own).toFixed(2)}x`.padStart(9),
      right === false ? '  WRONG' : '',
    ].join('');
  const titles = ['first ms', 'ms', 'cpu ms', 'MiB', 'of ours'].map((title) => title.padStart(9)).join('');
  return [
    `${`${work}, x${times}`.padEnd(26)}${titles}`,
    ...rows.map(line),
    ...leftOut.map((peer) => `${peer.padEnd(26)} left out: it would take too long`),
  ].join('\n');
}
