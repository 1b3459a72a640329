import { expect, test } from 'vitest';
import type { DomainEvent } from '../../src/core/event.ts';
import { weekText } from '../../src/messages/week.ts';

type Opened = Extract<DomainEvent, { kind: 'hold-opened' }>;
const loss: Opened = {
  ...{ kind: 'hold-opened', hold: 'h', tag: 'Storage.WestUS', of: 'loss', changeNumber: 290, questions: [] },
  ...{ prefixes: ['20.0.0.0/24', '20.0.2.0/25'], addresses: { ipv4: '384', ipv6: '0' }, before: '486' },
};
const gain: Opened = { ...loss, of: 'gain', prefixes: ['20.15.64.0/22'] };
const question = { rule: 'tag-vanished', text: 'gone', next: 'answer' };
const stranger = { ...question, rule: 'outside-parents' };
const changed = (target: string, added: string[], removed: string[] = []): DomainEvent => ({
  ...{ kind: 'target-changed', target, added, removed },
});
const ended = { kind: 'hold-ended', hold: 'h', tag: 'Storage.WestUS', prefixes: ['20.0.0.0/24'], by: 'x' } as const;

const cases: readonly (readonly [string, readonly DomainEvent[], string])[] = [
  ['nothing', [], 'Nothing changed for these lists.'],
  [
    'a loss that the region keeps, with additions to two targets',
    [
      { ...loss, settled: 'kept', keptBy: ['global', 'region'] },
      changed('a', ['20.1.0.0/24', '20.2.0.0/24']),
      changed('b', ['20.1.0.0/24']),
    ],
    'Storage.WestUS lost 79.0 % of its addresses (2 ranges). Kept: AzureCloud of WestUS has them. 2 ranges still went out to 2 targets.',
  ],
  [
    'a loss that the global tag alone keeps',
    [{ ...loss, settled: 'kept', keptBy: ['global'] }],
    "Storage.WestUS lost 79.0 % of its addresses (2 ranges). Kept: the service's global tag has them.",
  ],
  [
    'the largest of several losses',
    [
      { ...loss, tag: 'Storage.EastUS', addresses: { ipv4: '1', ipv6: '0' } },
      loss,
      { ...loss, tag: 'Storage.Central', before: '999' },
    ],
    'Storage.WestUS lost 79.0 % of its addresses (2 ranges). Kept until the clock releases it. 2 other tags lost ranges too.',
  ],
  [
    'a loss of IPv6 alone that is asked about',
    [{ ...loss, prefixes: ['2603:1000::/48'], addresses: { ipv4: '0', ipv6: '9' }, questions: [question] }],
    'Storage.WestUS lost 1 range (1 IPv6 prefix). Kept: you are asked.',
  ],
  [
    'what came back, with an addition',
    [{ ...ended, of: 'loss', how: 'returned' }, changed('a', ['20.1.0.0/24'])],
    'Storage.WestUS: 1 range (256 IPv4 addresses) back in the file, allowed throughout. 1 range went out to 1 target.',
  ],
  [
    'what the clock released, with its removal',
    [{ ...ended, of: 'loss', how: 'released' }, changed('a', [], ['20.0.0.0/24'])],
    'Storage.WestUS: 1 range (256 IPv4 addresses) released, leaves the lists. 1 range left 1 target.',
  ],
  [
    'a stranger',
    [{ ...gain, questions: [stranger] }],
    'A stranger in Storage.WestUS: neither parent has 20.15.64.0/22. Kept out: you are asked.',
  ],
  [
    'another gain that is held',
    [{ ...gain, questions: [{ ...question, rule: 'reserved-range' }] }],
    'Storage.WestUS gained 20.15.64.0/22 [reserved-range]. Kept out: you are asked.',
  ],
  [
    'a gain that turned out right',
    [{ ...ended, of: 'gain', how: 'released' }],
    'Storage.WestUS: 1 range (256 IPv4 addresses) confirmed, now allowed.',
  ],
  [
    'an edit by hand: what is put back is no addition',
    [
      { kind: 'target-drift', target: 'hub', added: ['20.0.0.0/24'], removed: [] },
      { kind: 'foreign-entries', target: 'hub', count: 1, entries: ['198.51.100.7'] },
      changed('hub', ['20.0.0.0/24', '20.9.0.0/24']),
    ],
    'hub: 20.0.0.0/24 taken out by hand, put back; 198.51.100.7 put in by others, kept and told. 1 range went out to 1 target.',
  ],
  [
    'a mark that was taken off, and entries of others that went',
    [
      { kind: 'target-drift', target: 'a', added: [], removed: [], unmarked: ['g'] },
      { kind: 'foreign-entries', target: 'b', count: 0, entries: [], came: 0, gone: ['198.51.100.7'] },
    ],
    'a: its mark taken off by hand, put back. b: entries of others are gone.',
  ],
  [
    'a refused file, in its own words',
    [{ kind: 'publication-refused', file: 'f.json', reasons: ['it is an HTML page'] }],
    expect.stringContaining('f.json was refused'),
  ],
  [
    'a failed target, with what went out elsewhere',
    [{ kind: 'target-failed', target: 'a', text: 'HTTP 500', missing: ['20.1.0.0/24'] }, changed('b', ['20.1.0.0/24'])],
    'a was NOT updated: it is missing 1 range (256 IPv4 addresses). 1 range still went out to 1 target.',
  ],
];

test.each(cases)('%s', (_, events, text) => {
  expect(weekText(events)).toEqual(text);
});

test('a reminder is no news, and a deadline is one sentence for all targets', () => {
  const deadline = (target: string): DomainEvent => ({
    ...{ kind: 'deadline-in-danger', target, changeNumber: 404, tags: ['Storage.WestUS'], missing: ['20.15.64.0/22'] },
    ...{ earliest: '2024-02-05T00:00:00Z', promised: '2024-02-05T00:00:00Z', leftMs: 1, reasons: [] },
  });
  const reminder: DomainEvent = {
    ...{ kind: 'hold-reminder', hold: 'h', tag: 'Storage.WestUS', of: 'gain', since: '2024-01-29T00:00:00Z' },
    ...{ prefixes: ['20.15.64.0/22'], questions: [stranger] },
  };
  expect(weekText([reminder])).toBe('Nothing changed for these lists.');
  expect(weekText([deadline('a'), reminder, deadline('b')])).toBe(
    '2 targets still without 1 range that Azure may use from 2024-02-05 on.',
  );
  const suspicious = (target: string) => ({ ...deadline(target), suspicious: ['h'] });
  expect(weekText([suspicious('a'), suspicious('b')])).toBe(
    '1 range kept out as suspicious: answer before 2024-02-05, when Azure may use it if it is right.',
  );
});
