import { Hono } from 'hono';
import { html } from 'hono/html';
import { clock, extent, listed } from '../../../messages/format.ts';
import { riskText } from '../../../messages/risk.ts';
import type { InboxItem, InboxView } from '../../../operator/inbox.ts';
import {
  affectedText,
  allWell,
  parentsText,
  quietHoldsText,
  suggestedText,
  waitText,
} from '../../../operator/inbox-text.ts';
import { documentOf, type Markup, shown } from '../document.ts';
import { facts, prose, ranges, reasonList } from '../parts.ts';
import type { PageEnv, Session } from '../session.ts';
import { answersOf, itemNamed } from './answers.ts';
import { decide } from './decide.ts';

/** The first screen: whether all is well, and what waits for a person; one thing of it; and its answers. */
export const inbox = new Hono<PageEnv>()
  .get('/', async (c) => {
    const view = await (await c.env.call.operator()).inbox();
    return c.html(
      documentOf({
        title: `Inbox of ${view.instance}`,
        view: '/ui',
        session: c.get('session'),
        body: [
          state(view),
          ...view.items.map((item) => card(item, c.get('session'))),
          html`<p class="soft">${quiet(view)} <a href="/ui/tags">Tags over time</a>, <a href="/ui/runs">what each run did</a>.</p>`,
        ],
      }),
    );
  })
  .get('/inbox/:id', async (c) => {
    const item = await itemNamed(c, c.req.param('id'));
    if (item === undefined) return c.notFound();
    return c.html(
      documentOf({
        title: item.title,
        view: '/ui',
        session: c.get('session'),
        body: [
          whole(item),
          item.prefixes.length === 0 ? html`` : html`<h2>${extent(item.prefixes)}</h2>${ranges(item.prefixes, 200)}`,
          buttons(item, c.get('session')),
          commands(item),
        ],
      }),
    );
  })
  .route('/inbox', decide);

function state(view: InboxView): Markup {
  const { items, troubles } = view;
  const mark = troubles.length > 0 ? 'bad' : items.length > 0 || view.freshness !== 'fresh' ? 'waits' : '';
  const text = items.length === 0 ? allWell(view) : `${waitText(items)}.`;
  return html`<div class="state ${mark}"><p>${shown(text)}</p>${troubles.map((text) => html`<p>${shown(text)}</p>`)}</div>`;
}

function quiet(view: InboxView): string {
  const { publication } = view;
  const force = publication && `Publication ${publication.changeNumber} of ${publication.date} is in force.`;
  const holds = quietHoldsText(view);
  return [force, holds === '' ? undefined : `${holds}.`].filter((text) => text !== undefined).join(' ');
}

function card(item: InboxItem, session: Session): Markup {
  return html`<article class="card"><h2><a href="/ui/inbox/${encodeURIComponent(item.short)}">${shown(item.title)}</a></h2>
${whole(item)}
${buttons(item, session)}</article>`;
}

function whole(item: InboxItem): Markup {
  const { short, reasons, affected, parents, risks, suggested, ifIgnored, approvals, since } = item;
  const harm = ifIgnored.at === undefined ? '' : ` Harm is possible from ${clock(ifIgnored.at)} on.`;
  return html`${reasonList(reasons)}
${facts([
  ['Since', clock(since)],
  ['Affects', affectedText(affected)],
  ['In its parents', parents && parentsText(parents)],
  ['Risk', risks?.map(riskText).join(' ')],
  ['Approved', approvals && `by ${listed(approvals.by)}; ${approvals.needed} people must.`],
  ['Suggested', html`<strong>${suggestedText(suggested)}</strong>. ${prose(suggested.reason)}`],
  ['If ignored', `${ifIgnored.text}${harm}`],
  ['About', subject(item)],
  ['Short id', html`<code>${short}</code>`],
])}`;
}

/** The tag that a hold is about, with its size over time; or the target whose own removals wait. */
function subject({ kind, about, affected }: InboxItem): Markup | undefined {
  if (kind !== 'hold') return undefined;
  const view = affected.targets.some(({ target }) => target === about) ? 'targets' : 'tags';
  return html`<a href="/ui/${view}/${encodeURIComponent(about)}">${shown(about)}</a>`;
}

/** Each leads to a page that shows what it would do; nothing is done by a link. */
function buttons(item: InboxItem, session: Session): Markup {
  if (!session.may('approver')) {
    return html`<p class="soft">Answers need the app role approver; your sign-in has it not.</p>`;
  }
  return html`<ul class="actions">${answersOf(item).map(
    ({ answer, label }) =>
      html`<li><a class="button ${answer === item.suggested.answer ? 'first' : ''}" href="/ui/inbox/${encodeURIComponent(item.short)}/${answer}">${label}</a></li>`,
  )}${
    item.kind === 'part'
      ? html`<li><a class="button" href="/ui/plans/${encodeURIComponent(item.id)}">Change ticket</a></li>`
      : ''
  }</ul>`;
}

function commands({ commands: all }: InboxItem): Markup {
  return html`<h2>The same on the command line</h2><pre>${all.map(({ command }) => `${shown(command)}\n`)}</pre>`;
}
