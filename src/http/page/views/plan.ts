import { Hono } from 'hono';
import { html } from 'hono/html';
import { causeText, clock, extent, quantity, verdictTexts } from '../../../messages/format.ts';
import { changeTicketMarkdown } from '../../../messages/ticket.ts';
import type { PlanView } from '../../../operator/operator.ts';
import { documentOf, type Markup, shown } from '../document.ts';
import { dataTable, facts, ranges, reasonList } from '../parts.ts';
import type { PageContext, PageEnv } from '../session.ts';

/** A plan as a change ticket: what goes, what comes, and why; before and after. */
export const plan = new Hono<PageEnv>()
  .get('/:part', (c) => planPage(c, c.req.param('part')))
  .get('/:run/:target', (c) => planPage(c, `${c.req.param('run')}/${c.req.param('target')}`));

async function planPage(c: PageContext, id: string): Promise<Response> {
  const view = await (await c.env.call.operator()).plan(id);
  if (view === undefined) return await c.notFound();
  return c.html(
    documentOf({
      title: `Plan for ${view.plan.target}`,
      view: '/ui/runs',
      session: c.get('session'),
      body: planBody(view),
    }),
  );
}

function planBody(view: PlanView): readonly Markup[] {
  const { run, at, plan: planned, publication, before, after, approved } = view;
  return [
    facts([
      ['Run', html`<a href="/ui/runs/${encodeURIComponent(run)}">${run}</a> of ${clock(at)}`],
      ['Publication', publication && `${publication.changeNumber} (${publication.file})`],
      [
        'Target',
        html`<a href="/ui/targets/${encodeURIComponent(planned.target)}">${shown(planned.target)}</a> (${planned.kind}), list ${shown(planned.list)}, mode ${planned.mode}`,
      ],
      ['Before', extent(before)],
      ['After', extent(after)],
      ['After, if approved', approved && extent(approved)],
    ]),
    reasonList(planned.refusals),
    ...planned.parts.map(
      ({
        id,
        direction,
        steps,
        verdict,
      }) => html`<h2 class="${direction}">${direction === 'add' ? '+' : '-'} ${quantity(steps.length, 'range')}: ${verdictTexts[verdict.kind]}</h2>
${verdict.kind === 'wait' ? html`<p><a class="button" href="/ui/inbox/${encodeURIComponent(id)}">Answer</a></p>` : ''}
${verdict.kind === 'go' ? '' : reasonList(verdict.reasons)}
${dataTable(
  direction === 'add' ? 'What comes' : 'What goes',
  ['Range', 'Cause'],
  steps.map(({ prefix, cause }) => [html`<code>${shown(prefix)}</code>`, causeText(cause)]),
)}`,
    ),
    html`<h2>Before</h2>${ranges(before)}`,
    approved === undefined ? html`` : html`<h2>After, if approved</h2>${ranges(approved)}`,
    html`<h2>After${approved === undefined ? '' : ', without an approval'}</h2>${ranges(after)}`,
    html`<details><summary>As Markdown, for a ticket</summary><pre>${changeTicketMarkdown(view)}</pre></details>`,
  ];
}
