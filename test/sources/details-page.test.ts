import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
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

const saved = new URL('../../../shared/data/pages/', import.meta.url);
const present = existsSync(saved);
if (!present)
  describe.runIf(present)('saved pages of the real download centre', () => {
    const read = (name: string) => readFileSync(new URL(name, saved), 'utf8');

    test('the details page of October 2024', () => {
      expect(parseDetailsPage(read('details_56519_2024-10-01.html'), 'Public')).toMatchObject({
        links: [
          {
            url: {
              href: `${host}/download/7/1/D/71D86715-5596-4529-9B13-DA13A5DE5B63/ServiceTags_Public_20240923.json`,
            },
            name: { file: 'ServiceTags_Public_20240923.json', date: '2024-09-23' },
            size: 3_775_387,
            publishedAt: '2024-09-24',
            from: 'details',
          },
        ],
        notes: [],
      });
    });

    test('the confirmation page of January 2023, whose file name was edited', () => {
      const { links } = parseDetailsPage(read('confirmation_56519_2023-01_filename-edited.html'), 'Public');
      expect(links).toMatchObject([{ name: { file: 'ServiceTags_Public_2000000.json' }, from: 'link' }]);
      expect(links[0]?.name.date).toBeUndefined();
    });

    test.each(['details_56519_2024-10-01.html', 'confirmation_56519_2023-01_filename-edited.html'])(
      '%s holds nothing for another cloud, and says so',
      (name) => {
        const { links, notes } = parseDetailsPage(read(name), 'China');
        expect(links).toEqual([]);
        expect(notes.join()).toContain('files of another cloud: ServiceTags_Public_');
      },
    );
  });
