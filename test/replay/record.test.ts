import { expect, test } from 'vitest';
import { setsOf } from '../../src/core/address/sets.ts';
import type { DomainEvent } from '../../src/core/event.ts';
import type { TagLedger } from '../../src/core/judge/ledger.ts';
import { Tally } from '../../src/replay/metrics.ts';
import { ReplayRecord } from '../../src/replay/record.ts';

const origin = Date.parse('2024-01-08');
const onDay = (day: number): Date => new Date(origin + day * 86_400_000);
const question = { rule: 'lost-share', text: 'half is gone', next: 'answer it' };

function opened(hold: string, questions: readonly (typeof question)[]): DomainEvent {
  const addresses = { ipv4: '256', ipv6: '0' };
  const of = { of: 'loss', changeNumber: 300, prefixes: ['192.0.2.0/24'], addresses } as const;
  return { kind: 'hold-opened', hold, tag: 'Storage.WestUS', ...of, questions };
}

test('questions are kept with what they are about, a known hold is asked again, and a clock asks nobody', () => {
  const tally = new Tally();
  const record = new ReplayRecord(origin, tally);
  record.note([opened('h1', [question]), opened('h2', [])], onDay(7));
  record.note([opened('h2', [question])], onDay(14));
  const since = onDay(7).toISOString();
  const about = { hold: 'h1', tag: 'Storage.WestUS', of: 'loss', since, prefixes: [], questions: [question] } as const;
  record.note([{ kind: 'hold-reminder', ...about }], onDay(30));
  const asked = {
    tag: 'Storage.WestUS',
    kind: 'loss',
    ranges: ['192.0.2.0/24'],
    reasons: ['lost-share: half is gone'],
  };
  expect(record.asked).toEqual([
    { date: '2024-01-15', hold: 'h1', again: false, ...asked },
    { date: '2024-01-22', hold: 'h2', again: true, ...asked },
  ]);
  expect(record.notices).toEqual({ 'hold-opened': 3, 'hold-reminder': 1 });
  expect(tally.finish(30)).toMatchObject({ weeksAsked: 2, weeksAskedByHolds: 2, reminders: 1, questionsAskedAgain: 1 });
});

test('a file asks by the notice that it leads to: once, and not when it is accepted', () => {
  const tally = new Tally();
  const record = new ReplayRecord(origin, tally);
  const file = { file: 'ServiceTags_Public_20240108.json', reasons: ['too far ahead'], digest: 'd' };
  record.note([{ kind: 'publication-waits', ...file }], onDay(0));
  record.note([{ kind: 'publication-refused', ...file }], onDay(7));
  record.note([{ kind: 'publication-refused', ...file, again: true }], onDay(14));
  record.note([{ kind: 'publication-accepted', file: file.file, changeNumber: 300, identical: false }], onDay(21));
  expect(tally.finish(30)).toMatchObject({ weeksAsked: 2, weeksAskedByFiles: 2, weeksAskedByHolds: 0 });
});

test('a removal has each cause with its ranges, and what came back of these', () => {
  const record = new ReplayRecord(origin, new Tally());
  const at = onDay(50).toISOString();
  const row: TagLedger = {
    tag: 'Storage.WestUS',
    changeNumber: 1,
    published: setsOf([]),
    publishedPrefixes: [],
    holds: [],
    releases: [
      { hold: 'h0', at: onDay(49).toISOString(), by: 'clock: before', prefixes: setsOf(['192.0.2.0/24']) },
      { hold: 'h1', at, by: 'clock: absent for 42 days', prefixes: setsOf(['192.0.2.0/26']) },
      { hold: 'h2', at, by: 'answer of ops', prefixes: setsOf(['192.0.2.64/26']), decision: 'd1' },
    ],
  };
  const returned = [{ day: 60, ranges: setsOf(['192.0.2.32/27', '192.0.2.64/27']) }];
  const removal = { tag: 'Storage.WestUS', day: 50, ranges: setsOf(['192.0.2.0/24']), returned };
  record.removed(removal, row, onDay(50));
  const of = { date: '2024-02-27', tag: 'Storage.WestUS' };
  const back = (range: string) => [{ date: '2024-03-08', ranges: [range] }];
  expect(record.removals()).toEqual([
    {
      ...of,
      ranges: ['192.0.2.0/26'],
      by: 'clock',
      why: 'clock: absent for 42 days',
      cameBack: back('192.0.2.32/27'),
    },
    { ...of, ranges: ['192.0.2.64/26'], by: 'answer', why: 'answer of ops', cameBack: back('192.0.2.64/27') },
    {
      ...of,
      ranges: ['192.0.2.128/25'],
      by: 'other',
      why: 'it left without being released',
      cameBack: [],
    },
  ]);
});
