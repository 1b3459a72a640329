import { Hono } from 'hono';
import { html } from 'hono/html';
import { askedText, causeText, clock, firstUpper, listed, quantity, verdictTexts } from '../../../messages/format.ts';
import { plansRemovedText } from '../../../messages/publication.ts';
import { firstLine } from '../../../messages/text.ts';
import { textOf } from '../../../messages/text-of.ts';
import type { PlanInShort, RunReport } from '../../../operator/queries/runs.ts';
import { documentOf, type Markup, shown } from '../document.ts';
import { dataTable, facts, moment, noticeLine, prose, ranges, reasonList, status } from '../parts.ts';
import type { PageEnv } from '../session.ts';

const perPage = 50;

/** Runs, and one of them: what it planned, what may go, and what became of it. */
export const runs = new Hono<PageEnv>()
  .get('/', async (c) => {
    const after = c.req.query('after');
    const view = await (await c.env.call.operator()).runs({ most: perPage, after });
    return c.html(
      documentOf({
        title: 'Runs',
        view: '/ui/runs',
        session: c.get('session'),
        body: [
          dataTable(
            'Newest first',
            [
              'Run',
              'Began',
              'Status',
              'By',
              { name: 'In', numeric: true },
              { name: 'Out', numeric: true },
              'Publication',
            ],
            view.runs.map(({ run, startedAt, status: one, trigger, by, added, removed, publication }) => [
              html`<a href="/ui/runs/${encodeURIComponent(run)}">${run}</a>`,
              moment(startedAt),
              status(one),
              askedText(trigger, by),
              `+${added}`,
              `-${removed}`,
              publication ? html`<a href="/ui/publications/${publication.digest}">${publication.changeNumber}</a>` : '',
            ]),
          ),
          view.next === undefined ? html`` : html`<p><a href="/ui/runs?after=${view.next}">Earlier ones</a></p>`,
        ],
      }),
    );
  })
  .get('/:id', async (c) => {
    const report = await (await c.env.call.operator()).run(c.req.param('id'));
    if (report === undefined) return c.notFound();
    const under = report.closedAt === undefined;
    // A run takes seconds: whoever waits for it sees how it ends.
    if (under) c.header('refresh', '3');
    return c.html(
      documentOf({
        title: `Run ${report.run}`,
        view: '/ui/runs',
        session: c.get('session'),
        body: [
          under ? html`<p role="status">It is not over; this page loads again by itself.</p>` : html``,
          ...runBody(report),
        ],
      }),
    );
  });

function runBody(report: RunReport): readonly Markup[] {
  const { run, trigger, by, startedAt, closedAt, publication, targets, plans, plansRemoved, events, armWrites } =
    report;
  return [
    facts([
      ['Status', status(report.status)],
      ['Asked for by', trigger && askedText(trigger, by)],
      ['Began', startedAt && clock(startedAt)],
      ['Ended', closedAt && clock(closedAt)],
      [
        'Publication',
        publication &&
          html`<a href="/ui/publications/${publication.digest}">${publication.changeNumber} of ${publication.date}</a>`,
      ],
      ['Writes to Azure', `${report.armWritesAtLeast ? 'at least ' : ''}${armWrites}`],
    ]),
    html`<h2>What happened</h2>${events.length === 0 ? html`<p>Nothing that is worth telling.</p>` : ''}`,
    ...events.map((event) => {
      const text = textOf(event);
      return html`<div class="card"><h3 class="${severityClass[text.severity]}">${shown(firstLine(text))}</h3>${text.lines.map(noticeLine)}</div>`;
    }),
    html`<h2>Targets</h2>${plansRemoved === undefined ? '' : html`<p>${prose(firstUpper(plansRemovedText(run, plansRemoved)))}.</p>`}`,
    ...targets.map((target) => {
      const plan = plans.find((one) => one.target === target.id);
      return html`<div class="card"><h3><a href="/ui/targets/${encodeURIComponent(target.id)}">${shown(target.id)}</a> (${target.kind}): ${status(target.status)}</h3>
${plan === undefined ? '' : planInShort(plan, run)}
${target.outcomes
  .filter(({ subject }) => !subject.startsWith('part:'))
  .map(
    ({ subject, result, added, removed, text }) =>
      html`<p>${status(result)} ${shown(subject)}: ${shown(text)}</p>${moved('add', added)}${moved('remove', removed)}`,
  )}
${(target.notes ?? []).map((note) => html`<p>${shown(note)}</p>`)}</div>`;
    }),
  ];
}

const severityClass = { ok: 'good', info: '', 'needs-you': 'warn', failed: 'bad' } as const;

function planInShort({ target, refusals, parts }: PlanInShort, run: string): Markup {
  return html`${reasonList(refusals)}${parts.map(
    ({ id, direction, ranges: count, verdict, reasons, causes }) =>
      html`<p><span class="${direction}">${direction === 'add' ? '+' : '-'}${quantity(count, 'range')}</span>, ${verdictTexts[verdict]}: ${shown(listed(causes.map(({ cause, ranges: own }) => `${causeText(cause)}: ${own}`)))}
${verdict === 'wait' ? html`<a href="/ui/inbox/${encodeURIComponent(id)}">Answer</a>` : ''}</p>${reasonList(reasons)}`,
  )}
${parts.length === 0 ? '' : html`<p><a href="/ui/plans/${encodeURIComponent(run)}/${encodeURIComponent(target)}">Before, after and every range</a></p>`}`;
}

function moved(direction: 'add' | 'remove', prefixes: readonly string[]): Markup {
  if (prefixes.length === 0) return html``;
  return html`<p class="${direction}">${direction === 'add' ? '+' : '-'}${quantity(prefixes.length, 'range')}</p>${ranges(prefixes)}`;
}
