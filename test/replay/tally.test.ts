import { expect, test } from 'vitest';
import { PrefixSet } from '../../src/core/address/prefix-set.ts';
import { type TagState, Tally } from '../../src/replay/metrics.ts';

const sets = (prefixes: readonly string[]) => ({
  ipv4: PrefixSet.from(
    'ipv4',
    prefixes.filter((prefix) => !prefix.includes(':')),
  ),
  ipv6: PrefixSet.from(
    'ipv6',
    prefixes.filter((prefix) => prefix.includes(':')),
  ),
});

const state = (
  published: readonly string[],
  effective: readonly string[],
  heldGains: readonly string[] = [],
  parents: TagState['parents'] = {},
): TagState => ({ published: sets(published), effective: sets(effective), heldGains: sets(heldGains), parents });

const [a, b] = ['192.0.2.0/24', '198.51.100.0/25'];
const six = '2001:db8::/112';

test('a state counts from its day to the day of the next one, in each family', () => {
  const tally = new Tally();
  tally.tell('t', 0, state([a], [a]));
  // 256 addresses are missing for 3 days, then 128 and 65,536 are beyond for 10.
  tally.tell('t', 7, state([a], []));
  tally.tell('t', 10, state([a], [a, b, six]));
  const nothing = { ipv4: 0, ipv6: '0' };
  expect(tally.finish(20)).toEqual({
    weeksAsked: 0,
    weeksAskedByHolds: 0,
    weeksAskedByFiles: 0,
    reminders: 0,
    questionsAskedAgain: 0,
    addressDaysMissing: { ipv4: 768, ipv6: '0' },
    addressDaysHeldGains: { ipv4: 0, ipv6: '0' },
    // Removed on day 7 while it was published, which it still is on day 10.
    addressesRemovedThatCameBack: { ipv4: 256, ipv6: '0' },
    addressDaysBeyondPublication: { ipv4: 1280, ipv6: '655360' },
    addressDaysBeyondCameBack: nothing,
    addressDaysBeyondInParent: nothing,
    addressDaysBeyondInNeither: { ipv4: 1280, ipv6: '655360' },
  });
});

test('what a named rule holds is missing apart from the rest', () => {
  const tally = new Tally();
  // Of 384 missing addresses 128 are a held gain; what is held and not published counts for nothing.
  tally.tell('t', 0, state([a, b], [], [b, '203.0.113.0/24']));
  expect(tally.finish(2)).toMatchObject({
    addressDaysMissing: { ipv4: 512, ipv6: '0' },
    addressDaysHeldGains: { ipv4: 256, ipv6: '0' },
  });
});

test('told again, or told nothing new, counts once', () => {
  const tally = new Tally();
  for (const day of [0, 1, 1, 5]) tally.tell('t', day, state([a], []));
  tally.tell('u', 0, state([], [b]));
  expect(tally.finish(10)).toMatchObject({
    addressDaysMissing: { ipv4: 2560, ipv6: '0' },
    addressDaysBeyondPublication: { ipv4: 1280, ipv6: '0' },
  });
});

test.each([
  [89, 256],
  [90, 256],
  [91, 0],
])('what is removed and published again after %i days counts %i addresses', (days, addresses) => {
  const tally = new Tally();
  tally.tell('t', 0, state([a], [a]));
  tally.tell('t', 10, state([], []));
  tally.tell('t', 10 + days, state([a], [a]));
  // Nor a second time, when it goes and comes without having been removed by us.
  tally.tell('t', 11 + days, state([], [a]));
  tally.tell('t', 12 + days, state([a], [a]));
  expect(tally.finish(200)).toMatchObject({ addressesRemovedThatCameBack: { ipv4: addresses, ipv6: '0' } });
});

test('a part that comes back counts as that part, and each part once', () => {
  const tally = new Tally();
  tally.tell('t', 0, state([a, six], [a, six]));
  tally.tell('t', 1, state([], []));
  tally.tell('t', 2, state(['192.0.2.0/26'], ['192.0.2.0/26']));
  tally.tell('t', 3, state(['192.0.2.0/25', six], ['192.0.2.0/25', six]));
  expect(tally.finish(3)).toMatchObject({ addressesRemovedThatCameBack: { ipv4: 128, ipv6: '65536' } });
});

test('removed while it was published is missing, and has come back when it is published still', () => {
  const tally = new Tally();
  tally.tell('t', 0, state([a], [a]));
  tally.tell('t', 1, state([a], []));
  tally.tell('t', 3, state([a], [a]));
  expect(tally.finish(9)).toMatchObject({
    addressDaysMissing: { ipv4: 512, ipv6: '0' },
    addressesRemovedThatCameBack: { ipv4: 256, ipv6: '0' },
  });
});

test('several questions of one week are one week, whatever they are about', () => {
  const tally = new Tally();
  for (const day of [0, 0, 6, 7, 20, 21]) tally.ask(day);
  for (const day of [5, 40]) tally.ask(day, 'file');
  tally.askAgain(50);
  for (let i = 0; i < 3; i++) tally.remind();
  expect(tally.finish(60)).toMatchObject({
    weeksAsked: 6,
    weeksAskedByHolds: 5,
    weeksAskedByFiles: 2,
    reminders: 3,
    questionsAskedAgain: 1,
  });
});

test('what is allowed beyond publication is split by what became of it, and the parts add up', () => {
  const tally = new Tally();
  const [back, inGlobal, inRegion, gone] = ['192.0.2.0/26', '192.0.2.64/26', '192.0.2.128/27', '192.0.2.160/27'];
  const effective = [back, inGlobal, inRegion, gone, six];
  // What comes back counts as that, also while a parent has it.
  const parents = { global: sets([back, inGlobal, six]), region: sets([inRegion, six]) };
  tally.tell('t', 0, state(effective, effective, [], parents));
  tally.tell('t', 7, state([], effective, [], parents));
  tally.tell('t', 10, state([], effective, [], { region: sets([gone]) }));
  tally.tell('t', 14, state([back], effective, [], {}));
  // For 3 days 64 + 32 of IPv4 are in a parent and 32 in neither; for 4 days 32 and 96; then, for 6 days, 0 and 128.
  expect(tally.finish(20)).toMatchObject({
    addressDaysBeyondPublication: { ipv4: 192 * 7 + 128 * 6, ipv6: String(65_536 * 13) },
    addressDaysBeyondCameBack: { ipv4: 64 * 7, ipv6: '0' },
    addressDaysBeyondInParent: { ipv4: 96 * 3 + 32 * 4, ipv6: String(65_536 * 3) },
    addressDaysBeyondInNeither: { ipv4: 32 * 3 + 96 * 4 + 128 * 6, ipv6: String(65_536 * 10) },
  });
});

test('what the last day publishes again has come back, however short that is seen', () => {
  const tally = new Tally();
  tally.tell('t', 0, state([a], [a]));
  tally.tell('t', 1, state([], [a]));
  tally.tell('t', 4, state([a], [a]));
  expect(tally.finish(4)).toMatchObject({ addressDaysBeyondCameBack: { ipv4: 768, ipv6: '0' } });
});

test('a removal says what came back of it and when, also after the days in which that counts', () => {
  const tally = new Tally();
  tally.tell('t', 0, state([a, b], [a, b]));
  const removal = tally.tell('t', 10, state([], []));
  expect(removal).toMatchObject({ tag: 't', day: 10, ranges: sets([a, b]), returned: [] });
  expect(tally.tell('t', 40, state([b], []))).toBeUndefined();
  tally.tell('t', 200, state([a, b], []));
  expect(removal?.returned).toEqual([
    { day: 40, ranges: sets([b]) },
    { day: 200, ranges: sets([a]) },
  ]);
  expect(tally.finish(200)).toMatchObject({ addressesRemovedThatCameBack: { ipv4: 128, ipv6: '0' } });
});
