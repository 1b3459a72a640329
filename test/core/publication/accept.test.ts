import { describe, expect, it } from 'vitest';
import { acceptPublication } from '../../../src/core/publication/accept.ts';
import type { Cloud } from '../../../src/core/publication/catalog.ts';
import type { Publication } from '../../../src/core/publication/publication.ts';

const now = new Date('2025-03-05T09:00:00Z');

interface Sketch {
  readonly n: number;
  readonly date: string;
  readonly digest?: string;
  readonly cloud?: Cloud;
  readonly estimated?: boolean;
}

function publication({ n, date, digest, cloud, estimated }: Sketch): Publication {
  const file = `ServiceTags_${cloud ?? 'Public'}_${n}.json`;
  return {
    cloud: cloud ?? 'Public',
    digest: digest ?? `digest of ${n} ${date}`,
    valuesDigest: `values of ${n} ${date}`,
    changeNumber: n,
    file,
    date,
    dateEstimated: estimated ?? false,
    bytes: 1,
    provenance: { via: 'test', url: file, fetchedAt: now.toISOString() },
  };
}

const last: Sketch = { n: 346, date: '2025-02-17' };

const cases: readonly [what: string, last: Sketch, next: Sketch, verdict: string, reason?: string][] = [
  ['the next one', last, { n: 347, date: '2025-02-24' }, 'accepted'],
  ['the next one on the same day', last, { n: 347, date: '2025-02-17' }, 'accepted'],
  ['the same content', last, { ...last, digest: 'digest of 346 2025-02-17' }, 'seen'],
  [
    'the same content under another name and date',
    last,
    { n: 346, date: '2025-03-05', digest: 'digest of 346 2025-02-17', estimated: true },
    'seen',
  ],
  [
    'an older one',
    last,
    { n: 340, date: '2025-01-06' },
    'refused',
    'It is older: number 340 (dated 2025-01-06) is 6 below number 346 (dated 2025-02-17) and 42 days before it, accepted before.',
  ],
  [
    'an older one without dates',
    last,
    { n: 340, date: '2025-03-05', estimated: true },
    'refused',
    'It is older: number 340 (first seen 2025-03-05) is 6 below number 346 (dated 2025-02-17), accepted before.',
  ],
  ['a lower number with the same date', last, { n: 345, date: '2025-02-17' }, 'refused', 'It is older: number 345'],
  [
    'a lower number with a later date',
    last,
    { n: 345, date: '2025-02-24' },
    'refused',
    'Number and date disagree: number 345 (dated 2025-02-24) has a later date and a lower number than number 346',
  ],
  [
    'a higher number with an earlier date',
    last,
    { n: 347, date: '2025-02-10' },
    'refused',
    'Number and date disagree: number 347 (dated 2025-02-10) has an earlier date and a higher number than number 346',
  ],
  ['a higher number whose date is a guess', last, { n: 347, date: '2025-02-10', estimated: true }, 'accepted'],
  ['a higher number after a guessed date', { ...last, estimated: true }, { n: 347, date: '2025-02-10' }, 'accepted'],
  [
    'the same number again with a newer date, as 346 came twice',
    last,
    { n: 346, date: '2025-03-03' },
    'accepted',
    'Number 346 was accepted before with other content: dated 2025-02-17 then, dated 2025-03-03 now.',
  ],
  [
    'the same number and date with other content',
    last,
    { ...last, digest: 'another' },
    'refused',
    'with other content: dated 2025-02-17 then, dated 2025-02-17 now. Its date is not newer.',
  ],
  [
    'the same number with other content and a guessed date',
    last,
    { n: 346, date: '2025-03-05', estimated: true },
    'refused',
    'Which is newer cannot be told: not both file names carry a date.',
  ],
  [
    'another cloud',
    last,
    { n: 347, date: '2025-02-24', cloud: 'China' },
    'refused',
    'It is a file of China; the last accepted one is of Public',
  ],
  ['a number 25 above', last, { n: 371, date: '2025-02-24' }, 'accepted'],
  [
    'a number 26 above',
    last,
    { n: 372, date: '2025-02-24' },
    'waiting',
    "number 372 (dated 2025-02-24) is 26 above number 346 (dated 2025-02-17), accepted before; more than 25 need a person's look.",
  ],
  ["tomorrow's date", last, { n: 347, date: '2025-03-06' }, 'accepted'],
  [
    'a date after tomorrow',
    last,
    { n: 347, date: '2025-03-07' },
    'waiting',
    'number 347 (dated 2025-03-07) lies 2 days ahead of today, 2025-03-05 (UTC).',
  ],
  ['an older number with a date after tomorrow', last, { n: 3, date: '2099-01-01' }, 'refused', 'disagree'],
];

describe('acceptPublication', () => {
  it.each(cases)('%s', (_, before, next, verdict, reason) => {
    const acceptance = acceptPublication(publication(before), publication(next), now);
    expect(acceptance.verdict).toBe(verdict);
    if (reason === undefined) expect(acceptance.reasons).toEqual([]);
    else expect(acceptance.reasons).toEqual([expect.stringContaining(reason)]);
  });

  it('takes any first one, unless its date lies ahead', () => {
    const first = (date: string) => acceptPublication(undefined, publication({ n: 999, date }), now);
    expect(first('2020-01-06')).toEqual({ verdict: 'accepted', reasons: [] });
    expect(first('2025-03-06').verdict).toBe('accepted');
    expect(first('2025-03-07').verdict).toBe('waiting');
  });

  it('gives both doubts about a number and a date far ahead', () => {
    const { verdict, reasons } = acceptPublication(publication(last), publication({ n: 900, date: '2099-01-05' }), now);
    expect(verdict).toBe('waiting');
    expect(reasons).toHaveLength(2);
  });

  it('counts tomorrow in UTC, to the last moment of today', () => {
    const next = publication({ n: 347, date: '2025-03-06' });
    for (const moment of ['2025-03-05T00:00:00.000Z', '2025-03-05T23:59:59.999Z']) {
      expect(acceptPublication(publication(last), next, new Date(moment)).verdict).toBe('accepted');
    }
    expect(acceptPublication(publication(last), next, new Date('2025-03-04T23:59:59.999Z')).verdict).toBe('waiting');
  });
});

describe('the same number again, repaired', () => {
  const date = '2025-02-17';
  const inPart = (digest: string, tags: readonly string[], more: Partial<Publication> = {}): Publication => ({
    ...publication({ n: 346, date, digest }),
    tagsFrom: tags.map((tag) => ({ tag, why: 'damaged' })),
    ...more,
  });
  const verdict = (before: Publication, next: Publication) => acceptPublication(before, next, now).verdict;

  it.each([
    ['whole', inPart('b', []), 'accepted'],
    ['with less left out', inPart('b', ['A']), 'accepted'],
    ['with as much left out', inPart('b', ['A', 'B']), 'refused'],
    ['with something else left out', inPart('b', ['C']), 'refused'],
    ['with a value that has no name', inPart('b', ['A'], { unnamed: 1 }), 'refused'],
    ['of an earlier date', inPart('b', [], { date: '2025-02-10' }), 'refused'],
    ['of no date', inPart('b', [], { dateEstimated: true }), 'accepted'],
    ['of a lower number', inPart('b', [], { changeNumber: 345 }), 'refused'],
    ['and it is the same one', inPart('a', []), 'seen'],
  ])('%s', (_, next, expected) => {
    expect(verdict(inPart('a', ['A', 'B']), next)).toBe(expected);
  });

  it('counts values without a name', () => {
    expect(verdict(inPart('a', [], { unnamed: 1 }), inPart('b', []))).toBe('accepted');
  });

  it('is other content where a person had accepted tags of another file', () => {
    const vouched = { ...inPart('a', []), tagsFrom: [{ tag: 'A' }] };
    expect(verdict(vouched, inPart('b', []))).toBe('refused');
  });
});

it('waits for what else speaks for a look, unless it is refused anyway', () => {
  const doubt = 'It is older content under a new number.';
  const judged = (next: Sketch) => acceptPublication(publication(last), publication(next), now, [doubt]);
  expect(judged({ n: 347, date: '2025-02-24' })).toEqual({ verdict: 'waiting', reasons: [doubt] });
  expect(judged({ n: 345, date: '2025-02-10' }).verdict).toBe('refused');
  expect(judged(last).verdict).toBe('seen');
});
