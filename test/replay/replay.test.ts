import { expect, test } from 'vitest';
import { defaultPolicy } from '../../src/core/judge/policy.ts';
import { watchTags } from '../../src/core/judge/watch.ts';
import type { ParsedPublication } from '../../src/core/publication/publication.ts';
import { type ReplayInput, replay } from '../../src/replay/replay.ts';
import { Tracer } from '../../src/replay/timeline.ts';
import { copyingPolicies } from '../bench/copying-policies.ts';
import { makePublication } from '../support/catalog.ts';
import { inOrder } from '../support/history.ts';

const tag = 'Storage.WestUS';
const stays = Array.from({ length: 20 }, (_, i) => `20.10.${i * 2}.0/24`);
const goes = '20.90.0.0/24';

/** Weekly files of one tag: its prefixes by week. */
function weekly(weeks: readonly (readonly string[])[], from = 0): ParsedPublication[] {
  return weeks.map((prefixes, week) =>
    makePublication({
      changeNumber: 300 + from + week,
      date: new Date(Date.UTC(2024, 0, 8 + (from + week) * 7)).toISOString().slice(0, 10),
      tags: { [tag]: inOrder(prefixes) },
    }),
  );
}

const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
const input = (files: ReplayInput['files'], more: Partial<ReplayInput> = {}): ReplayInput => ({
  cloud: 'Public',
  files,
  watch: watchTags([tag]),
  policy: defaultPolicy,
  compared: copyingPolicies(),
  ...more,
});

test('a small loss is held for 42 days, counted by hand, and blind copying for none', () => {
  const publications = weekly([[...stays, goes], ...times(10, stays)]);
  const { policies, asked, accepted } = replay(input(publications));
  expect(accepted).toBe(11);
  expect(asked).toEqual([]);
  // Lost on day 7 and released on day 49: 256 addresses for 42 days.
  expect(policies['service-tag-sync']?.addressDaysBeyondPublication).toEqual({ ipv4: 256 * 42, ipv6: '0' });
  expect(policies.blind?.addressDaysBeyondPublication).toEqual({ ipv4: 0, ipv6: '0' });
});

test('it ripens between publications, on its very day', () => {
  const days: string[] = [];
  const weeks = weekly([[...stays, goes], stays, stays, stays, stays, stays]);
  // The next file comes 10 days after the one before, so day 49 lies between them.
  const [late] = weekly([stays], 6).map((parsed) => ({
    ...parsed,
    publication: { ...parsed.publication, date: '2024-02-28' },
  }));
  if (!late) throw new Error('expected a publication');
  replay(
    input([...weeks, late], {
      onJudged: ({ now, events }) => {
        if (events.some((event) => event.kind === 'hold-ended')) days.push(now.toISOString().slice(0, 10));
      },
    }),
  );
  expect(days).toEqual(['2024-02-26']);
});

test('what was removed blindly and came back is counted; ours was never removed', () => {
  const { policies } = replay(input(weekly([[...stays, goes], stays, stays, [...stays, goes], stays])));
  expect(policies.blind?.addressesRemovedThatCameBack).toEqual({ ipv4: 256, ipv6: '0' });
  expect(policies['service-tag-sync']?.addressesRemovedThatCameBack).toEqual({ ipv4: 0, ipv6: '0' });
});

test('percent-30 and symmetric-10 leave a tag as it was for one file, and ask', () => {
  const half = stays.slice(0, 10);
  const most = stays.slice(0, 17);
  const { policies } = replay(input(weekly([stays, half, half, stays, most, most])));
  // Both refuse the half, 256 x 10 addresses for 7 days, then take it over: the file before has it already.
  expect(policies['percent-30']).toMatchObject({
    weeksAsked: 1,
    addressDaysBeyondPublication: { ipv4: 2560 * 7, ipv6: '0' },
    addressDaysMissing: { ipv4: 0, ipv6: '0' },
    addressesRemovedThatCameBack: { ipv4: 2560, ipv6: '0' },
  });
  // The way back is +100 % and refused: 10 x 256 are missing for a week. Then 3 of the 20 go, 15 %, which is refused too:
  // 7 x 256 of the 17 that are left are missing for another week.
  expect(policies['symmetric-10']).toMatchObject({
    weeksAsked: 3,
    addressDaysMissing: { ipv4: 2560 * 7 + 1792 * 7, ipv6: '0' },
  });
});

test('hindsight removes what never returns so many days after the hold, and keeps what does', () => {
  const few = stays.slice(0, 10);
  const gone = replay(input(weekly([stays, ...times(8, few)]), { hindsightDays: 3 }));
  expect(gone.policies['service-tag-sync']?.addressDaysBeyondPublication).toEqual({ ipv4: 2560 * 3, ipv6: '0' });
  const back = replay(input(weekly([stays, ...times(8, few), stays]), { hindsightDays: 3 }));
  expect(back.policies['service-tag-sync']).toMatchObject({
    weeksAsked: 1,
    addressesRemovedThatCameBack: { ipv4: 0, ipv6: '0' },
    addressDaysBeyondPublication: { ipv4: 2560 * 56, ipv6: '0' },
  });
});

test('the same content again counts for nothing, an older file is refused', () => {
  const [first, second, third] = weekly([stays, stays.slice(1), stays]);
  if (!first || !second || !third) throw new Error('expected three');
  const replayed = replay(input([first, first, second, first, third]));
  expect(replayed).toMatchObject({ accepted: 3, seen: 1, refused: [{ file: first.publication.file }] });
});

test('a tracer has what a picture needs', () => {
  const tracer = new Tracer([tag]);
  const few = stays.slice(0, 10);
  const publications = weekly([stays, few, stays, stays.slice(1), stays.slice(1)]);
  replay(input(publications, { onJudged: ({ now, ledger }) => tracer.take(now, ledger) }));
  const trace = tracer.trace(tag);
  expect(trace?.points).toEqual([
    { date: '2024-01-08', published: 5120n, effective: 5120n },
    { date: '2024-01-15', published: 2560n, effective: 5120n },
    { date: '2024-01-22', published: 5120n, effective: 5120n },
    { date: '2024-01-29', published: 4864n, effective: 5120n },
    { date: '2024-02-05', published: 4864n, effective: 5120n },
  ]);
  expect(trace?.holds).toMatchObject([
    { changeNumber: 301, question: true, since: '2024-01-15', until: '2024-01-22' },
    { changeNumber: 303, question: false, since: '2024-01-29' },
  ]);
  expect(trace?.holds[1]).not.toHaveProperty('until');
  expect(tracer.tags()).toEqual([tag]);
  expect(tracer.trace('Storage')).toBeUndefined();
});
