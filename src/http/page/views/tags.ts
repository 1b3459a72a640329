import { Hono } from 'hono';
import { html } from 'hono/html';
import { clock, extent } from '../../../messages/format.ts';
import type { HoldView } from '../../../operator/operator.ts';
import { documentOf, type Markup } from '../document.ts';
import { facts, ranges, reasonList } from '../parts.ts';
import type { PageEnv } from '../session.ts';
import { changesTable } from './changes-table.ts';

/** Tags that lists select, and one of them: its holds and its changes. */
export const tags = new Hono<PageEnv>().get('/:tag', async (c) => {
  const tag = c.req.param('tag');
  const operator = await c.env.call.operator();
  const [holds, changes] = await Promise.all([operator.holds(), operator.changes({ tag, most: 100 })]);
  const own = holds.filter(({ of }) => 'tag' in of && of.tag === tag);
  return c.html(
    documentOf({
      title: tag,
      view: '/ui/tags',
      session: c.get('session'),
      body: [
        html`<h2>Holds</h2>${own.length === 0 ? html`<p>No hold is open.</p>` : ''}`,
        ...own.map(holdCard),
        html`<h2>What changed by it</h2>`,
        changesTable(changes.changes, 'Changes of targets, newest first'),
      ],
    }),
  );
});

function holdCard({ kind, since, prefixes, questions, answered, otherwise, short, parents }: HoldView): Markup {
  return html`<div class="card"><h3>${kind} of ${extent(prefixes)}</h3>${reasonList(questions)}
${facts([
  ['Since', clock(since)],
  ['Answered', answered && `by ${answered.by.name}: ${answered.why}`],
  ['Without an answer', otherwise],
  ['Still in AzureCloud', parents && parents.region.length > 0 ? extent(parents.region) : undefined],
  ['Id', html`<code>${short}</code>`],
])}${ranges(prefixes)}
${questions.length > 0 && !answered ? html`<p><a class="button" href="/ui/inbox/${encodeURIComponent(short)}">Answer</a></p>` : ''}</div>`;
}
