import { expect, test } from 'vitest';
import { parseCatalog } from '../../../src/core/publication/parse.ts';
import { makeCatalogValue } from '../../support/catalog.ts';

const prefixes = ['20.60.0.0/24'];
const az = {
  changeNumber: '68',
  cloud: 'Public',
  id: '/subscriptions/0/providers/Microsoft.Network/serviceTags/public',
  name: 'public',
  nextLink: null,
  type: 'Microsoft.Network/serviceTags',
  values: [{ id: 'Storage', name: 'Storage', properties: { addressPrefixes: prefixes, changeNumber: '40' } }],
};

test.each([
  ['az', az],
  ['az --query values', az.values],
  [
    'Az.Network',
    { Name: 'public', ChangeNumber: '68', Values: [{ Name: 'Storage', Properties: { AddressPrefixes: prefixes } }] },
  ],
  [
    'the Python SDK',
    { change_number: '68', cloud: 'Public', values: [{ properties: { address_prefixes: prefixes } }] },
  ],
])('what %s writes is told as the answer of the Discovery API, with what to take instead', (_, document) => {
  const result = parseCatalog(new TextEncoder().encode(JSON.stringify(document)));
  expect(result.ok ? [] : result.issues).toEqual([
    {
      path: 'document',
      expected: "Microsoft's download, ServiceTags_<cloud>_<date>.json: take that",
      got: expect.stringContaining('Service Tag Discovery API'),
    },
  ]);
});

test('a publication is none, also one with a number as text, which stays an issue of its own', () => {
  const document = makeCatalogValue({ changeNumber: 68, tags: { Storage: prefixes } });
  expect(parseCatalog(new TextEncoder().encode(JSON.stringify(document))).ok).toBe(true);
  const odd = parseCatalog(new TextEncoder().encode(JSON.stringify({ ...document, changeNumber: '68' })));
  expect(odd.ok ? [] : odd.issues.map(({ path }) => path)).toEqual(['changeNumber']);
});
