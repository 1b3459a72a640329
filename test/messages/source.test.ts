import { expect, test } from 'vitest';
import type { DomainEvent } from '../../src/core/event.ts';
import { stillMatters } from '../../src/messages/news.ts';
import { noticesOf } from '../../src/messages/notices.ts';
import { firstLine } from '../../src/messages/text.ts';
import { textOf } from '../../src/messages/text-of.ts';

const freshness = {
  kind: 'source-freshness',
  from: 'fresh',
  since: '2024-01-16T12:00:00.000Z',
  newestDate: '2024-01-15',
  changeNumber: 200,
  ageDays: 17,
} as const;
const file = 'ServiceTags_Public_20240122.json';

const inPart = { kind: 'publication-accepted', file, changeNumber: 201, identical: false, digest: 'abc' } as const;

/** Each event, its first line, and what its lines must say. */
const cases: readonly [string, DomainEvent, string, readonly string[]][] = [
  [
    'late',
    { ...freshness, to: 'late' },
    '[INFO] contoso: the source is late: no new publication for 17 days; every list stays as it is, and the clock removes nothing.',
    ['The last accepted publication is 200, dated 2024-01-15, 17 days ago.', 'If ignored:'],
  ],
  ['stale', { ...freshness, to: 'stale', ageDays: 26 }, '[NEEDS YOU] contoso: the source is stale', ['What to do:']],
  [
    'fresh again',
    { ...freshness, from: 'stale', to: 'fresh', ageDays: 1 },
    '[OK] contoso: publications arrive on time again; the source had been stale since 2024-01-16. Nothing to do.',
    [],
  ],
  [
    'suspect',
    {
      ...freshness,
      to: 'suspect',
      suspect: { file, digest: 'abc', gains: [{ tag: 'Storage.WestUS', prefixes: ['20.0.6.0/24'] }] },
    },
    `[NEEDS YOU] contoso: ${file} was not accepted and would add addresses to Storage.WestUS; they are in no list.`,
    [
      'Storage.WestUS: 1 range (256 IPv4 addresses) (20.0.6.0/24).',
      'npm run -s cli -- accept abc --why',
      'abc',
      'If ignored:',
    ],
  ],
  [
    'in danger',
    {
      kind: 'deadline-in-danger',
      target: 'hub',
      changeNumber: 201,
      notAccepted: file,
      tags: ['Storage.WestUS'],
      missing: ['20.0.6.0/24'],
      earliest: '2024-01-29T00:00:00.000Z',
      promised: '2024-01-30T00:00:00.000Z',
      leftMs: 92 * 3_600_000,
      reasons: ['paused by on call'],
    },
    '[FAILED] contoso: hub is still missing 1 range (256 IPv4 addresses) of publication 201; Azure may use it in 3 d 20 h (from Mon 2024-01-29 00:00 UTC on).',
    ['Why: paused by on call.', `Only ${file} announces it`, 'Tue 2024-01-30 00:00 UTC'],
  ],
  [
    'due now',
    {
      kind: 'deadline-in-danger',
      target: 'hub',
      changeNumber: 201,
      tags: ['Storage.WestUS'],
      missing: ['20.0.6.0/24'],
      earliest: '2024-01-29T00:00:00.000Z',
      promised: '2024-01-30T00:00:00.000Z',
      leftMs: 0,
      reasons: [],
    },
    '[FAILED] contoso: hub is still missing 1 range (256 IPv4 addresses) of publication 201; Azure may use it from now on (from Mon 2024-01-29 00:00 UTC on).',
    [],
  ],
  [
    'disagreement',
    {
      kind: 'source-disagreement',
      way: 'discovery-api',
      finding: 'subset',
      text: 'It is 3 publications behind',
      tags: [{ tag: 'Storage.WestUS', onlyHere: ['20.0.6.0/24'], onlyThere: [] }],
    },
    "[INFO] contoso: Azure's Service Tag Discovery API is behind the publication in force. Nothing to do.",
    ['It is 3 publications behind.', 'Storage.WestUS: only in force 20.0.6.0/24.', 'never a source'],
  ],
  [
    'in time',
    {
      kind: 'target-changed',
      target: 'hub',
      added: ['20.0.6.0/24'],
      removed: [],
      inTime: { changeNumber: 201, earliest: '2024-01-29T00:00:00.000Z', leftMs: 92 * 3_600_000 },
    },
    '[OK] contoso: hub: 1 range (256 IPv4 addresses) added; verified, 3 d 20 h before Azure may use it. Nothing to do.',
    [],
  ],
  [
    'refused, with what it is accepted by',
    { kind: 'publication-refused', file, reasons: ['it is older'], digest: 'raw-abc' },
    `[NEEDS YOU] contoso: ${file} was refused`,
    ['it is older.', 'raw-abc'],
  ],
  [
    'accepted on a word',
    {
      kind: 'publication-accepted',
      file,
      changeNumber: 201,
      identical: false,
      by: 'kim',
      onlyTags: ['Storage.WestUS'],
    },
    '[OK] contoso: 1 tag of publication 201 accepted by kim. Nothing to do.',
    ['Tags: Storage.WestUS. All others stay as they were.'],
  ],
  [
    'taken in part, with a tag that a list selects',
    {
      ...inPart,
      setAside: [
        {
          tag: 'Storage.WestUS',
          why: 'values[3].properties.addressPrefixes: expected a list, got nothing',
          selected: true,
        },
        { tag: 'Sql', why: 'values[4].id: expected "Sql", got nothing', selected: false },
      ],
      setAsideCount: 23,
    },
    '[NEEDS YOU] contoso: publication 201 is accepted, but what it says of Storage.WestUS cannot be believed: it stays as before.',
    [
      `File: ${file}. Everything else of it was taken over.`,
      'Storage.WestUS: values[3].properties.addressPrefixes: expected a list, got nothing.',
      '22 tags that no list selects stay as before: Sql (values[4].id: expected "Sql", got nothing) and 21 more.',
      'until a file comes that is sound there',
      'What to do: compare the file',
      'If ignored:',
    ],
  ],
  [
    'taken in part, with an older tag',
    {
      ...inPart,
      setAside: [
        {
          tag: 'Storage.WestUS',
          why: 'changeNumber of Storage.WestUS: expected 9, got 8',
          selected: true,
          stale: true,
        },
      ],
      setAsideCount: 1,
    },
    '[NEEDS YOU] contoso: publication 201 is accepted, but',
    [
      'If it is right about Storage.WestUS, accept it for these tags: `npm run -s cli -- accept abc --tags Storage.WestUS --why "..."`.',
    ],
  ],
  [
    'taken in part, with nothing that a list selects',
    { ...inPart, by: 'kim', setAside: [{ tag: 'Sql', why: 'it is damaged', selected: false }], setAsideCount: 1 },
    '[OK] contoso: publication 201 is accepted by kim, without 1 tag that no list selects. Nothing to do.',
    ['1 tag that no list selects stays as before: Sql (it is damaged).'],
  ],
  [
    'with a value that has no name',
    { ...inPart, unnamed: ['values[3]: expected an object, got null'] },
    '[OK] contoso: publication 201 is accepted, without values whose name cannot be read. Nothing to do.',
    ['Values whose name cannot be read were left out: values[3]: expected an object, got null.'],
  ],
];

test('a publication that was taken in part is a notice of its own only for a tag that a list selects', () => {
  const setAside = (selected: boolean) => ({
    ...inPart,
    setAside: [{ tag: 'Storage.WestUS', why: 'it is damaged', selected }],
    setAsideCount: 1,
  });
  const changed = { kind: 'target-changed', target: 'hub', added: ['20.0.6.0/24'], removed: [] } as const;
  const occasion = {
    at: '2024-01-23T12:00:00Z',
    lists: { west: { tags: ['Storage.WestUS'] } },
    targets: { hub: { list: 'west' } },
  };
  expect(noticesOf([setAside(false), changed], occasion).map(({ kind }) => kind)).toEqual(['changed']);
  const notices = noticesOf([setAside(true), changed], occasion);
  expect(notices.map(({ kind, lists, targets }) => [kind, lists, targets])).toEqual([
    ['source', ['west'], ['hub']],
    ['changed', ['west'], ['hub']],
  ]);
  const waiting = notices.map((notice) => ({ notice }));
  expect(stillMatters(waiting, new Date('2024-01-23T12:00:00Z')).dropped).toEqual([]);
  // The publication after it has the tag again.
  const healed = noticesOf([inPart, changed], { ...occasion, at: '2024-01-30T12:00:00Z' }).map((notice) => ({
    notice,
  }));
  expect(
    stillMatters([...waiting, ...healed], new Date('2024-01-30T12:00:00Z')).keep.map(({ notice }) => notice.kind),
  ).toEqual(['changed']);
});

test.each(cases)('%s', (_, event, headline, lines) => {
  const text = textOf(event);
  expect(firstLine(text, 'contoso')).toContain(headline);
  for (const line of lines) expect(text.lines.join('\n')).toContain(line);
});
