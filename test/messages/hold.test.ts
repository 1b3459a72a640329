import { describe, expect, it } from 'vitest';
import type { DomainEvent } from '../../src/core/event.ts';
import { keptText, pendingText } from '../../src/messages/notice-texts.ts';
import { textOf } from '../../src/messages/text-of.ts';

type Opened = DomainEvent & { readonly kind: 'hold-opened' };

const kept: Opened = {
  kind: 'hold-opened',
  hold: 'h1',
  tag: 'Storage.WestUS',
  of: 'loss',
  changeNumber: 300,
  prefixes: ['20.60.0.0/24', '20.60.2.0/24'],
  addresses: { ipv4: '512', ipv6: '0' },
  questions: [],
  settled: 'kept',
  before: '1024',
  underGlobal: '512',
  underRegion: '512',
};
const six = { ...kept, prefixes: ['2603:1000::/48'], addresses: { ipv4: '0', ipv6: '1' }, underGlobal: '0' };

describe('a kept loss says which lists have it', () => {
  it.each([
    [
      ['global', 'region'] as const,
      '; all of them are still in the global Storage tag and in AzureCloud of WestUS of the',
    ],
    [['region'] as const, '; all of them are still in AzureCloud of WestUS of the same file.'],
    [[] as const, 'The file drops 512 of 1,024 IPv4 addresses from Storage.WestUS.'],
  ])('%j', (keptBy, text) => {
    const { headline, lines } = textOf({ ...kept, keptBy });
    expect(lines[0]).toContain(text);
    expect(headline.includes('still have it')).toBe(keptBy.length > 0);
  });

  it('also of a single IPv6 prefix', () => {
    const { lines } = textOf({ ...six, keptBy: ['region'] });
    expect(lines[0]).toBe(
      'The file drops 1 IPv6 prefix from Storage.WestUS; it is still in AzureCloud of WestUS of the same file.',
    );
  });
});

it('a loss of which a part went since says nothing of what the global tag had of all of it', () => {
  const question = { rule: 'lost-share', text: 'much is gone', next: 'answer' };
  const { settled: _, ...asked } = { ...kept, underGlobal: '768', questions: [question] };
  expect(textOf(asked).lines[0]).toBe('The file drops 512 of 1,024 IPv4 addresses.');
});

it('losses of two publications are told, and answered, by both numbers', () => {
  const question = { rule: 'lost-share', text: 'much is gone', next: 'answer' };
  const { settled: _, ...asked } = { ...kept, questions: [question] };
  const later = { ...asked, hold: 'h2', tag: 'Storage.EastUS', changeNumber: 302, prefixes: ['2603:1000::/48'] };
  const { headline, lines } = pendingText([asked, later], []);
  expect(headline).toContain(
    'publications 300 and 302, 3 ranges (512 IPv4 addresses and 1 IPv6 prefix) in all: Storage.WestUS and Storage.EastUS',
  );
  expect(lines.filter((line) => line.includes('--publication 300') || line.includes('--publication 302'))).toHaveLength(
    2,
  );
  expect(keptText([kept, { ...kept, changeNumber: 302, tag: 'Storage.EastUS' }], []).headline).toMatch(
    /^publications 300 and 302 no longer have /,
  );
});

it('what the file answered by itself is one range or many', () => {
  const settled = { kind: 'hold-settled', hold: 'h1', tag: 'Storage.WestUS', how: 'clock', questions: 1 } as const;
  expect(textOf({ ...settled, prefixes: ['20.60.0.0/24'] }).headline).toContain(
    'stays allowed until the clock releases it.',
  );
  expect(textOf({ ...settled, prefixes: kept.prefixes }).headline).toContain(
    'stay allowed until the clock releases them.',
  );
});
