import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

// What the docs are made of: the pages, where each is in the site, and what leads from one to another. For the site, and for the
// test that holds the index to the files. Needs no package.

/** The folder of the project. */
export const project = path.resolve(import.meta.dirname, '../..');

/** Pages that stand beside docs/, where readers of a repository expect them, and their names in the site. */
const besides: Readonly<Record<string, string>> = {
  'README.md': 'about.md',
  'CONTRIBUTING.md': 'contributing.md',
  'CHANGELOG.md': 'changelog.md',
};

/** Every page, by its path in the project with forward slashes, sorted. What is installed for the site is none. */
export function documents(): string[] {
  const inDocs = readdirSync(path.join(project, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => file.endsWith('.md') && !file.startsWith('site/'))
    .map((file) => `docs/${file}`);
  return [...Object.keys(besides), ...inDocs].sort();
}

/** Path of a page in the site: `docs/firewalls/README.md` is `firewalls/index.md`. */
export function placeInSite(page: string): string {
  return besides[page] ?? page.replace(/^docs\//, '').replace(/README\.md$/, 'index.md');
}

export interface Link {
  readonly text: string;
  /** Path in the project. */
  readonly file: string;
  /** With its `#`, or empty. */
  readonly anchor: string;
}

/** What a link in a page means; undefined for one that leads out of the project. */
export function targetOf(href: string, page: string): Omit<Link, 'text'> | undefined {
  if (/^([a-z][a-z\d+.-]*:|\/)/i.test(href)) return undefined;
  const [file = '', hash] = href.split('#', 2);
  return {
    file: file === '' ? page : path.posix.join(path.posix.dirname(page), file),
    anchor: hash === undefined ? '' : `#${hash}`,
  };
}

/** Links of a page to files of the project, in their order, pictures among them; none in code. */
export function linksIn(markdown: string, page: string): Link[] {
  const prose = markdown
    .replace(/^ *```[\s\S]*?^ *```/gm, '')
    .replace(/``.+?``|`[^`\n]*`/g, (code) => code.replace(/\]\(/g, '] ('));
  return [...prose.matchAll(/\[((?:[^[\]]|\[[^\]]*\])*)\]\(<?([^()\s>]+)>?\)/g)].flatMap(([, text = '', href = '']) => {
    const target = targetOf(href, page);
    return target === undefined ? [] : [{ text, ...target }];
  });
}

/** The anchor of a heading, as GitHub makes it. */
export function slugOf(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-');
}

export interface Group {
  readonly title: string;
  readonly links: readonly Link[];
}

/** The groups of docs/README.md: its headings, and what stands below each. */
export function groupsOf(index: string): Group[] {
  return index
    .split(/^## /m)
    .slice(1)
    .map((section) => ({
      title: section.split('\n', 1)[0] ?? '',
      links: linksIn(section, 'docs/README.md'),
    }));
}

/** The pages that a folder's own index lists: those of its folder alone, each once. */
export function pagesBelow(index: string): Link[] {
  const folder = path.posix.dirname(index);
  const links = linksIn(readFileSync(path.join(project, index), 'utf8'), index).filter(
    ({ file }) => path.posix.dirname(file) === folder && file.endsWith('.md') && file !== index,
  );
  return [...new Map(links.map((link) => [link.file, link])).values()];
}
