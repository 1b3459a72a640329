import { expect, test } from 'vitest';
import { byFamily } from '../../../src/core/address/family.ts';
import { prefixesOf, setsOf } from '../../../src/core/address/sets.ts';
import { judge } from '../../../src/core/judge/judge.ts';
import { emptyLedger } from '../../../src/core/judge/ledger.ts';
import { defaultPolicy } from '../../../src/core/judge/policy.ts';
import type { AnnouncedGain } from '../../../src/core/judge/source-state.ts';
import { watchTags } from '../../../src/core/judge/watch.ts';
import { type MissingInput, missingRanges } from '../../../src/core/plan/missing.ts';
import type { Outcome } from '../../../src/core/plan/plan-types.ts';
import { makePublication } from '../../support/catalog.ts';
import { memoryWith } from '../../support/memory.ts';

const tag = 'Storage.WestUS';
const old = '20.0.0.0/24';
const gained = ['20.0.2.0/24', '2603:1010::/48'];
const now = new Date('2024-01-23T12:00:00Z');
const gain: AnnouncedGain = {
  tag,
  digest: 'd',
  changeNumber: 201,
  prefixes: gained,
  earliest: '2024-01-29T00:00:00.000Z',
  promised: '2024-01-30T00:00:00.000Z',
  since: now.toISOString(),
};
const { ledger } = judge({
  ledger: emptyLedger('Public'),
  accepted: makePublication({ changeNumber: 201, tags: { [tag]: [old, ...gained] } }),
  watch: watchTags([tag]),
  policy: defaultPolicy,
  now,
});
const nothing = setsOf([]);
const memory = (owned: string[]) => memoryWith(owned, { tags: [tag] });

/** What a plan that finds `owned` and adds `adds` says. */
function plan(owned: string[], adds: string[]): NonNullable<MissingInput['plan']> {
  const cause = { kind: 'publication', changeNumber: 201, tag } as const;
  return {
    parts: [
      {
        id: 'p',
        direction: 'add',
        steps: adds.map((prefix) => ({ prefix, cause })),
        addresses: { ipv4: '0', ipv6: '0' },
        verdict: { kind: 'go' },
      },
    ],
    owned: byFamily((f) => setsOf([...owned, ...adds])[f].toPrefixes()),
  };
}
const done = (...added: string[]): Outcome => ({
  target: 'hub',
  subject: 'u',
  result: 'done',
  added,
  removed: [],
  text: '',
  writes: 1,
  at: now.toISOString(),
});

const base: MissingInput = {
  selection: { list: 'west', tags: [tag], families: ['ipv4', 'ipv6'], always: nothing, never: nothing },
  families: ['ipv4', 'ipv6'],
  ledger,
  memory: memory([old]),
  plan: undefined,
  outcomes: [],
  pinned: false,
  declined: setsOf([]),
  now: new Date('2024-01-23T00:00:00Z'),
};

const cases: readonly [what: string, input: Partial<MissingInput>, lacking: string[]][] = [
  ['without a plan, what the record lacks', {}, gained],
  ['without a plan or a record, all', { memory: undefined }, gained],
  ['nothing where the record has it', { memory: memory([old, ...gained]) }, []],
  ['what was planned and not done', { plan: plan([old], gained) }, gained],
  ['not what was done', { plan: plan([old], gained), outcomes: [done('20.0.2.0/24')] }, ['2603:1010::/48']],
  ['nothing that a foreign entry covers: there is no step for it', { plan: plan([old], []) }, []],
  ['all of it under a pin, which plans no step for it', { plan: plan([old], []), pinned: true }, gained],
  ['only families the kind can hold', { families: ['ipv4'] }, ['20.0.2.0/24']],
  ['only families the list has', { selection: { ...base.selection, families: ['ipv6'] } }, ['2603:1010::/48']],
  [
    'nothing that is never allowed',
    { selection: { ...base.selection, never: setsOf(['20.0.0.0/16']) } },
    ['2603:1010::/48'],
  ],
  ['nothing of a tag the list does not select', { selection: { ...base.selection, tags: ['Sql'] } }, []],
];

test.each(cases)('%s', (_, input, lacking) => {
  expect(prefixesOf(missingRanges([gain], { ...base, ...input }))).toEqual(lacking);
});
