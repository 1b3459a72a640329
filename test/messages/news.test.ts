import { describe, expect, test } from 'vitest';
import type { DomainEvent } from '../../src/core/event.ts';
import { newsOf } from '../../src/messages/news.ts';

const failed = (target: string, text: string, ...missing: string[]): DomainEvent => ({
  kind: 'target-failed',
  target,
  text,
  missing,
});
const refused = (rule: string): DomainEvent => ({
  kind: 'target-refused',
  target: 'hub',
  reasons: [{ rule, text: 'no', next: 'yes' }],
});
const unreachable: DomainEvent = { kind: 'source-unreachable', text: 'no answer' };
const changed: DomainEvent = { kind: 'target-changed', target: 'hub', added: ['20.60.0.0/24'], removed: [] };

// 2024-01-14 is a Sunday.
const cases: [string, DomainEvent, DomainEvent, string, string, boolean][] = [
  [
    'a failure in the next run of the day',
    failed('hub', 'id 1', 'a'),
    failed('hub', 'id 2', 'a'),
    '2024-01-14T06',
    '2024-01-14T12',
    false,
  ],
  [
    'a failure on the next day',
    failed('hub', 'x', 'a'),
    failed('hub', 'x', 'a'),
    '2024-01-14T18',
    '2024-01-15T00',
    true,
  ],
  [
    'a failure that lacks more',
    failed('hub', 'x', 'a'),
    failed('hub', 'x', 'a', 'b'),
    '2024-01-14T06',
    '2024-01-14T12',
    true,
  ],
  [
    'a failure of another target',
    failed('hub', 'x', 'a'),
    failed('spoke', 'x', 'a'),
    '2024-01-14T06',
    '2024-01-14T12',
    true,
  ],
  ['a refusal on the next day', refused('r'), refused('r'), '2024-01-13T06', '2024-01-14T12', false],
  ['a refusal in the next week', refused('r'), refused('r'), '2024-01-14T18', '2024-01-15T00', true],
  ['a refusal for another reason', refused('r'), refused('s'), '2024-01-14T06', '2024-01-14T12', true],
  ['a source that still does not answer', unreachable, unreachable, '2024-01-14T06', '2024-01-14T12', false],
  ['a change like the one before', changed, changed, '2024-01-14T06', '2024-01-14T12', true],
];

describe('news', () => {
  test.each(cases)('%s', (_name, before, event, from, to, isNews) => {
    const previous = { events: [before], at: `${from}:00:00.000Z` };
    expect(newsOf({ events: [event], at: `${to}:00:00.000Z` }, previous)).toEqual(isNews ? [event] : []);
  });

  test('is everything of the first run', () => {
    const events = [unreachable, refused('r')];
    expect(newsOf({ events, at: '2024-01-14T06:00:00.000Z' }, undefined)).toEqual(events);
  });
});
