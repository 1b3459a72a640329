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
