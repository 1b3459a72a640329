import { expect, test } from 'vitest';
import { clientAddress, clientNetwork, isWithin } from '../../../src/core/feed.ts';

test.each([
  ['203.0.113.7:51432', 0, '203.0.113.7'],
  ['203.0.113.7', 0, '203.0.113.7'],
  // What the client wrote itself stands before what the front end appended.
  ['192.0.2.1, 203.0.113.7:51432', 0, '203.0.113.7'],
  ['192.0.2.1, 203.0.113.7:51432', 1, '192.0.2.1'],
  ['[2001:db8::7]:443', 0, '2001:db8::7'],
  ['2001:db8::7', 0, '2001:db8::7'],
  ['[::ffff:203.0.113.7]:51432', 0, '::ffff:203.0.113.7'],
  ['[::ffff:203.0.113.7]', 0, '::ffff:203.0.113.7'],
  ['::ffff:203.0.113.7', 0, '::ffff:203.0.113.7'],
  ['203.0.113.7', 1, undefined],
  ['somewhere', 0, undefined],
  ['', 0, undefined],
  [undefined, 0, undefined],
])('reads %o behind %i proxies as %o', (header, proxies, address) => {
  expect(clientAddress(header, proxies)).toBe(address);
});

test.each([
  ['203.0.113.7', ['203.0.113.0/24'], true],
  ['203.0.113.7', ['203.0.113.7'], true],
  ['203.0.114.7', ['203.0.113.0/24'], false],
  ['::ffff:203.0.113.7', ['203.0.113.0/24'], true],
  ['::FFFF:203.0.113.7', ['203.0.113.7'], true],
  ['::ffff:203.0.113.7', ['203.0.114.0/24'], false],
  ['::ffff:203.0.113.777', ['0.0.0.0/0'], false],
  ['::ffff:cb00:7107', ['203.0.113.0/24'], true],
  ['2001:db8::7', ['203.0.113.0/24', '2001:db8::/32'], true],
  [undefined, ['0.0.0.0/0'], false],
  ['somewhere', ['0.0.0.0/0'], false],
])('finds %o in %o: %o', (address, prefixes, within) => {
  expect(isWithin(address, prefixes)).toBe(within);
});

test.each([
  ['203.0.113.7', '::ffff:203.0.113.7', true],
  ['203.0.113.7', '::ffff:cb00:7107', true],
  ['203.0.113.7', '203.0.113.8', false],
  ['2001:db8:1:2::7', '2001:db8:1:2:ffff::8', true],
  ['2001:db8:1:2::7', '2001:db8:1:3::7', false],
  ['somewhere', undefined, true],
])('%o and %o are of one network: %o', (one, other, same) => {
  expect(clientNetwork(one) === clientNetwork(other)).toBe(same);
});
