import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openDiscovery } from '../../src/azure/discovery.ts';
import { startArm, type TestArm } from '../support/arm.ts';
import { makeCatalogValue } from '../support/catalog.ts';
import { startWebServer } from '../support/web-server.ts';

const subscriptionId = '00000000-0000-0000-0000-000000000001';
const location = `/subscriptions/${subscriptionId}/providers/Microsoft.Network/locations/westeurope`;
const document = makeCatalogValue({
  changeNumber: 63,
  tags: { 'Storage.WestUS': ['20.0.0.0/24', '2603:1010:304:2::690/124'], Sql: ['20.1.0.0/24'] },
});

let arm: TestArm;
beforeAll(async () => {
  arm = await startArm();
});
afterEach(() => arm.reset());
afterAll(() => arm.close());

const read = (armEndpoint = arm.url) =>
  openDiscovery({ cloud: 'Public', subscriptionId, armEndpoint, pace: arm.pace }, 'westeurope').read(
    AbortSignal.timeout(5000),
  );

test('its tags are read as sets, its number as the text it is', async () => {
  await arm.seed({ [location]: { properties: { serviceTags: document } } });
  const { changeNumber, tags } = await read();
  expect(changeNumber).toBe('63');
  expect([...tags.keys()]).toEqual(['Storage.WestUS', 'Sql']);
  expect(tags.get('Storage.WestUS')?.prefixes.ipv4.toPrefixes()).toEqual(['20.0.0.0/24']);
  expect(tags.get('Storage.WestUS')?.prefixes.ipv6.toPrefixes()).toEqual(['2603:1010:304:2::690/124']);
});

test('without rights it answers 200 and nothing', async () => {
  expect((await read()).tags.size).toBe(0);
});

test('a refusal names the API and what it said', async () => {
  await arm.fail([
    { match: { pathIncludes: 'serviceTags' }, times: 9, effect: { status: 403, code: 'AuthorizationFailed' } },
  ]);
  await expect(read()).rejects.toThrow(/Service Tag Discovery API \(westeurope\).*AuthorizationFailed/s);
});

const path = `${location}/serviceTags?api-version=2026-01-01`;
test('all its pages are read', async () => {
  const server = await startWebServer();
  const headers = { 'content-type': 'application/json' };
  const [west, sql] = document.values;
  const nextLink = 'https://management.azure.com/next?$skipToken=1';
  server.answer(path, { headers, body: JSON.stringify({ changeNumber: '63', values: [west], nextLink }) });
  server.answer('/next?$skipToken=1', { headers, body: JSON.stringify({ changeNumber: '63', values: [sql] }) });
  expect([...(await read(server.origin)).tags.keys()]).toEqual(['Storage.WestUS', 'Sql']);
  await server.close();
});

test.each([
  ['a next page on another host', { values: [], nextLink: 'https://elsewhere.example/next' }],
  ['pages without end', { values: [], nextLink: `https://management.azure.com${path}` }],
  ['no list', { values: 'none' }],
  ['a tag without a name', { values: [{ properties: { addressPrefixes: ['20.0.0.0/24'] } }] }],
])('%s: an answer that cannot be understood is an error, never less tags', async (_, body) => {
  const server = await startWebServer();
  server.answer(path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  await expect(read(server.origin)).rejects.toThrow('Service Tag Discovery API');
  await server.close();
});

test('prefixes are taken by their addresses, and one that cannot be read costs its own tag alone', async () => {
  const server = await startWebServer();
  const tag = (name: string, ...addressPrefixes: string[]) => ({ name, properties: { addressPrefixes } });
  const values = [
    tag('Storage', '2603:1010:0304:0002::0690/124', '2603:1010:304:3:0:0:0:1', '20.0.0.4', '20.0.0.5/32'),
    tag('Sql', '20.1.0.0/24', '20.0.0.0/99'),
    tag('Other', '20.1.0.9/24'),
  ];
  server.answer(path, { headers: { 'content-type': 'application/json' }, body: JSON.stringify({ values }) });
  const { tags, unreadable } = await read(server.origin);
  expect([...tags.keys()]).toEqual(['Storage']);
  expect(tags.get('Storage')?.prefixes.ipv4.toPrefixes()).toEqual(['20.0.0.4/31']);
  expect(tags.get('Storage')?.prefixes.ipv6.toPrefixes()).toEqual([
    '2603:1010:304:2::690/124',
    '2603:1010:304:3::1/128',
  ]);
  expect([...unreadable.keys()]).toEqual(['Sql', 'Other']);
  expect(unreadable.get('Other')).toContain('20.1.0.0/24');
  await server.close();
});
