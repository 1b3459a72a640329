import { expect, test } from 'vitest';
import { formatIssue } from '../../../src/core/publication/issue-list.ts';
import { parseCatalog } from '../../../src/core/publication/parse.ts';
import { makeCatalogJson, makeCatalogValue } from '../../support/catalog.ts';

// A publication is a file that others write: what it costs to refuse it must not depend on what is in it.

const bytesOf = (text: string) => new TextEncoder().encode(text);
const sound = makeCatalogJson({ changeNumber: 1, tags: { Storage: ['20.60.0.0/24'] } });

function issuesOf(text: string): string[] {
  const result = parseCatalog(bytesOf(text));
  return result.ok ? [] : result.issues.map(formatIssue);
}

const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`;
const beside = (text: string) => sound.replace('"cloud":', `"more": {"inside": ${text}}, "cloud":`);

test.each([
  ['a document of arrays alone', nested(20_000), `${'[0]'.repeat(32)}: expected nesting of at most 32`],
  [
    'a property of a document',
    beside(nested(20_000)),
    `more.inside${'[0]'.repeat(30)}: expected nesting of at most 32`,
  ],
  ['one level too many', beside(nested(31)), `more.inside${'[0]'.repeat(30)}: expected nesting of at most 32`],
])('%s that is nested too deep is an issue with its place', (_name, text, expected) => {
  expect(issuesOf(text)).toEqual([expect.stringContaining(expected)]);
});

test('as deep as is read is no issue', () => {
  const result = parseCatalog(bytesOf(beside(nested(30))));
  expect(result).toMatchObject({ ok: true, catalog: { notes: [expect.stringContaining('unknown property "more"')] } });
});

const tags = (count: number) => {
  const tag = makeCatalogValue({ changeNumber: 1, tags: { Storage: ['20.60.0.0/24'] } }).values[0];
  const text = JSON.stringify(tag);
  const rows = Array.from({ length: count }, (_, i) => text.replaceAll('"Storage"', `"Storage.r${i}"`));
  return `{"changeNumber": 1, "cloud": "Public", "values": [${rows.join(',')}]}`;
};

test('more tags than a publication has are refused by their number', () => {
  expect(issuesOf(tags(20_001))).toEqual(['values: expected at most 20,000 tags, got 20,001']);
  expect(parseCatalog(bytesOf(tags(20_000)))).toMatchObject({ ok: true });
});

test('a million tags are refused before anything is built from them', () => {
  const bytes = bytesOf(
    `{"values": [${'{"name":"A","properties":{"addressPrefixes":["10.0.0.0/8"]}},'.repeat(1_000_000)}{}]}`,
  );
  const before = process.memoryUsage().heapUsed;
  const result = parseCatalog(bytes);
  expect(result).toMatchObject({
    issues: [
      { path: 'document', expected: expect.stringContaining('at most 100,000 objects and arrays'), got: '3,000,003' },
    ],
  });
  // The text itself has 63 MB.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(150e6);
});

test.each([
  ['in a list', sound.replace('"20.60.0.0/24"', `${'"10.0.0.0/8",'.repeat(2_000_001)}"20.60.0.0/24"`)],
  ['in a document that is sound but for their number', sound.replace('"API"', `${'"",'.repeat(2_000_001)}"API"`)],
])('more values than a publication has are refused by their number: %s', (_name, text) => {
  expect(issuesOf(text)).toEqual([expect.stringMatching(/^document: expected at most 2,000,000 values .*, got 2,00/)]);
});

test.each([
  [
    'a name of a tag',
    sound.replaceAll('"Storage"', `"${'S'.repeat(100_000)}"`),
    /^values\[0\]\.name: .* 200 characters/,
  ],
  [
    'a repeated property',
    beside(`{"${'p'.repeat(100_000)}":1,"${'p'.repeat(100_000)}":2}`),
    /^more\.inside\.ppp.*once/,
  ],
  ['a prefix', sound.replace('20.60.0.0/24', '9'.repeat(100_000)), /addressPrefixes\[0\]/],
])('%s as long as a book is told in a line', (_name, text, expected) => {
  const issues = issuesOf(text);
  expect(issues).toEqual([expect.stringMatching(expected)]);
  expect(issues.join().length).toBeLessThan(1000);
});

test('thousands of unknown properties are a hundred notes and their number', () => {
  const many = Array.from({ length: 5000 }, (_, i) => `"p${i}": 0,`).join('');
  const result = parseCatalog(bytesOf(sound.replace('"cloud":', `${many} "cloud":`)));
  if (!result.ok) throw new Error(result.issues.map(formatIssue).join());
  expect(result.catalog.notes).toHaveLength(101);
  expect(result.catalog.notes.at(-1)).toBe('and 4900 more unusual properties');
});
