import { expect, test } from 'vitest';
import { parts } from './parts.ts';
import { playPart } from './play-part.ts';

// The same cases each time, so that a change is judged by what it changed: `npm run torture` draws others. Histories have
// a project of their own.
const seed = 20261201;
const histories = { batch: 1, promises: [], skip: [] };
const played = parts.filter(({ name }) => name !== 'histories');

test.each(played)('$about', { timeout: 120_000 }, async (part) => {
  const bounds = { deadline: Number.POSITIVE_INFINITY };
  const { findings, cases } = await playPart(part, { seed, form: 'short', histories }, bounds, () => undefined);
  expect(findings).toEqual([]);
  expect(cases).toBeGreaterThan(0);
});
