import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import { bitsOf } from '../../../src/core/address/family.ts';
import { familyOf, formatAddress } from '../../../src/core/address/prefix.ts';
import { PrefixSet } from '../../../src/core/address/prefix-set.ts';
import type { Tag } from '../../../src/core/publication/catalog.ts';
import { type Holder, holdersOf } from '../../../src/core/publication/holders.ts';
import { parseCatalog } from '../../../src/core/publication/parse.ts';
import { makeCatalog } from '../../support/catalog.ts';
import { inOrder } from '../../support/history.ts';
import { checkProperty } from '../../support/oracle/check-property.ts';
import { absent, havePublications, publicPublications } from '../../support/real-publications.ts';

const boundsOf = (prefix: string) => {
  const bounds = PrefixSet.from(familyOf(prefix), [prefix]).bounds();
  if (!bounds) throw new Error('expected a prefix');
  return bounds;
};

/** The holders of a prefix, by looking at every prefix of every tag. */
function bruteForce(tags: Iterable<Tag>, asked: string): string[] {
  const set = PrefixSet.from(familyOf(asked), [asked]);
  return [...tags].flatMap(({ name, published }) =>
    published
      .filter((text) => familyOf(text) === set.family && PrefixSet.from(set.family, [text]).covers(set))
      .map((text) => `${name} ${text}`),
  );
}

const textsOf = (holders: readonly Holder[]) => holders.map(({ tag, prefix }) => `${tag} ${prefix}`).sort();

// Few addresses, so that prefixes meet at their edges, lie within each other, and reach both ends of the space.
const ipv4 = fc
  .tuple(fc.constantFrom(0, 1, 254, 255), fc.constantFrom(0, 128, 255), fc.constantFrom(0, 1, 8, 9, 16, 17, 31, 32))
  .map(([a, d, length]) => maskedIPv4([a, a, 0, d], length));
function maskedIPv4(octets: readonly number[], length: number): string {
  const word = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  const kept = length === 0 ? 0 : (word & (0xffffffff << (32 - length))) >>> 0;
  return `${[24, 16, 8, 0].map((bits) => (kept >>> bits) & 255).join('.')}/${length}`;
}
const ipv6 = fc.constantFrom(
  '::/0',
  '::/1',
  '8000::/1',
  '::1/128',
  '2603::/16',
  '2603:1000::/24',
  '2603:1000::/32',
  '2603:1001::/32',
  '2603:1000::1/128',
  '2603:1000:0:1::/64',
  'ffff::/16',
  'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff/128',
);
const prefix = fc.oneof(ipv4, ipv6);

/** A list whose prefixes are in order and apart, as a publication's are. */
const list = fc.array(prefix, { minLength: 1, maxLength: 5 }).map((texts) => {
  const apart: string[] = [];
  for (const text of texts) {
    const set = PrefixSet.from(familyOf(text), [text]);
    const meets = apart.some(
      (other) => familyOf(other) === set.family && set.overlaps(PrefixSet.from(set.family, [other])),
    );
    if (!meets) apart.push(text);
  }
  return inOrder(apart);
});
const catalogs = fc.dictionary(fc.constantFrom('A', 'B', 'C.x', 'C.y', 'D'), list, { minKeys: 1 });

test('holders of an address and of a prefix are those that a look at every prefix of every tag finds', () => {
  checkProperty(
    fc.tuple(catalogs, fc.array(prefix, { minLength: 1, maxLength: 8 })),
    ([tags, asked]) => {
      const catalog = makeCatalog({ tags });
      for (const text of asked) {
        const [first, last] = boundsOf(text);
        const holders = holdersOf(catalog.tags.values(), familyOf(text), first, last);
        expect(textsOf(holders), text).toEqual(bruteForce(catalog.tags.values(), text).sort());
        for (const address of [first, last]) {
          const one = `${formatAddress(familyOf(text), address)}/${bitsOf(familyOf(text))}`;
          const alone = holdersOf(catalog.tags.values(), familyOf(text), address, address);
          expect(textsOf(alone), one).toEqual(bruteForce(catalog.tags.values(), one).sort());
        }
      }
    },
    300,
  );
});

it.skipIf(!havePublications)(`real tags hold what their lists say${havePublications ? '' : ` (${absent})`}`, () => {
  const [file = ''] = publicPublications('20240101', '20251231').slice(-1);
  const read = parseCatalog(readFileSync(file));
  if (!read.ok) throw new Error('expected a sound file');
  const tags = [...read.catalog.tags.values()];
  for (const [i, tag] of tags.entries()) {
    const text = tag.published[(i * 7919) % tag.published.length];
    if (text === undefined || i % 100 !== 0) continue;
    const [first, last] = boundsOf(text);
    const holders = holdersOf(tags, familyOf(text), first, last);
    expect(textsOf(holders), text).toEqual(bruteForce(tags, text).sort());
  }
});
