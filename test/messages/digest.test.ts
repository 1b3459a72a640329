import { describe, expect, test } from 'vitest';
import type { Notice } from '../../src/core/notice.ts';
import { fitted } from '../../src/messages/fit.ts';
import { digestOf, stillMatters } from '../../src/messages/news.ts';
import { notice } from '../support/sample-notices.ts';

const now = new Date('2024-01-20T12:00:00.000Z');
const old = '2024-01-10T12:00:00.000Z';
const recent = '2024-01-19T12:00:00.000Z';
const one = (key: string, fields: Partial<Notice>) => ({ notice: { ...notice, key, at: recent, ...fields } });
const keysOf = (some: readonly { readonly notice: Notice }[]) => some.map(({ notice: { key } }) => key);

describe('what still matters', () => {
  test('is what asks something, however old, and what is new', () => {
    const waiting = [
      one('old question', { at: old }),
      one('old failure', { at: old, severity: 'failed' }),
      one('old change', { at: old, severity: 'ok' }),
      one('new change', { severity: 'ok' }),
    ];
    const { keep, dropped } = stillMatters(waiting, now);
    expect(keysOf(keep)).toEqual(['old question', 'old failure', 'new change']);
    expect(keysOf(dropped)).toEqual(['old change']);
  });

  test('is not what a later one ended, but what an earlier one ended, or half of which is open', () => {
    const waiting = [
      one('ended', { about: ['hold:1'] }),
      one('half', { about: ['hold:1', 'hold:2'] }),
      one('end', { severity: 'ok', ends: ['hold:1', 'hold:3'] }),
      one('opened again', { about: ['hold:3'] }),
    ];
    expect(keysOf(stillMatters(waiting, now).keep)).toEqual(['half', 'end', 'opened again']);
  });

  test('of failures of one target is the last', () => {
    const failure = { severity: 'failed', about: ['failed:hub'], ends: ['failed:hub'] } as const;
    expect(keysOf(stillMatters([one('first', failure), one('last', failure)], now).keep)).toEqual(['last']);
  });
});

test('a digest hurries only if one of its questions does', () => {
  const { qualifier: _, ...hurry } = notice;
  expect(digestOf([notice, notice], 0, 'which waited').qualifier).toBe('no hurry');
  expect(digestOf([notice, hurry], 0, 'which waited').qualifier).toBeUndefined();
  expect(digestOf([notice, { ...notice, severity: 'failed' }], 0, 'which waited')).toMatchObject({
    severity: 'failed',
  });
});

describe('fitting', () => {
  const lines = ['First sentence. Second one. Third one.', 'Version 1.2.3 is fine. Last.'];
  test('leaves alone what fits', () => expect(fitted(lines, 68, 'there')).toEqual(lines));
  test.each([66, 60, 50, 40, 33])('keeps whole sentences within %i characters', (most) => {
    const kept = fitted(lines, most, 'x');
    expect(kept.join('\n').length).toBeLessThanOrEqual(most);
    expect(kept.at(-1)).toMatch(/^… and \d more sentences?; x\.$/);
    const told = Number(/\d/.exec(kept.at(-1) ?? '')?.[0]);
    const shown = kept.slice(0, -1).join(' ');
    expect(lines.join(' ').startsWith(shown)).toBe(true);
    expect(shown.split(/(?<=\.) (?=[A-Z])/).filter((text) => text !== '').length + told).toBe(5);
  });
});
