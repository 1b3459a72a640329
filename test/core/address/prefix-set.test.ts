import { expect, it } from 'vitest';
import { PrefixSet } from '../../../src/core/address/prefix-set.ts';

it('gives the same set for other prefixes of the same addresses', () => {
  const split = PrefixSet.from('ipv4', ['192.0.2.128/25', '192.0.2.0/25']);
  expect(split.equals(PrefixSet.from('ipv4', ['192.0.2.0/24']))).toBe(true);
  expect(split.toPrefixes()).toEqual(['192.0.2.0/24']);
});
