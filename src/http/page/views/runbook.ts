import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Hono } from 'hono';
import { html, raw } from 'hono/html';
import { Marked } from 'marked';
import { getHeadingList, gfmHeadingId } from 'marked-gfm-heading-id';
import { documentOf } from '../document.ts';
import { ruleAnchor } from '../parts.ts';
import type { PageEnv } from '../session.ts';

/** docs/runbook.md with its anchors, so that every notice leads to its entry, in the version of this service. */
export const runbook = new Hono<PageEnv>().get('/', async (c) =>
  c.html(
    documentOf({
      title: 'Runbook',
      session: c.get('session'),
      body: html`<div class="text">${raw(runbookMarkup(await runbookText()))}</div>`,
    }),
  ),
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

/**
 * Markdown of this project's own as markup; never of what others wrote: HTML in it stays HTML. Headings have the ids that
 * GitHub gives them. The title is left out, since the page has one.
 */
export function runbookMarkup(text: string): string {
  const marked = new Marked(gfmHeadingId());
  // Other documents are not served here.
  marked.use({ renderer: { link: ({ href, text: words }) => (/^(#|https:)/.test(href) ? false : words) } });
  const markup = marked.parse(text.replace(/^# .*\n/, ''), { async: false });
  const headings = new Set(getHeadingList().map(({ id }) => id));
  // An anchor in front of a heading may have the id that the heading has by itself.
  return withRules(markup).replace(/<a id="([^"]+)"><\/a>/g, (anchor, id) => (headings.has(id) ? '' : anchor));
}

/** Names of rules in the first cells of tables as anchors, each where it comes first. */
function withRules(markup: string): string {
  const seen = new Set<string>();
  const anchored = (code: string, rule: string): string => {
    if (seen.has(rule)) return code;
    seen.add(rule);
    return `<span id="${ruleAnchor(rule)}">${code}</span>`;
  };
  return markup.replace(/<tr>\n<td>.*?<\/td>/g, (cell) => cell.replace(/<code>([a-z-]+)<\/code>/g, anchored));
}
