import { expect, test } from 'vitest';
import { entriesOf, noEntries } from '../../../src/core/plan/entries.ts';
import type { Guarded } from '../../../src/core/plan/guards/guard.ts';
import { configGrowth, largeRemoval } from '../../../src/core/plan/guards/size.ts';
import { classifyEntries } from '../../../src/core/plan/ownership.ts';
import type { Cause } from '../../../src/core/plan/plan-types.ts';
import { memoryWith } from '../../support/memory.ts';

/** Prefixes apart from each other: `10.0.0.0/24`, `10.0.2.0/24` and so on, or their like in IPv6. */
const ipv4 = (count: number) => Array.from({ length: count }, (_, i) => `10.0.${2 * i}.0/24`);
const ipv6 = (count: number) => Array.from({ length: count }, (_, i) => `2603:1030:${(2 * i + 1).toString(16)}::/48`);

/** A target that holds some prefixes of ours, of which some go out or to which some come. */
function guarded(held: readonly string[], change: Partial<Pick<Guarded, 'additions' | 'removals'>>): Guarded {
  const units = [
    { key: '4', family: 'ipv4' as const, entries: held.filter((one) => !one.includes(':')), state: 'Succeeded' },
    { key: '6', family: 'ipv6' as const, entries: held.filter((one) => one.includes(':')), state: 'Succeeded' },
  ];
  const live = { units, problems: [] };
  const owned = entriesOf(held);
  return {
    target: 'hub',
    mark: 'contoso/hub',
    formerMark: undefined,
    mode: 'sync',
    adopt: false,
    keepsForeign: true,
    shared: false,
    layout: { families: ['ipv4', 'ipv6'], entriesPerUnit: 100, maxUnits: 1, unitKey: (f) => f, whenEmpty: 'delete' },
    live,
    holding: classifyEntries(live, owned),
    list: 'west',
    holdsNames: false,
    memory: memoryWith(held, { tags: ['Storage.WestUS'] }),
    owned,
    desired: noEntries,
    accepted: true,
    unknownTags: [],
    followedTags: [],
    knownTags: [],
    additions: [],
    removals: [],
    unplaced: 0,
    entries: 0,
    ...change,
  };
}

const caused = (prefixes: readonly string[], cause: Cause) => [{ cause, entries: entriesOf(prefixes) }];
const released: Cause = { kind: 'released', hold: 'h', tag: 'Storage.WestUS' };

test.each([
  ['8 of 8 prefixes', ipv4(8), ipv4(8), undefined],
  ['9 of 31 prefixes, 29.0 %', ipv4(31), ipv4(9), undefined],
  ['9 of 30 prefixes, just 30 %', ipv4(30), ipv4(9), undefined],
  ['9 of 29 prefixes, 31.0 %', ipv4(29), ipv4(9), /^2,304 of 7,424 IPv4 addresses \(31\.0 %\), 9 prefixes in all/],
  ['all of a list of IPv6 alone', ipv6(20), ipv6(20), /^20 of 20 IPv6 prefixes \(100\.0 %\)/],
  ['most IPv6 beside much IPv4', [...ipv4(90), ...ipv6(10)], ipv6(9), /^9 of 10 IPv6 prefixes \(90\.0 %\)/],
  ['nothing', ipv4(30), [], undefined],
])('a removal of %s', (_, held, out, said) => {
  const reason = largeRemoval(guarded(held, { removals: caused(out, released) }));
  if (said === undefined) expect(reason).toBeUndefined();
  else expect(reason).toMatchObject({ rule: 'large-removal', text: expect.stringMatching(said) });
});

test.each([
  ['4,096 addresses', ['20.0.0.0/20'], { kind: 'config' }, false],
  ['4,097 addresses', ['20.0.0.0/20', '20.1.0.0/32'], { kind: 'config' }, true],
  ['as much by a publication', ['20.0.0.0/16'], { kind: 'publication', changeNumber: 1, tag: 'Storage' }, false],
] as const)('an edit that adds %s', (_, added, cause, waits) => {
  const reason = configGrowth(guarded(ipv4(2), { additions: caused(added, cause) }));
  expect(reason?.rule).toBe(waits ? 'config-growth' : undefined);
});

test('an edit is no growth where a quarter or less comes on top, or nothing was there before', () => {
  const additions = caused(['20.0.0.0/18'], { kind: 'config' });
  expect(configGrowth(guarded(['40.0.0.0/16'], { additions }))).toBeUndefined();
  expect(configGrowth(guarded(['40.0.0.0/17'], { additions }))).toMatchObject({ rule: 'config-growth' });
  expect(configGrowth({ ...guarded([], { additions }), memory: undefined })).toBeUndefined();
});

test.each([
  ['16 prefixes where there were none', ipv6(0), 16, undefined],
  ['17 prefixes where there were none', ipv6(0), 17, /^the edited list adds 17 IPv6 prefixes to 0; the limit is/],
  ['17 on top of 68, just 25 %', ipv6(68), 17, undefined],
  ['17 on top of 67', ipv6(67), 17, /adds 17 IPv6 prefixes to 67 \(\+25\.4 %\)/],
])('an edit that adds %s of IPv6', (_, held, more, said) => {
  const come = Array.from({ length: more }, (_, i) => `2603:1040:${(2 * i + 1).toString(16)}::/48`);
  const additions = caused(come, { kind: 'config' });
  const text = configGrowth(guarded([...ipv4(4), ...held], { additions }))?.text;
  if (said === undefined) expect(text).toBeUndefined();
  else expect(text).toMatch(said);
});
