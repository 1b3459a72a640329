import { describe, expect, it } from 'vitest';
import { Judging, type Tags } from '../../support/history.ts';

const small = '20.0.0.0/24';
const many = Array.from({ length: 20 }, (_, i) => `20.1.${i}.0/25`);
const full: Tags = { 'Storage.WestUS': [small, ...many], Storage: ['20.0.0.0/15'] };
const withoutSmall = (global: readonly string[]): Tags => ({ 'Storage.WestUS': many, Storage: global });
const holds = (judging: Judging, tag = 'Storage.WestUS') => judging.ledger.tags.get(tag)?.holds ?? [];

describe('a small loss', () => {
  const cases: readonly {
    name: string;
    global: readonly string[];
    publications: number[];
    gone: number;
    kept: number;
  }[] = [
    { name: 'not in the global tag: 42 days', global: ['20.1.0.0/16'], publications: [7, 14, 21], gone: 49, kept: 48 },
    {
      name: 'still in the global tag: 90 days',
      global: ['20.0.0.0/15'],
      publications: [7, 14, 21],
      gone: 97,
      kept: 96,
    },
    {
      name: 'two files only: waits for a third',
      global: ['20.1.0.0/16'],
      publications: [7, 14],
      gone: Number.POSITIVE_INFINITY,
      kept: 400,
    },
  ];
  it.each(cases)('$name', ({ global, publications, gone, kept }) => {
    const judging = new Judging();
    judging.publish(0, full);
    // The global tag loses the range with the region; the clock of the region is what is looked at here.
    for (const day of publications) judging.publish(day, withoutSmall(global));
    judging.wait(kept);
    expect(judging.effective('Storage.WestUS').toPrefixes()).toContain(small);
    if (!Number.isFinite(gone)) return;
    // In the first case the global tag's own loss must be gone too, and it goes on the same day.
    judging.wait(gone);
    judging.wait(gone);
    expect(judging.effective('Storage.WestUS').toPrefixes()).not.toContain(small);
    expect(judging.ledger.tags.get('Storage.WestUS')?.releases).toHaveLength(1);
  });

  it('that the global tag covered is covered still when a file forgets that tag: 90 days', () => {
    const judging = new Judging();
    judging.publish(0, full);
    judging.publish(7, withoutSmall(['20.0.0.0/15']));
    for (const day of [14, 21, 28]) judging.publish(day, { 'Storage.WestUS': many });
    judging.wait(96);
    expect(judging.effective('Storage.WestUS').toPrefixes()).toContain(small);
    judging.wait(97);
    expect(judging.effective('Storage.WestUS').toPrefixes()).not.toContain(small);
  });

  it('ends when the range returns, however late', () => {
    const judging = new Judging();
    judging.publish(0, full);
    judging.publish(7, withoutSmall(['20.0.0.0/15']));
    const { events } = judging.publish(80, full);
    expect(events).toContainEqual(expect.objectContaining({ kind: 'hold-ended', how: 'returned', prefixes: [small] }));
    expect(holds(judging)).toEqual([]);
  });

  it('is not released while releases wait, nor by a clock that runs behind', () => {
    const judging = new Judging();
    judging.publish(0, full);
    for (const day of [7, 14, 21]) judging.publish(day, withoutSmall(['20.0.0.0/15']));
    judging.wait(200, { releasesWait: 'the source is stale' });
    judging.wait(150);
    expect(judging.effective('Storage.WestUS').toPrefixes()).toContain(small);
    judging.wait(201);
    expect(judging.effective('Storage.WestUS').toPrefixes()).not.toContain(small);
  });
});

describe('a loss that only a person may release', () => {
  const v6 = ['2603:1000::/48'];
  const v6s = Array.from({ length: 11 }, (_, i) => `2603:1000:${i * 2 + 1}::/48`);
  const cases: readonly {
    name: string;
    before: readonly string[];
    after: readonly string[] | undefined;
    rules: string[];
  }[] = [
    { name: 'the whole tag', before: many, after: undefined, rules: ['tag-vanished'] },
    { name: '10 % is not over 10 %', before: many, after: many.slice(2), rules: [] },
    { name: '15 % of the addresses', before: many, after: many.slice(3), rules: ['lost-share'] },
    { name: 'one prefix, a quarter of the tag', before: many.slice(0, 4), after: many.slice(0, 3), rules: [] },
    {
      name: 'one prefix, a third of the tag',
      before: many.slice(0, 3),
      after: many.slice(0, 2),
      rules: ['lost-share'],
    },
    {
      name: 'two of eleven IPv6 prefixes',
      before: [...many, ...v6s],
      after: [...many, ...v6s.slice(2)],
      rules: ['lost-share'],
    },
    { name: 'one of eleven IPv6 prefixes', before: [...many, ...v6s], after: [...many, ...v6s.slice(1)], rules: [] },
    {
      name: 'nine prefixes of many',
      before: [...many, '21.0.0.0/12'],
      after: [...many.slice(9), '21.0.0.0/12'],
      rules: ['lost-prefixes'],
    },
    {
      name: 'eight prefixes of many',
      before: [...many, '21.0.0.0/12'],
      after: [...many.slice(8), '21.0.0.0/12'],
      rules: [],
    },
    { name: 'a whole family', before: [...many, ...v6], after: many, rules: ['lost-family'] },
  ];
  it.each(cases)('$name', ({ before, after, rules }) => {
    const judging = new Judging();
    judging.publish(0, { 'Storage.WestUS': before });
    judging.publish(7, after ? { 'Storage.WestUS': after } : { Other: ['20.9.0.0/16'] });
    expect(holds(judging).flatMap(({ questions }) => questions.map(({ rule }) => rule))).toEqual(rules);
    judging.publish(14, after ? { 'Storage.WestUS': after } : { Other: ['20.9.0.0/16'] });
    judging.publish(21, after ? { 'Storage.WestUS': after } : { Other: ['20.9.0.0/16'] });
    judging.wait(1000);
    expect(judging.effective('Storage.WestUS').isEmpty).toBe(false);
    expect(holds(judging)).toHaveLength(rules.length);
  });

  it('says its sums', () => {
    const judging = new Judging();
    judging.publish(0, { 'Storage.WestUS': many });
    judging.publish(7, { 'Storage.WestUS': many.slice(5) });
    expect(holds(judging)[0]?.questions[0]?.text).toBe(
      '640 of 2,560 IPv4 addresses (25.0 %) are gone; the limit is 10.0 %',
    );
  });

  it('judges a loss against what is effective, and losing bit by bit like losing all of it', () => {
    const judging = new Judging();
    judging.publish(0, { 'Storage.WestUS': many });
    judging.publish(7, { 'Storage.WestUS': many.slice(2) });
    judging.publish(14, { 'Storage.WestUS': many.slice(4) });
    expect(holds(judging).map(({ questions }) => questions.map(({ text }) => text))).toEqual([
      [],
      ['512 of 2,560 IPv4 addresses (20.0 %) are gone within 90 days, 256 of them now; the limit is 10.0 %'],
    ]);
    expect(judging.effective('Storage.WestUS').count).toBe(2560n);
  });

  it('forgets earlier losses after 90 days, and counts none twice that was asked about', () => {
    const judging = new Judging();
    judging.publish(0, { 'Storage.WestUS': many });
    judging.publish(7, { 'Storage.WestUS': many.slice(2) });
    judging.publish(98, { 'Storage.WestUS': many.slice(4) });
    expect(holds(judging).flatMap(({ questions }) => questions)).toEqual([]);
    judging.publish(105, { 'Storage.WestUS': many.slice(5) });
    judging.publish(112, { 'Storage.WestUS': many.slice(6) });
    const asked = holds(judging).map(({ questions }) => questions.length);
    expect(asked.slice(-2)).toEqual([1, 1]);
    judging.publish(210, { 'Storage.WestUS': many.slice(7) });
    expect(holds(judging).at(-1)?.questions).toEqual([]);
  });
});

it('takes a tag that returned as returned, though its own number begins again', () => {
  const judging = new Judging();
  judging.publish(0, { 'Storage.WestUS': many });
  judging.publish(7, { Other: ['20.9.0.0/16'] });
  expect(judging.ledger.tags.get('Storage.WestUS')?.vanished?.changeNumber).toBe(101);
  const { events } = judging.publish(14, { 'Storage.WestUS': many });
  expect(events.map(({ kind }) => kind)).toContain('tag-returned');
  expect(judging.ledger.tags.get('Storage.WestUS')?.vanished).toBeUndefined();
  expect(holds(judging)).toEqual([]);
});

it('tells of files that were missed by the number of the tag itself', () => {
  const judging = new Judging();
  const numbered = (tagChangeNumbers: Record<string, number>, prefixes: readonly string[]) =>
    judging
      .publish(7, { 'Storage.WestUS': prefixes }, tagChangeNumbers)
      .events.find(({ kind }) => kind === 'tag-changed');
  numbered({ 'Storage.WestUS': 4 }, many);
  expect(numbered({ 'Storage.WestUS': 5 }, many.slice(1))).not.toHaveProperty('missed');
  expect(numbered({ 'Storage.WestUS': 8 }, many.slice(2))).toMatchObject({ missed: 2 });
});
