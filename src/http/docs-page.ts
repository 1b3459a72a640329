import { createHash } from 'node:crypto';
import type { HttpRequest } from '@azure/functions';
import * as z from 'zod';
import { type Block, describeApi } from './describe-api.ts';
import { endpoint, type Route } from './handle.ts';
import { openApi } from './openapi.ts';
import { text } from './responses.ts';

const style = `:root{color-scheme:light dark}
body{font:1rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:72rem;padding:1rem}
div{overflow-x:auto;margin:1rem 0}
table{border-collapse:collapse}
th,td{border:1px solid color-mix(in srgb,currentColor 25%,transparent);padding:.25rem .5rem;text-align:left;vertical-align:top}
code{font-size:.9em}`;

/** The page is text alone: nothing of it may load, run or be framed, but its own style. */
const policy = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

/** GET /api/docs: the API for people, made of its own description. */
export function getDocs(routes: readonly Route[]) {
  return endpoint({
    query: z.strictObject({}),
    responses: { 200: { text: 'A page about this API.', types: ['text/html'] } },
    async answer({ request }) {
      const page = text('text/html', pageOf(describeApi(await openApi(routes)), request));
      return { ...page, headers: { ...page.headers, 'content-security-policy': policy } };
    },
  });
}

function pageOf(blocks: readonly Block[], { url }: Pick<HttpRequest, 'url'>): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>HTTP API of service-tag-sync</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>HTTP API</h1>
<p>As an OpenAPI 3.1 document: <a href="openapi.json">${escaped(new URL('openapi.json', url).pathname)}</a>.</p>
${blocks.map(htmlOf).join('\n')}
</main>
</body>
</html>
`;
}

function htmlOf(block: Block): string {
  if (block.kind === 'text') return `<p>${inline(block.text)}</p>`;
  if (block.kind === 'heading')
    return `<h${block.level} id="${idOf(block.text)}">${inline(block.text)}</h${block.level}>`;
  const heads = block.heads.map((one) => `<th scope="col">${inline(one)}</th>`);
  const rows = block.rows.map((row) => `<tr>${row.map((one) => `<td>${inline(one)}</td>`).join('')}</tr>`);
  // It scrolls by itself where it is wider than the screen; reached by keyboard.
  return `<div tabindex="0">
<table>
<thead><tr>${heads.join('')}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>
</div>`;
}

/** Code, emphasis and links within the page, of Markdown; everything else as it is. */
function inline(markdown: string): string {
  return escaped(markdown)
    .replace(/`([^`]+)`/g, '<code>$1</code>')
    .replace(/\*(\w+)\*/g, '<em>$1</em>')
    .replace(/\[(\w+)\]\((#\w+)\)/g, '<a href="$2">$1</a>');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** For links to a part of the page. */
function idOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
