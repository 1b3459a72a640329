import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { watchTags } from '../../src/core/judge/watch.ts';
import type { Catalog } from '../../src/core/publication/catalog.ts';
import { compareWatched } from '../../src/core/publication/catalog.ts';
import { digestsOf } from '../../src/core/publication/digest.ts';
import { parseCatalog } from '../../src/core/publication/parse.ts';
import { publicPublications } from '../support/real-publications.ts';

interface ParseBench {
  /** The two files, older first, with their sizes. */
  readonly files: readonly { readonly file: string; readonly bytes: number; readonly prefixes: number }[];
  /** Medians in milliseconds over `rounds`, after two rounds to warm up. */
  readonly medians: Readonly<Record<string, number>>;
  /** The very first parse in this process: what a cold start feels. */
  readonly coldParse: number;
  readonly rounds: number;
}

/**
 * Times parsing, identity and comparison of the two newest real Public files. `parse` is all of parseCatalog(), strict
 * checks and digest included; `json` is JSON.parse alone, the floor. Trust ratios more than milliseconds.
 */
export function benchParse(rounds = 15): ParseBench {
  const paths = publicPublications('00000000', '99999999').slice(-2);
  const bodies = paths.map((path) => readFileSync(path));
  const [older, newer] = bodies;
  if (older === undefined || newer === undefined) throw new Error('expected two real Public files, found fewer');
  const start = performance.now();
  const before = parsed(older);
  const coldParse = performance.now() - start;
  const after = parsed(newer);
  const text = newer.toString('utf8');
  const document: unknown = JSON.parse(text);
  const median = (work: () => unknown) => medianOf(work, rounds);
  return {
    files: paths.map((path, i) => ({
      file: basename(path),
      bytes: bodies[i]?.length ?? 0,
      prefixes: [...(i === 0 ? before : after).tags.values()].reduce((sum, tag) => sum + tag.published.length, 0),
    })),
    medians: {
      json: median(() => JSON.parse(text)),
      digest: median(() => digestsOf(document)),
      parse: median(() => parsed(newer)),
      comparison: median(() => compareWatched(before, after.tags, watchTags(after.tags.keys()))),
      'comparison of the ACR and Storage tags': median(() =>
        compareWatched(before, after.tags, watchTags(missionTags(after))),
      ),
    },
    coldParse: round(coldParse),
    rounds,
  };
}

function missionTags({ tags }: Catalog): string[] {
  return [...tags.values()]
    .filter(({ service }) => /^(Storage|AzureContainerRegistry)$/.test(service))
    .map(({ name }) => name);
}

function parsed(bytes: Uint8Array): Catalog {
  const result = parseCatalog(bytes);
  if (!result.ok) throw new Error(`expected a sound file, got ${result.issues.length} issues`);
  return result.catalog;
}

function medianOf(work: () => unknown, rounds: number): number {
  const times: number[] = [];
  for (let i = -2; i < rounds; i++) {
    const start = performance.now();
    work();
    if (i >= 0) times.push(performance.now() - start);
  }
  return round(times.sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN);
}

const round = (ms: number) => Math.round(ms * 10) / 10;
