import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { Marked } from 'marked';
import { getHeadingList, gfmHeadingId } from 'marked-gfm-heading-id';
import { describe, expect, it, test } from 'vitest';
import { documents, groupsOf, linksIn, pagesBelow, placeInSite, project, slugOf } from '../docs/site/documents.ts';
import { knownKinds } from '../src/config/load.ts';
import { parseConfig } from '../src/config/parse.ts';

// The index of the docs, the links between pages, and what the site is made of. The site itself: `npm run docs:site`.

const read = (file: string) => readFileSync(join(project, file), 'utf8');
const pages = documents();
const anchors = new Map<string, readonly string[]>();

/** Anchors of a page as GitHub makes them, and its own. */
function anchorsOf(page: string): readonly string[] {
  const known = anchors.get(page);
  if (known !== undefined) return known;
  const text = read(page);
  new Marked(gfmHeadingId()).parse(text, { async: false });
  const found = [
    ...getHeadingList().map(({ id }) => id),
    ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id),
  ];
  anchors.set(page, found);
  return found;
}

/** Indexes: of everything, and of a folder. */
const indexes = pages.filter((page) => /^docs\/(.+\/)?README\.md$/.test(page));

test('every page of docs is in an index, once', () => {
  const top = groupsOf(read('docs/README.md')).flatMap(({ links }) => links.map(({ file }) => file));
  const below = top
    .filter((file) => indexes.includes(file))
    .flatMap((index) => pagesBelow(index).map(({ file }) => file));
  const listed = [...top, ...below].filter((file) => file.startsWith('docs/'));
  expect(listed.toSorted()).toEqual(pages.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md'));
});

test('a decision is in its index by its title', () => {
  for (const { file, text } of pagesBelow('docs/decisions/README.md')) {
    expect(read(file).split('\n', 1), file).toEqual([`# ${text}`]);
    expect(text, file).toMatch(new RegExp(`^${Number(posix.basename(file).slice(0, 4))}\\. `));
  }
});

test.each(pages)('every link of %s leads to a file and an anchor that are there', (page) => {
  const dead = linksIn(read(page), page).filter(
    ({ file, anchor }) =>
      !existsSync(join(project, file)) ||
      (anchor !== '' && file.endsWith('.md') && !anchorsOf(file).includes(anchor.slice(1))),
  );
  expect(dead).toEqual([]);
});

test.each(pages)('%s has one title, and says what it is for before anything else', (page) => {
  const [title = '', empty, ...rest] = read(page).split('\n');
  expect(title).toMatch(/^# \S/);
  expect(empty).toBe('');
  const first = rest.find((line) => line !== '' && !line.startsWith('<!--'));
  expect(first).toMatch(/^[\w"'*`«[]/);
});

it('finds links with brackets and code in their text, and none in code', () => {
  const text = [
    '[`a[]`](a.md#b) `[no](no.md)` [out](https://learn.microsoft.com/x) ![p](images/p.png)',
    '```',
    '[no](no.md)',
    '```',
  ];
  expect(linksIn(text.join('\n'), 'docs/x/y.md')).toEqual([
    { text: '`a[]`', file: 'docs/x/a.md', anchor: '#b' },
    { text: 'p', file: 'docs/x/images/p.png', anchor: '' },
  ]);
});

describe('README', () => {
  const readme = read('README.md');

  it('has 150 lines at most', () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });

  it('shows a config that is accepted as it is', () => {
    const [, text = ''] = /^```jsonc\n([\s\S]*?)^```/m.exec(readme) ?? [];
    expect(parseConfig(text, { file: 'README.md', kinds: knownKinds, now: new Date() }).notes).toEqual([]);
  });
});

test('the glossary has each term once, in the order of the alphabet', () => {
  const terms = [...read('docs/glossary.md').matchAll(/^\| ([^|]+) \|/gm)]
    .map(([, term = '']) => term.toLowerCase())
    .slice(2);
  expect(terms.length).toBeGreaterThan(70);
  const names = terms.flatMap((term) => term.split(', '));
  expect(names).toEqual([...new Set(names)]);
  expect(terms).toEqual(terms.toSorted());
});

describe('the site', () => {
  const folder = 'docs/site';
  const sources = readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' }).filter(
    (file) => !/(^|\/)(node_modules|dist)(\/|$)/.test(file) && /\.(ts|vue)$/.test(file),
  );

  it('asks no other host: none is named in what it is made of', () => {
    expect(sources.length).toBeGreaterThan(2);
    for (const file of sources) expect(read(posix.join(folder, file)), file).not.toMatch(/https?:\/\//);
  });

  it('has a place of its own for each page, and anchors like GitHub', () => {
    expect(new Set(pages.map(placeInSite)).size).toBe(pages.length);
    for (const page of pages) {
      new Marked(gfmHeadingId()).parse(read(page), { async: false });
      for (const { id, raw } of getHeadingList()) {
        const plain = raw.replace(/`|\*\*|\[([^\]]*)\]\([^)]*\)/g, '$1');
        expect(id.replace(/-\d+$/, ''), `${page}: ${raw}`).toBe(slugOf(plain).replace(/-\d+$/, ''));
      }
    }
  });

  it('brings its packages by a lock of its own, exactly, without the name of a registry', () => {
    const { devDependencies, dependencies } = JSON.parse(read(`${folder}/package.json`));
    expect(dependencies).toBeUndefined();
    for (const [name, version] of Object.entries(devDependencies)) expect(version, name).toMatch(/^\d+\.\d+\.\d+$/);
    expect(read(`${folder}/package-lock.json`)).not.toContain('"resolved"');
    const ours = JSON.parse(read('package.json'));
    const root = Object.keys({ ...ours.dependencies, ...ours.devDependencies });
    expect(root.filter((name) => name in devDependencies)).toEqual([]);
  });
});
