import { endOfObject, isObject } from '../core/json.ts';
import type { Cloud } from '../core/publication/catalog.ts';
import { compareNewestFirst, type FileName, parseFileName } from '../core/publication/publication.ts';

/** One file that a details page names. */
export interface PageLink {
  readonly url: URL;
  readonly name: FileName;
  /** Bytes, where the page says so. */
  readonly size?: number;
  /** Publishing date, ISO 8601 date, where the page says so. */
  readonly publishedAt?: string;
  /** `details`: from the page's `__DLCDetails__`; `link`: an address found anywhere else on it. */
  readonly from: 'details' | 'link';
}

interface DetailsPage {
  /** Files of the wanted cloud, newest first; of one date, what `__DLCDetails__` says comes before a bare link. */
  readonly links: readonly PageLink[];
  /** What is odd about the page. */
  readonly notes: readonly string[];
}

// The page is text that others write: whatever it holds, each expression below looks at a bounded part of it from each
// place where it begins, so that a page of megabytes takes no longer than its length.
const MARKER = '__DLCDetails__';
/** What stands between the marker and its object. */
const ASSIGNMENT = /["']?\]?\s{0,20}=\s{0,20}(?=\{)/y;
/** The end of an address. */
const FILE = /servicetags_[a-z0-9_]{1,60}\.json(?![\w.])/gi;
/** What comes before it, in the characters that an address has. */
const BEFORE = /https?:\\?\/\\?\/[^\s"'<>&()]+$/i;
const LONGEST_BEFORE = 412;
/** The page has one marker and a few addresses; what has many more is none, and each one costs a look. */
const MOST_MARKERS = 10;
const MOST_ADDRESSES = 1000;
/** Names of files in one note. */
const MOST_NAMED = 20;

/**
 * Reads a details page of the Microsoft Download Center. The page has carried its facts in `window.__DLCDetails__`
 * since 2024; for some months of 2025 it listed several files, the newest not the first; and markers were renamed
 * before. So every address on the page counts, and the newest date wins.
 */
export function parseDetailsPage(html: string, cloud: Cloud): DetailsPage {
  const notes: string[] = [];
  const details = readDetails(html, notes);
  const links = new Map<string, PageLink>();
  const others = new Set<string>();
  for (const link of [...details, ...readAddresses(html, notes)]) {
    if (link.name.cloud !== cloud) others.add(link.name.file);
    else if (!links.has(link.url.href)) links.set(link.url.href, link);
  }
  const sorted = [...links.values()].sort((a, b) => compareNewestFirst(a.name, b.name));
  if (sorted.length > 0 && details.length === 0)
    notes.push('the page has no readable __DLCDetails__; its links were taken');
  if (others.size > 0) notes.push(`the page lists files of another cloud: ${listed([...others].sort())}`);
  if (sorted.length === 0) notes.push(describePage(html));
  return { links: sorted, notes };
}

/** The files in every `__DLCDetails__ = {...}` of the page; what does not have the known shape is noted and left out. */
function readDetails(html: string, notes: string[]): PageLink[] {
  const links: PageLink[] = [];
  let at = html.indexOf(MARKER);
  for (let markers = 0; at >= 0 && markers < MOST_MARKERS; at = html.indexOf(MARKER, at)) {
    at += MARKER.length;
    ASSIGNMENT.lastIndex = at;
    const assignment = ASSIGNMENT.exec(html)?.[0];
    if (assignment === undefined) continue;
    markers++;
    const start = at + assignment.length;
    const end = endOfObject(html, start);
    const files = end === undefined ? undefined : filesIn(html.slice(start, end));
    at = end ?? at;
    if (!Array.isArray(files)) {
      notes.push('__DLCDetails__ has no dlcDetailsView.downloadFile as expected');
      continue;
    }
    for (const file of files.slice(0, MOST_ADDRESSES)) {
      const link = readDownloadFile(file);
      if (link !== undefined) links.push(link);
    }
  }
  return links;
}

function filesIn(json: string): unknown {
  try {
    return downloadFiles(JSON.parse(json));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function downloadFiles(details: unknown): unknown {
  const view = isObject(details) ? details.dlcDetailsView : undefined;
  return isObject(view) ? view.downloadFile : undefined;
}

function readDownloadFile(file: unknown): PageLink | undefined {
  if (!isObject(file) || typeof file.url !== 'string') return undefined;
  const link = linkOf(file.url, 'details');
  if (link === undefined) return undefined;
  const size = Number(file.size);
  const published = typeof file.datePublished === 'string' ? Date.parse(file.datePublished) : Number.NaN;
  return {
    ...link,
    ...(Number.isSafeInteger(size) && size > 0 ? { size } : {}),
    ...(Number.isNaN(published) ? {} : { publishedAt: new Date(published).toISOString().slice(0, 10) }),
  };
}

/** Every address of a Service Tags file in the page's text: anchors, scripts and attributes alike. */
function readAddresses(html: string, notes: string[]): PageLink[] {
  const links: PageLink[] = [];
  let behind = 0;
  for (const { index, 0: file } of html.matchAll(FILE)) {
    if (links.length === MOST_ADDRESSES) {
      notes.push(`the page has more than ${MOST_ADDRESSES} addresses of files; the first ones were read`);
      break;
    }
    const before = BEFORE.exec(lastOf(html.slice(Math.max(behind, index - LONGEST_BEFORE), index)))?.[0];
    if (before === undefined) continue;
    behind = index + file.length;
    const link = linkOf(`${before}${file}`.replaceAll('\\/', '/'), 'link');
    if (link !== undefined) links.push(link);
  }
  return links;
}

/** The end of a text, behind the last character that no address has. */
function lastOf(text: string): string {
  let at = text.length;
  while (at > 0 && !/[\s"'<>&()]/.test(text.charAt(at - 1))) at--;
  return text.slice(at);
}

function linkOf(address: string, from: PageLink['from']): PageLink | undefined {
  const url = URL.parse(address);
  const name = url === null ? undefined : parseFileName(url.pathname.slice(url.pathname.lastIndexOf('/') + 1));
  return url === null || name === undefined ? undefined : { url, name, from };
}

/** Says what came in the place of a details page, for the person who reads the error. */
function describePage(html: string): string {
  const title = readTitle(html);
  const captcha = /captcha|unusual traffic|verify (?:that )?you are (?:a )?human|access denied/i.test(html);
  return `${captcha ? 'it looks like a page for suspected robots' : 'it names no file of this cloud'}, its title is "${title}"`;
}

/** An HTML page's title, shortened; empty if it has none. */
export function readTitle(html: string): string {
  const tag = /<title\b/i.exec(html);
  const end = tag === null ? -1 : html.indexOf('>', tag.index);
  if (end < 0) return '';
  const [title = ''] = html.slice(end + 1, end + 301).split('<', 1);
  return title.replace(/\s+/g, ' ').trim().slice(0, 80);
}

/** The first of some names, and how many more there are. */
export function listed(names: readonly string[]): string {
  const more = names.length - MOST_NAMED;
  return more > 0 ? `${names.slice(0, MOST_NAMED).join(', ')} and ${more} more` : names.join(', ');
}
