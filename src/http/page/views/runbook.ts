import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Hono } from 'hono';
import { html } from 'hono/html';
import { documentOf, type Markup } from '../document.ts';
import type { PageEnv } from '../session.ts';

/** docs/runbook.md with its anchors, so that every notice leads to its entry, in the version of this service. */
export const runbook = new Hono<PageEnv>().get('/', async (c) =>
  c.html(documentOf({ title: 'Runbook', session: c.get('session'), body: runbookMarkup(await runbookText()) })),
);

/** The file in the nearest folder above that has it: the sources and the package lie differently deep. */
async function runbookText(): Promise<string> {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    try {
      return await readFile(join(folder, 'docs/runbook.md'), 'utf8');
    } catch (error) {
      const isAbsent = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      if (!isAbsent || folder === dirname(folder)) throw error;
    }
  }
}

/** Headings as headings, with the ids that GitHub gives them; what is between them as it is written, with its own anchors. */
export function runbookMarkup(text: string): readonly Markup[] {
  const slugs = new Map<string, number>();
  const blocks: Markup[] = [];
  let lines: string[] = [];
  let inCode = false;
  const flush = () => {
    const written = lines.join('\n').trim();
    if (written !== '') blocks.push(textBlock(written));
    lines = [];
  };
  for (const line of text.split('\n')) {
    if (line.startsWith('```')) inCode = !inCode;
    const [, marks = '', title = ''] = (!inCode && /^(#{1,4}) (.+)$/.exec(line)) || [];
    if (marks === '') {
      lines.push(line);
      continue;
    }
    flush();
    const id = slugOf(title, slugs);
    // An anchor in front of it may have the same.
    const own = text.includes(`<a id="${id}">`) ? undefined : html` id="${id}"`;
    if (marks !== '#') blocks.push(heading(marks.length, title.replaceAll('`', ''), own));
  }
  flush();
  return blocks;
}

function heading(level: number, title: string, id: Markup | undefined): Markup {
  if (level === 2) return html`<h2${id}>${title}</h2>`;
  return level === 3 ? html`<h3${id}>${title}</h3>` : html`<h4${id}>${title}</h4>`;
}

function textBlock(written: string): Markup {
  // Texts and ids take turns.
  const parts = written.split(/<a id="([\w-]+)"><\/a>\n?/);
  return html`<pre>${parts.map((part, index) => (index % 2 === 0 ? html`${part}` : html`<a id="${part}"></a>`))}</pre>`;
}

/** As GitHub does it: small letters, no punctuation, hyphens for spaces; a number where it was given before. */
function slugOf(title: string, known: Map<string, number>): string {
  const slug = title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-');
  const count = known.get(slug) ?? 0;
  known.set(slug, count + 1);
  return count === 0 ? slug : `${slug}-${count}`;
}
