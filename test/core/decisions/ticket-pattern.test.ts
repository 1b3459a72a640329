import { expect, test } from 'vitest';
import { longestTicket, ticketPattern, whyNotTicketPattern } from '../../../src/core/decisions/ticket-pattern.ts';

test.each([
  'CHG\\d+',
  '(CHG\\d+)?',
  'CHG1|REQ1',
  '(CHG|INC|REQ)\\d{7,10}',
  '[A-Z]+-\\d+',
  '[A-Z][A-Z0-9]{1,9}-[1-9]\\d*( .{1,80})?',
  'https://tickets\\.example/browse/[A-Z]+-\\d+',
  '(?:CHG|INC)[0-9]{4}(-[0-9]{2})?',
  '([A-Z]{3}-){2}\\d+',
  '\\p{Lu}+\\d+',
  '[()|*+?{}\\]]{3}',
  '\\((a)\\)',
])('%s is taken', (pattern) => {
  expect(whyNotTicketPattern(pattern)).toBeUndefined();
});

test.each([
  ['(a+)+b', 'without a repetition of a group'],
  ['(a*)*', 'without a repetition of a group'],
  ['((a?))+', 'without a repetition of a group'],
  ['(a|a)*b', 'without a repetition of a group'],
  ['(a|ab){20}', 'without a repetition of a group'],
  ['(?:(?:a{1,9})b){0,9}', 'without a repetition of a group'],
  ['(x(a+)y)*?', 'without a repetition of a group'],
  ['a*a*a*a*b', 'fewer parts of variable length'],
  ['a?'.repeat(30), 'fewer parts of variable length'],
  [`${'(a|a)'.repeat(10)}a*a*b`, 'fewer parts of variable length'],
  ['a{0,200}'.repeat(4), 'fewer parts of variable length'],
  ['(a)\\1', 'without references'],
  ['(?<a>b)\\k<a>', 'without `(?`'],
  ['(?=a)a', 'without `(?`'],
  ['(?<!a)b', 'without `(?`'],
  ['(?i:a)', 'without `(?`'],
  ['a{1000}', 'repetitions of at most 200'],
  ['a'.repeat(101), 'at most 100 characters'],
  ['', 'a regular expression'],
  ['(', 'a regular expression'],
  ['a)|(b', 'a regular expression'],
])('%s is refused', (pattern, expected) => {
  expect(whyNotTicketPattern(pattern)).toContain(expected);
});

test.each(['a*a*a*b', '(a|a)a*a*a*b', '(a|a)'.repeat(20), '.*.*.*z', '(a|a)(a|a)(a|a)(a|a)a*a*b'])(
  'the slowest of what is taken ends soon: %s',
  (pattern) => {
    expect(whyNotTicketPattern(pattern)).toBeUndefined();
    const start = performance.now();
    expect(ticketPattern(pattern).test('a'.repeat(longestTicket))).toBe(false);
    expect(performance.now() - start).toBeLessThan(2000);
  },
);
