import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { expect, test } from 'vitest';
import type { Beginning } from './arbitraries.ts';
import { play } from './play.ts';
import type { Step } from './step.ts';

/** A history that broke a promise once, made small, with what has to be so. */
interface FoundHistory {
  readonly why: string;
  readonly first: Omit<Beginning, 'tags'> & { readonly tags: Readonly<Record<string, readonly string[]>> };
  readonly steps: readonly Step[];
  /** First and last request at which the process dies in its last step; absent: only as that step says. */
  readonly deaths?: readonly [number, number];
}

const folder = new URL('found/', import.meta.url);

const cases = readdirSync(folder).flatMap((file) => {
  const { why, first, steps, deaths } = JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as FoundHistory;
  const name = `${basename(file, '.json').replaceAll('-', ' ')}: ${why}`;
  const tags = new Map(Object.entries(first.tags).map(([tag, points]) => [tag, new Set(points)]));
  const [from = 0, to = -1] = deaths ?? [];
  const last = steps.at(-1);
  const ends = Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const histories = ends.map((at): readonly Step[] => {
    if (last?.do !== 'run, and die') throw new Error(`${file}: expected a death as the last step, got ${last?.do}`);
    return [...steps.slice(0, -1), { ...last, death: { ...last.death, at } }];
  });
  return (deaths ? histories : [steps]).map((one, index) => ({
    name: deaths ? `${name} (request ${from + index})` : name,
    first: { ...first, tags },
    steps: one,
  }));
});

test.each(cases)('$name', async ({ first, steps }) => {
  await expect(play(first, steps)).resolves.toBeUndefined();
});
