import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { namedBy, shortestName, shortIds } from '../../../src/core/decisions/short-id.ts';
import { checkProperty } from '../../support/oracle/check-property.ts';

const hash = (length: number) => fc.stringMatching(new RegExp(`^[0-3]{${length}}$`));
const ids = fc.uniqueArray(
  fc.oneof(
    hash(16),
    hash(8).map((text) => `Storage.WestUS-loss-278-${text}`),
    hash(64).map((text) => `raw-${text}`),
  ),
  { minLength: 1, maxLength: 8 },
);

test('a short id means one thing among all of them, and is short unless two begin alike', () => {
  checkProperty(ids, (all) => {
    const short = shortIds(all);
    const open = all.map((id) => ({ id, names: [] }));
    for (const id of all) expect(namedBy(short.get(id) ?? '', open)).toEqual([{ id, names: [] }]);
  });
  const [one, two] = ['0a1b2c3d4e5f6071', 'Storage.WestUS-loss-278-ffffffff'];
  expect([...shortIds([one, two]).values()]).toEqual(['0a1b2c3d', 'ffffffff']);
  expect(shortIds([one, '0a1b2c3d4effffff']).get(one)).toBe('0a1b2c3d4e5');
});

describe('what is meant by a name', () => {
  const open = [
    { id: 'Storage.WestUS-loss-278-1a2b3c4d', names: ['Storage.WestUS'] },
    { id: 'Storage.WestUS-gain-279-1a2b9999', names: ['Storage.WestUS'] },
    { id: '5f1b7c0e2d4a4c63', names: ['hub'] },
    { id: '5f1b000000000000', names: ['5f1b7c0e'] },
  ];
  const [loss, gain, hub, odd] = open;

  test.each([
    ['the whole id', '5f1b7c0e2d4a4c63', [hub]],
    ['the hash of an id', '1a2b3c4d', [loss]],
    ['a target', 'hub', [hub]],
    ['a tag of two', 'Storage.WestUS', [loss, gain]],
    ['a beginning of the hash', '1a2b9', [gain]],
    ['a beginning of the id', 'Storage.WestUS-loss', [loss]],
    ['a beginning of both', '1a2b', [loss, gain]],
    ['a name before a beginning', '5f1b7c0e', [odd]],
    ['too few characters', '5f1', []],
    ['nothing that there is', 'ffff', []],
    ['nothing at all', '', []],
  ])('%s', (_, given, meant) => {
    expect(namedBy(given, open)).toEqual(meant);
  });

  test('four characters are enough', () => {
    expect(shortestName).toBe(4);
  });
});
