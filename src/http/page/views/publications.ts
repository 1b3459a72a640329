import { Hono } from 'hono';
import { html } from 'hono/html';
import { clock, extent } from '../../../messages/format.ts';
import { droppedText } from '../../../messages/publication.ts';
import type { KeptPublication } from '../../../operator/queries/publications.ts';
import { documentOf, type Markup, shown } from '../document.ts';
import { dataTable, facts, prose, status } from '../parts.ts';
import type { PageEnv } from '../session.ts';

/** Kept files, and one of them with what it changed against the one accepted before it. */
export const publications = new Hono<PageEnv>()
  .get('/', async (c) => {
    const all = await (await c.env.call.operator()).publications();
    return c.html(
      documentOf({
        title: 'Publications',
        session: c.get('session'),
        body: dataTable(
          'Service Tags files that are kept, newest first',
          ['File', 'Date', { name: 'Number', numeric: true }, 'Status'],
          all.map(({ file, date, changeNumber, status: one, digest }) => [
            html`<a href="/ui/publications/${digest}">${shown(file)}</a>`,
            date,
            changeNumber === undefined ? '' : String(changeNumber),
            status(one),
          ]),
        ),
      }),
    );
  })
  .get('/:id', async (c) => {
    const operator = await c.env.call.operator();
    const all = await operator.publications();
    const id = c.req.param('id');
    const at = all.findIndex(({ digest, changeNumber }) => digest === id || String(changeNumber) === id);
    const one = all[at];
    if (one === undefined) return c.notFound();
    const before = all.slice(at + 1).find(({ status: was }) => was === 'accepted');
    const diff = before && (await operator.diff(before.digest, one.digest, {}));
    return c.html(
      documentOf({
        title: `Publication ${one.changeNumber ?? one.file}`,
        session: c.get('session'),
        body: [
          about(one),
          before === undefined || diff === undefined
            ? html`<p>No earlier one is kept to compare it with.</p>`
            : dataTable(
                `Against ${before.changeNumber} of ${before.date}`,
                ['Tag', 'Is', 'Gained', 'Lost'],
                diff.tags.map(({ tag, kind, gained, lost }) => [
                  html`<a href="/ui/tags/${encodeURIComponent(tag)}">${shown(tag)}</a>`,
                  kind,
                  gained.length === 0 ? '' : extent(gained),
                  lost.length === 0 ? '' : extent(lost),
                ]),
              ),
        ],
      }),
    );
  });

function about({ file, date, status: one, digest, firstSeen, reasons, dropped }: KeptPublication): Markup {
  return html`${facts([
    ['File', file],
    ['Date', date],
    ['Status', status(one)],
    ['First seen', clock(firstSeen)],
    ['SHA-256', html`<code>${digest}</code>`],
  ])}${dropped === undefined ? '' : html`<p>${prose(droppedText(file, dropped))}.</p>`}${reasons.map((reason) => html`<p>${shown(reason)}</p>`)}`;
}
