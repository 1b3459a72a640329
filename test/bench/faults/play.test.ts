import { expect, test } from 'vitest';
import { emptySets, isEmpty, prefixesOf } from '../../../src/core/address/sets.ts';
import type { Catalog } from '../../../src/core/publication/catalog.ts';
import type { ParsedPublication } from '../../../src/core/publication/publication.ts';
import { faultIn, setsIn } from './effects.ts';
import { type Follower, nothingTold, type Told } from './follower.ts';
import { allCases, generatedTriple } from './generated.ts';
import { filesOf, follow } from './play.ts';

const cases = allCases(generatedTriple());

/** Holds what the first file says, until it is `end`; then it holds nothing. Notes what it is shown. */
class Stubborn implements Follower {
  readonly name = 'stubborn';
  readonly shown: string[] = [];
  readonly #told: (tags: Catalog) => Told;
  readonly #end: string;
  #held: Catalog | undefined;

  constructor(end: string, told: (file: Catalog) => Told = () => nothingTold) {
    this.#end = end;
    this.#told = told;
  }

  take({ catalog }: ParsedPublication, now: Date): Told {
    this.#held ??= catalog;
    this.shown.push(`file ${now.toISOString().slice(0, 10)}`);
    return this.#told(catalog);
  }

  pass(now: Date): Told {
    this.shown.push(now.toISOString().slice(0, 10));
    if (now.toISOString().slice(0, 10) === this.#end) this.#held = undefined;
    return nothingTold;
  }

  effective(tag: string) {
    return this.#held ? setsIn(this.#held, tag) : emptySets;
  }
}

function followed(kind: string, follower: Follower) {
  const fault = cases.find((one) => one.kind.name === kind);
  if (!fault) throw new Error(`expected a case of ${kind}`);
  const files = filesOf(fault);
  const { tags, scene } = fault.planted;
  const faults = tags.map((tag) =>
    faultIn(
      tag,
      scene,
      files.map(({ catalog }) => catalog),
    ),
  );
  const result = follow(follower, fault, files, faults);
  const [effect] = result.effects;
  if (!effect) throw new Error('expected an effect');
  return { ...result, effect, lost: faults[0]?.lost ?? emptySets };
}

test('half a year is shown, with each day between two files', () => {
  const follower = new Stubborn('never');
  const { effect, keptUnasked, asked, waits } = followed('60 % of prefixes gone', follower);
  expect(follower.shown.filter((day) => day.startsWith('file'))).toHaveLength(27);
  expect(follower.shown).toHaveLength(1 + 26 * 7);
  expect(follower.shown.slice(6, 10)).toEqual(['2024-01-21', 'file 2024-01-22', '2024-01-23', '2024-01-24']);
  expect({ keptUnasked, asked, waits }).toEqual({ keptUnasked: true, asked: false, waits: false });
  expect(isEmpty(effect.cutLater)).toBe(true);
  // What it never took over and the last file has is missing.
  expect(isEmpty(effect.additionsMissing)).toBe(false);
});

test('a file that waits is a question, and what is kept after a question is not kept unasked', () => {
  const waiting = new Stubborn('never', () => ({ ...nothingTold, waits: true }));
  expect(followed('60 % of prefixes gone', waiting)).toMatchObject({ asked: true, waits: true, keptUnasked: false });
});

test('what the clock cuts is cut later, and in silence unless it was told', () => {
  const told = (sets: Told['kept']) => () => ({ ...nothingTold, kept: sets });
  const { effect, lost, keptUnasked } = followed('tag gone', new Stubborn('2024-03-05'));
  expect(keptUnasked).toBe(false);
  expect(isEmpty(effect.cutAtOnce)).toBe(true);
  expect(prefixesOf(effect.cutLater)).toEqual(prefixesOf(lost));
  expect(prefixesOf(effect.cutInSilence)).toEqual(prefixesOf(lost));
  expect(effect.silentShare).toBeGreaterThan(0.9);
  const kept = followed('tag gone', new Stubborn('2024-03-05', told(new Map([[effect.tag, lost]]))));
  expect(prefixesOf(kept.effect.cutLater)).toEqual(prefixesOf(lost));
  expect(isEmpty(kept.effect.cutInSilence)).toBe(true);
});

test.each([2, 5])('what heals after %i weeks is as in truth from then on', (weeks) => {
  for (const fault of cases.filter(({ kind }) => kind.name === `70 % gone, healed after ${weeks} weeks`)) {
    const [tag = ''] = fault.planted.tags;
    const truth = fault.planted.scene.truth.tags.get(tag)?.published;
    const same = filesOf(fault).map(({ catalog }) => catalog.tags.get(tag)?.published.join() === truth?.join());
    expect(same).toEqual([...Array(weeks).fill(false), ...Array(26 - weeks).fill(true)]);
  }
});
