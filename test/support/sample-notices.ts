import type { Notice } from '../../src/core/notice.ts';
import type { Message } from '../../src/ports/notifier.ts';

/** A notice with signs that each channel's markup would misread. */
export const notice: Notice = {
  key: 'question',
  kind: 'question',
  severity: 'needs-you',
  qualifier: 'no hurry',
  headline: 'Storage.WestUS lost 78.8 % of its IPv4 addresses; "all" of <them> & *more* were _kept_.',
  lines: ['The file drops 8,576 of 10,880 [IPv4](addresses).', 'Answer: remove / keep until a date / keep.'],
  at: '2024-01-15T12:00:00.000Z',
  run: 'r-1',
  lists: ['west'],
  targets: ['hub'],
  ranges: [{ of: 'Storage.WestUS', what: 'held', prefixes: ['20.60.0.0/24', '2603:1030::/48'] }],
  about: [],
  ends: [],
};

/** More than any channel takes, in sentences. */
export const longNotice: Notice = {
  ...notice,
  lines: Array.from({ length: 3_000 }, (_, i) => `This is sentence ${i} of é. It has "a second" one & a <tag>.`),
  ranges: [
    { of: 'Storage', what: 'held', prefixes: Array.from({ length: 40_000 }, (_, i) => `20.${i >> 8}.${i & 255}.0/24`) },
  ],
};

/** One sentence that is longer than any channel takes. */
export const oneLongSentence: Notice = { ...notice, lines: ['Before.', `It ${'goes on '.repeat(20_000)}.`] };

export function messageOf(of: Notice): Message {
  return { id: 'message-1', instance: 'contoso', cloud: 'Public', notice: of };
}
