import { describe, expect, it, test } from 'vitest';
import { followSource, type NotAccepted, type SourceInput } from '../../../src/core/judge/follow-source.ts';
import { judge } from '../../../src/core/judge/judge.ts';
import type { Ledger } from '../../../src/core/judge/ledger.ts';
import { emptyLedger } from '../../../src/core/judge/ledger.ts';
import { defaultPolicy } from '../../../src/core/judge/policy.ts';
import { watchTags } from '../../../src/core/judge/watch.ts';
import { makePublication } from '../../support/catalog.ts';

const tag = 'Storage.WestUS';
const west = ['20.0.0.0/24', '20.0.2.0/24'];
const publication = (changeNumber: number, date: string, prefixes = west) =>
  makePublication({ changeNumber, date, tags: { [tag]: prefixes } });

/** A ledger in which publication 200 of 15 January is in force. */
const inForce: Ledger = judge({
  ledger: emptyLedger('Public'),
  accepted: publication(200, '2024-01-15'),
  watch: watchTags([tag]),
  policy: defaultPolicy,
  now: new Date('2024-01-16T12:00:00Z'),
}).ledger;

function input(now: string, more: Partial<SourceInput> = {}): SourceInput {
  return {
    ledger: inForce,
    notAccepted: [],
    reached: true,
    answered: new Set(),
    watch: watchTags([tag]),
    limits: { lateAfter: 16, staleAfter: 25 },
    now: new Date(now),
    ...more,
  };
}

/** Follows one run after the other; what each told. */
function follow(...runs: readonly Partial<SourceInput & { at: string }>[]) {
  let ledger = inForce;
  return runs.map(({ at = '2024-01-23T12:00:00Z', ...more }) => {
    const { state, events } = followSource(input(at, { ledger, ...more }));
    ledger = { ...ledger, source: state };
    return { state, told: events.map((event) => (event.kind === 'source-freshness' ? event.to : event.kind)) };
  });
}

test('each state is told when it begins, and never again', () => {
  const told = follow(
    ...['2024-01-16', '2024-01-31', '2024-02-01', '2024-02-05', '2024-02-09', '2024-02-10', '2024-03-01'].map(
      (day) => ({
        at: `${day}T12:00:00Z`,
        reached: false,
      }),
    ),
  );
  expect(told.map((one) => one.told)).toEqual([[], [], ['late'], [], [], ['stale'], []]);
  expect(told.at(-1)?.state).toMatchObject({
    since: '2024-02-10T12:00:00.000Z',
    unreachableSince: '2024-01-16T12:00:00.000Z',
  });
});

test('the first run over an old publication tells so, though it never saw it fresh', () => {
  const { events } = followSource(input('2024-03-01T12:00:00Z'));
  expect(events).toMatchObject([{ from: 'unknown', to: 'stale' }]);
});

describe('a file that was not accepted', () => {
  const more = [...west, '20.0.6.0/24'];
  const later: NotAccepted = publication(201, '2024-01-22', more);

  it.each<[string, NotAccepted, boolean]>([
    ['a later one with more addresses', later, true],
    ['a later one with a lower number and more addresses', publication(150, '2024-01-22', more), true],
    ['one of the same day with a higher number and more addresses', publication(201, '2024-01-15', more), true],
    ['a later one without more addresses', publication(201, '2024-01-22', ['20.0.0.0/24']), false],
    ['a later one with another split', publication(201, '2024-01-22', ['20.0.0.0/25', '20.0.0.128/25']), false],
    ['an older one with more addresses', publication(199, '2024-01-08', more), false],
    ['an older one with a higher number', publication(230, '2024-01-08', more), false],
    [
      'one of another cloud',
      makePublication({ cloud: 'China', changeNumber: 201, date: '2024-01-22', tags: { [tag]: more } }),
      false,
    ],
    [
      'one with more addresses of a tag nobody selects',
      makePublication({ changeNumber: 201, date: '2024-01-22', tags: { [tag]: west, Sql: ['20.9.0.0/24'] } }),
      false,
    ],
  ])('%s: suspect %s', (_, file, suspect) => {
    expect(follow({ notAccepted: [file] })[0]?.state.freshness).toBe(suspect ? 'suspect' : 'fresh');
  });

  it('makes nothing suspect by a family that no list holds', () => {
    const six = publication(201, '2024-01-22', [...west, '2603:1000::/48']);
    const states = (families: readonly ('ipv4' | 'ipv6')[]) =>
      follow({ notAccepted: [six], watch: new Map([[tag, families]]) }).map(({ state }) => state.freshness);
    expect([states(['ipv4']), states(['ipv4', 'ipv6'])]).toEqual([['fresh'], ['suspect']]);
  });

  it('stays suspect while it is not served, and after it became stale; its gains stay on the clock', () => {
    const runs = follow({ notAccepted: [later] }, {}, { at: '2024-03-01T12:00:00Z', reached: false });
    expect(runs.map(({ told }) => told)).toEqual([['suspect'], [], []]);
    expect(runs[2]?.state.gains).toMatchObject([
      { tag, prefixes: ['20.0.6.0/24'], notAccepted: later.publication.file, earliest: '2024-01-29T00:00:00.000Z' },
    ]);
  });

  it('ends when something newer is accepted, or a person spoke about it', () => {
    const accepted = publication(202, '2024-01-29', more);
    const [, healed] = follow({ notAccepted: [later] }, { accepted });
    expect(healed).toMatchObject({ told: ['fresh'], state: { gains: [] } });
    const answered = new Set([later.publication.digest]);
    const [, spoken] = follow({ notAccepted: [later] }, { notAccepted: [later], answered });
    expect(spoken?.told).toEqual(['fresh']);
  });

  it('is followed by another one without a second word', () => {
    const another = publication(202, '2024-01-29', [...more, '20.0.8.0/24']);
    const runs = follow({ notAccepted: [later] }, { notAccepted: [later, another] });
    expect(runs[1]).toMatchObject({ told: [], state: { suspect: { changeNumber: 202 } } });
    expect(runs[1]?.state.gains.map(({ changeNumber }) => changeNumber)).toEqual([202]);
  });
});
