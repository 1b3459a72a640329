import { html } from 'hono/html';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { documentOf, shown } from './document.ts';
import type { PageContext } from './session.ts';

const titles: Readonly<Record<number, string>> = {
  200: 'Done',
  400: 'That cannot be read',
  403: 'Not allowed',
  404: 'Not found',
  409: 'This cannot be taken',
  413: 'Too large',
  503: 'Not at the moment',
};

/** A page with one message: what was expected, and what to do. */
export function messagePage(c: PageContext, status: ContentfulStatusCode, text: string): Response | Promise<Response> {
  const session = c.get('session');
  const body = html`<p>${shown(text)}</p>${session ? html`<p><a href="/ui">Back to the inbox</a></p>` : ''}`;
  return c.html(
    documentOf({ title: titles[status] ?? 'The page failed', body, ...(session ? { session } : {}) }),
    status,
  );
}
