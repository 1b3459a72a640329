import { parseTree } from 'jsonc-parser';
import { isObject } from '../core/json.ts';
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

const MARKER = /__DLCDetails__["']?\]?\s*=\s*(?=\{)/g;
const ADDRESS = /https?:(?:\\?\/){2}[^\s"'<>&()]{1,400}?servicetags_[a-z0-9_]{1,60}\.json(?![\w.])/gi;

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
  for (const link of [...details, ...readAddresses(html)]) {
    if (link.name.cloud !== cloud) others.add(link.name.file);
    else if (!links.has(link.url.href)) links.set(link.url.href, link);
  }
  const sorted = [...links.values()].sort((a, b) => compareNewestFirst(a.name, b.name));
  if (sorted.length > 0 && details.length === 0)
    notes.push('the page has no readable __DLCDetails__; its links were taken');
  if (others.size > 0) notes.push(`the page lists files of another cloud: ${[...others].sort().join(', ')}`);
  if (sorted.length === 0) notes.push(describePage(html));
  return { links: sorted, notes };
}

/** The files in every `__DLCDetails__ = {...}` of the page; what does not have the known shape is noted and left out. */
function readDetails(html: string, notes: string[]): PageLink[] {
  const links: PageLink[] = [];
  for (const marker of html.matchAll(MARKER)) {
    const rest = html.slice(marker.index + marker[0].length);
    // Only the tolerant parser stops where the object ends and the script goes on; what it found must then be sound JSON.
    const length = parseTree(rest)?.length ?? 0;
    let files: unknown;
    try {
      files = downloadFiles(JSON.parse(rest.slice(0, length)));
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
    }
    if (!Array.isArray(files)) {
      notes.push('__DLCDetails__ has no dlcDetailsView.downloadFile as expected');
      continue;
    }
    for (const file of files) {
      const link = readDownloadFile(file);
      if (link !== undefined) links.push(link);
    }
  }
  return links;
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
function readAddresses(html: string): PageLink[] {
  const links: PageLink[] = [];
  for (const [address] of html.matchAll(ADDRESS)) {
    const link = linkOf(address.replaceAll('\\/', '/'), 'link');
    if (link !== undefined) links.push(link);
  }
  return links;
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
  const title = /<title[^>]*>([^<]{0,300})/i.exec(html)?.[1] ?? '';
  return title.replace(/\s+/g, ' ').trim().slice(0, 80);
}
