import { expect, test } from 'vitest';
import { parseDetailsPage } from '../../src/sources/details-page.ts';
import { page } from './download-setup.ts';

const host = 'https://download.microsoft.com';

test('what the page says of a file is read', () => {
  const { links, notes } = parseDetailsPage(page('details', host), 'Public');
  expect(links).toMatchObject([
    {
      url: { href: `${host}/download/A/B/C/ServiceTags_Public_20261109.json` },
      name: { date: '2026-11-09' },
      publishedAt: '2026-11-11',
      from: 'details',
    },
  ]);
  expect(links[0]?.size).toBeGreaterThan(10_000);
  expect(notes).toEqual([]);
});

test('links are in order of their dates, a name without one last', () => {
  const names = ['Public_20261102', 'Public_Latest', 'Public_20261109', 'Public_20269999', 'Public_20260810'];
  const html = names.map((name) => `<a href="${host}/a/ServiceTags_${name}.json">x</a>`).join('');
  expect(parseDetailsPage(html, 'Public').links.map(({ name }) => name.date)).toEqual([
    '2026-11-09',
    '2026-11-02',
    '2026-08-10',
    undefined,
    undefined,
  ]);
});

test('the same name in two folders is two links, the same address twice is one', () => {
  const html = ['A', 'a', 'A'].map((folder) => `"${host}/${folder}/ServiceTags_China_20261109.json"`).join();
  expect(parseDetailsPage(html, 'China').links.map(({ url }) => url.pathname[1])).toEqual(['A', 'a']);
});

test.each([
  'ServiceTags_China2_20261109.json',
  'ServiceTags_China_20261109.json.zip',
  'ServiceTags_China_20261109.jsonx',
  'MyServiceTags_China_20261109.json',
])('%s is not the wanted file', (name) => {
  expect(parseDetailsPage(`<a href="${host}/a/${name}">x</a>`, 'China').links).toEqual([]);
});

test('a page of megabytes without an end is read in passing', () => {
  const html = `${'https://'.repeat(100_000)}${'<a href="https://x/'.repeat(50_000)}window.__DLCDetails__={${'{'.repeat(1000)}`;
  const start = performance.now();
  expect(parseDetailsPage(html, 'Public').links).toEqual([]);
  expect(performance.now() - start).toBeLessThan(5000);
});

// Each of these took seconds to minutes in an expression that looks back or ahead without an end.
const megabyte = (text: string) => text.repeat(Math.ceil(1_000_000 / text.length));
test.each([
  ['titles without an end', megabyte('<title')],
  ['titles in a row', megabyte('<title>')],
  ['addresses without a file', megabyte('https://a/servicetags_')],
  ['files without an address', megabyte('servicetags_public_20261109.json ')],
  ['addresses in addresses', megabyte('https://https://servicetags_public_20261109.jso')],
  ['markers with space behind them', megabyte(`__DLCDetails__${' '.repeat(1000)}`)],
  ['markers with an object behind each', megabyte('__DLCDetails__={"a":')],
  ['markers in quotes', megabyte('__DLCDetails__={"')],
])('a megabyte of %s is read in passing', (_name, html) => {
  const start = performance.now();
  const { notes } = parseDetailsPage(html, 'Public');
  expect(performance.now() - start).toBeLessThan(1000);
  expect(notes.join('\n').length).toBeLessThan(2000);
});

test('a page with thousands of files names some of them', () => {
  const html = Array.from({ length: 5000 }, (_, i) => `"${host}/${i}/ServiceTags_China_20261109.json"`).join();
  const { links, notes } = parseDetailsPage(html, 'China');
  expect(links).toHaveLength(1000);
  expect(notes).toContainEqual(expect.stringContaining('more than 1000 addresses'));
});
