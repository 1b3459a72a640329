import { describe, expect, it } from 'vitest';
import { effectiveOf } from '../../../src/core/judge/ledger.ts';
import { defaultPolicy, type Policy, type TagPolicy } from '../../../src/core/judge/policy.ts';
import { acceptFile } from '../../../src/core/publication/accept.ts';
import { makePublication } from '../../support/catalog.ts';
import { Judging, type Tags } from '../../support/history.ts';

const tag = 'Storage.WestUS';
const east = 'Storage.EastUS';
const base = Array.from({ length: 20 }, (_, i) => `20.1.${i * 2}.0/24`);
const six = Array.from({ length: 12 }, (_, i) => `2603:1000:${i * 2 + 1}::/48`);
const others = { [east]: ['20.2.0.0/24'], Sql: ['20.7.0.0/24'] };

type Switch = { [K in keyof TagPolicy]: TagPolicy[K] extends boolean ? K : never }[keyof TagPolicy];

/** Every question that is asked while a tag goes from one week to all the next ones. */
function play(policy: Policy, before: readonly string[], after: readonly string[] | undefined) {
  const judging = new Judging({ policy });
  const withGlobal = (tags: Tags): Tags => ({
    ...tags,
    Storage: [...(tags[tag] ?? []), ...(tags[east] ?? [])],
  });
  const rules = new Set<string>();
  for (let day = 0; day <= 98; day += 7) {
    const own = day === 0 ? before : after;
    const { events } = judging.publish(day, withGlobal(own ? { ...others, [tag]: own } : others));
    for (const event of events) {
      if (event.kind === 'hold-opened' && event.tag === tag) {
        for (const { rule } of event.questions) rules.add(rule);
      }
    }
  }
  const row = judging.ledger.tags.get(tag);
  if (!row) throw new Error('expected a row');
  const { ipv4, ipv6 } = effectiveOf(row);
  return { rules: [...rules], effective: [...ipv4.toPrefixes(), ...ipv6.toPrefixes()] };
}

const cases: readonly {
  setting: Switch;
  rules: readonly string[];
  before: readonly string[];
  after: readonly string[] | undefined;
}[] = [
  { setting: 'lossQuestionTagVanished', rules: ['tag-vanished'], before: base, after: undefined },
  { setting: 'lossQuestionFamily', rules: ['lost-prefixes', 'lost-family'], before: [...base, ...six], after: base },
  {
    setting: 'gainQuestionPrivateRange',
    rules: ['reserved-range'],
    before: [...base, ...six],
    after: [...base, '10.1.0.0/24', '100.64.9.0/24', '172.31.0.0/24', '192.168.7.0/24', ...six, 'fd00:1::/48'],
  },
  { setting: 'gainQuestionOtherRegion', rules: ['other-region'], before: base, after: [...base, '20.2.0.0/24'] },
  { setting: 'gainQuestionOtherService', rules: ['other-service'], before: base, after: [...base, '20.7.0.0/24'] },
];

describe.each(cases)('$setting', ({ setting, rules, before, after }) => {
  it('is a question by default', () => {
    expect(play(defaultPolicy, before, after).rules).toEqual(rules);
  });

  it.each([
    ['for the tag', { ...defaultPolicy, tags: { [tag]: { [setting]: false } } }],
    ['for all tags', { ...defaultPolicy, [setting]: false }],
  ])('asks nothing where it is off %s: the file and the clock decide', (_, policy) => {
    const { rules: asked, effective } = play(policy, before, after);
    expect({ asked, effective: effective.toSorted() }).toEqual({ asked: [], effective: (after ?? []).toSorted() });
  });

  it('is a question where it is off for another tag', () => {
    expect(play({ ...defaultPolicy, tags: { [east]: { [setting]: false } } }, before, after).rules).toEqual(rules);
  });
});

it.each([
  '127.0.0.0/24',
  '169.254.0.0/24',
  '198.51.100.0/24',
  '224.0.1.0/24',
  '255.255.255.255/32',
  'fe80::/64',
  '::1/128',
])('that no host is reached on %s is a question in every case', (prefix) => {
  const { rules, effective } = play(
    { ...defaultPolicy, gainQuestionPrivateRange: false },
    [...base, ...six],
    prefix.includes(':') ? [...base, ...six, prefix] : [...base, prefix, ...six],
  );
  expect(rules).toContain('reserved-range');
  expect(effective).not.toContain(prefix);
});

describe('fileQuestionOlderTag', () => {
  const file = (changeNumber: number, numbers: readonly [number, number, number]) =>
    makePublication({
      changeNumber,
      date: `2024-01-${changeNumber - 85}`,
      tags: { [tag]: base, [east]: ['20.2.0.0/24'], Sql: ['20.7.0.0/24'] },
      tagChangeNumbers: { [tag]: numbers[0], [east]: numbers[1], Sql: numbers[2] },
    });
  const before = file(100, [5, 5, 5]);
  const taken = (numbers: readonly [number, number, number], policy: Partial<Policy>) => {
    const { verdict, parsed } = acceptFile(file(107, numbers), {
      before,
      inForce: before.catalog,
      after: before.publication,
      policy: { ...defaultPolicy, ...policy },
      now: new Date('2024-01-23T00:00:00Z'),
    });
    return { verdict, stale: parsed.stale ?? [] };
  };

  it.each<[string, readonly [number, number, number], Partial<Policy>, ReturnType<typeof taken>]>([
    ['sets a tag aside by default', [4, 6, 6], {}, { verdict: 'accepted', stale: [tag] }],
    [
      'does not where it is off for the tag',
      [4, 6, 6],
      { tags: { [tag]: { fileQuestionOlderTag: false } } },
      { verdict: 'accepted', stale: [] },
    ],
    [
      'does not where it is off for all',
      [4, 4, 4],
      { fileQuestionOlderTag: false },
      { verdict: 'accepted', stale: [] },
    ],
    [
      'does where it is on for the tag alone',
      [4, 4, 6],
      {
        fileQuestionOlderTag: false,
        tags: { [tag]: { fileQuestionOlderTag: true }, Sql: { fileQuestionOlderTag: true } },
      },
      { verdict: 'accepted', stale: [tag] },
    ],
    ['lets more of them than went up wait as a file', [4, 4, 6], {}, { verdict: 'waiting', stale: [] }],
    [
      'does not count a tag for which it is off',
      [4, 4, 6],
      { tags: { [east]: { fileQuestionOlderTag: false } } },
      { verdict: 'accepted', stale: [tag] },
    ],
  ])('%s', (_, numbers, policy, expected) => {
    expect(taken(numbers, policy)).toEqual(expected);
  });
});
