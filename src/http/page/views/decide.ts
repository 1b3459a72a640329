import { Hono } from 'hono';
import { html } from 'hono/html';
import type { InboxItem } from '../../../operator/inbox.ts';
import { suggestedText } from '../../../operator/inbox-text.ts';
import { documentOf, type Markup, shown } from '../document.ts';
import { facts, field, ranges } from '../parts.ts';
import { previewBlock } from '../preview-block.ts';
import { recordForm } from '../record-form.ts';
import type { PageEnv, Session } from '../session.ts';
import { answersOf, itemNamed, type PageAnswer } from './answers.ts';

/** An answer: what it would do, and the form that confirms it. Nothing is recorded before that form is sent. */
export const decide = new Hono<PageEnv>()
  .get('/:id/:answer', async (c) => {
    const item = await itemNamed(c, c.req.param('id'));
    const answer = item && answersOf(item).find((one) => one.answer === c.req.param('answer'));
    if (item === undefined || answer === undefined) return c.notFound();
    const preview = await previewBlock(await c.env.call.operator(), answer.request);
    return c.html(confirmPage(item, answer, c.get('session'), preview));
  })
  .post('/:id/:answer', async (c) => {
    const item = await itemNamed(c, c.req.param('id'));
    const answer = item && answersOf(item).find((one) => one.answer === c.req.param('answer'));
    if (item === undefined || answer === undefined) return c.notFound();
    const { run } = await recordForm(c, 'approver', answer.request);
    return c.redirect(`/ui/runs/${encodeURIComponent(run)}`, 303);
  });

function confirmPage(item: InboxItem, { answer, label, means }: PageAnswer, session: Session, preview: Markup): Markup {
  return documentOf({
    title: `${label}: ${item.about}`,
    view: '/ui',
    session,
    body: html`<p>${shown(item.title)}</p>
${facts([
  ['This answer', means],
  [
    'Suggested',
    item.suggested.answer === answer ? 'yes' : `${suggestedText(item.suggested)}. ${item.suggested.reason}`,
  ],
  ['If ignored', item.ifIgnored.text],
])}
${item.prefixes.length === 0 ? '' : ranges(item.prefixes)}
${preview}
<form method="post">
<input type="hidden" name="token" value="${session.formToken}">
${field('why', 'Reason', { required: true, hint: 'Recorded with the decision, and shown with all that follows from it.' })}
${field('ticket', 'Change ticket', { most: 100, hint: 'Its number, where the rules ask for one.' })}
${item.kind === 'hold' ? field('until', 'Until', { most: 40, hint: 'A date or a span such as 28d; without one the answer holds for good.' }) : ''}
<ul class="actions"><li><button class="first">${label}</button></li><li><a class="button" href="/ui/inbox/${encodeURIComponent(item.short)}">Cancel</a></li></ul>
</form>`,
  });
}
