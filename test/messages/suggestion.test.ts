import { expect, test } from 'vitest';
import { suggestForGain, suggestForLoss, suggestForPart } from '../../src/messages/suggestion.ts';

const now = new Date('2024-02-01T12:00:00Z');
const some = ['20.0.0.0/24'];
const none: readonly string[] = [];
const because = (rule: string) => ({ rule, text: 'it is so', next: 'look' });

test.each([
  ['nothing to compare with', undefined, 'keep', 'no parents of this tag'],
  ['all in the region', { region: some, global: none, neither: none }, 'keep', 'still has all of it'],
  ['a part in the region', { region: some, global: none, neither: some }, 'keep', 'still has 1 range (256'],
  [
    'all in the global tag',
    { region: none, global: some, neither: none },
    'keep',
    'The global tag still has all of it',
  ],
  ['a part in the global tag', { region: none, global: some, neither: some }, 'keep', 'still has 1 range (256'],
  [
    'nowhere since yesterday',
    { region: none, global: none, neither: some, neitherSince: '2024-01-31' },
    'wait',
    'next',
  ],
  ['nowhere for 13 days', { region: none, global: none, neither: some, neitherSince: '2024-01-19' }, 'wait', 'next'],
  [
    'nowhere for 14 days',
    { region: none, global: none, neither: some, neitherSince: '2024-01-18' },
    'remove',
    'retired',
  ],
  ['nowhere, unknown since when', { region: none, global: none, neither: some }, 'wait', 'next'],
])('a loss: %s', (_, where, answer, reason) => {
  expect(suggestForLoss(where, now)).toEqual({ answer, reason: expect.stringContaining(reason) });
});

test.each([
  ['reserved-range', true, 'block', 'private'],
  ['broad-prefix', true, 'block', 'broader'],
  ['other-service', true, 'block', 'another service'],
  ['outside-parents', true, 'wait', 'slip in one tag'],
  ['other-region', true, 'wait', 'AzureCloud of this one'],
  ['sudden-growth', true, 'allow', 'Both parents of the tag have it'],
  ['sudden-growth', false, 'wait', 'download page'],
])('a gain by %s, confirmed: %s', (rule, confirmed, answer, reason) => {
  expect(suggestForGain([because('sudden-growth'), because(rule)], confirmed)).toEqual({
    answer,
    reason: expect.stringContaining(reason),
  });
});

test('the worst doubt about a gain decides', () => {
  expect(suggestForGain([because('outside-parents'), because('other-service')], true).answer).toBe('block');
});

test('a part is suggested with the reason that weighs most', () => {
  expect(suggestForPart([because('approval'), because('broad-foreign-entry')], [], now).reason).toContain(
    'more than the whole',
  );
  expect(suggestForPart([because('something else')], [], now).reason).toContain('the cause of each');
});

test('a part that an answer against the advice led to is looked at first', () => {
  const part = (where: Parameters<typeof suggestForLoss>[0]) =>
    suggestForPart([because('approval')], [{ by: 'anna', tag: 'Storage.WestUS', where }], now);
  const kept = { region: ['20.0.0.0/24'], global: ['20.0.2.0/24'], neither: [] };
  expect(part(kept)).toEqual({
    answer: 'wait',
    reason:
      'Against the advice, anna answered `remove` for Storage.WestUS. AzureCloud of the region still has 1 range (256 IPv4 addresses) of it: Azure uses that there. Look first: `plan` shows it.',
  });
  expect(part(undefined)).toMatchObject({ answer: 'wait', reason: expect.stringContaining('no parents of this tag') });
  const retired = { region: [], global: [], neither: ['20.0.0.0/24'], neitherSince: '2020-01-01T00:00:00.000Z' };
  expect(part(retired).answer).toBe('approve');
});
