import { Hono } from 'hono';
import { html } from 'hono/html';
import { extent, listed } from '../../../messages/format.ts';
import type { StatusView } from '../../../operator/operator.ts';
import type { ChangesView } from '../../../operator/queries/changes.ts';
import { documentOf, type Markup, shown } from '../document.ts';
import { dataTable, facts, ranges, reasonList, status } from '../parts.ts';
import type { PageEnv } from '../session.ts';
import { changesTable } from './changes-table.ts';

type TargetStatus = StatusView['targets'][number];

/** Targets with their state and how full they are, and one of them with what changed in it. */
export const targets = new Hono<PageEnv>()
  .get('/', async (c) => {
    const view = await (await c.env.call.operator()).status();
    return c.html(
      documentOf({
        title: 'Targets',
        view: '/ui/targets',
        session: c.get('session'),
        body: dataTable(
          'Targets after the last run',
          [
            'Target',
            'Status',
            'Kind',
            'List',
            { name: 'Entries', numeric: true },
            { name: 'Full', numeric: true },
            'What holds it back',
          ],
          view.targets.map((target) => [
            html`<a href="/ui/targets/${encodeURIComponent(target.id)}">${shown(target.id)}</a>`,
            status(target.status),
            target.kind,
            target.list,
            counted(target.fill?.entries),
            fullness(target),
            heldBack(target),
          ]),
        ),
      }),
    );
  })
  .get('/:id', async (c) => {
    const id = c.req.param('id');
    const operator = await c.env.call.operator();
    const view = await operator.status();
    const target = view.targets.find((one) => one.id === id);
    if (target === undefined) return c.notFound();
    const changes = await operator.changes({ target: id, most: 100 });
    return c.html(
      documentOf({
        title: `Target ${id}`,
        view: '/ui/targets',
        session: c.get('session'),
        body: targetBody(target, view, changes),
      }),
    );
  });

function targetBody(target: TargetStatus, { lastRun, source }: StatusView, changes: ChangesView): readonly Markup[] {
  const { id, kind, list, reasons, notes = [], paused, foreign } = target;
  const lacking = source.gains.flatMap(({ tag, targets: all }) =>
    all.filter((one) => one.target === id && !one.has).map(({ lacking: some }) => ({ tag, some })),
  );
  const waiting = target.outcomes.filter(({ asks }) => asks);
  return [
    facts([
      ['Status', status(target.status)],
      ['Kind', kind],
      ['List', list],
      [
        'Entries',
        `${counted(target.fill?.entries)}${target.fill?.room === undefined ? '' : ` of ${counted(target.fill.room)} (${fullness(target)})`}`,
      ],
      ['Paused', paused && `by ${paused.by.name}: ${paused.why}`],
      ['Last run', lastRun && html`<a href="/ui/runs/${encodeURIComponent(lastRun.run)}">${lastRun.run}</a>`],
      [
        'Plan',
        lastRun &&
          html`<a href="/ui/plans/${encodeURIComponent(lastRun.run)}/${encodeURIComponent(id)}">change ticket of the last run</a>`,
      ],
    ]),
    reasonList(reasons),
    html`${notes.map((note) => html`<p>${shown(note)}</p>`)}`,
    html`${waiting.map(
      ({ subject, text }) =>
        html`<p><a href="/ui/inbox/${encodeURIComponent(subject.replace(/^part:/, ''))}">A part waits</a>: ${shown(text)}</p>`,
    )}`,
    html`${lacking.map(({ tag, some }) => html`<h2>Lacks ${extent(some)} of <a href="/ui/tags/${encodeURIComponent(tag)}">${shown(tag)}</a></h2>${ranges(some)}`)}`,
    foreign === undefined
      ? html``
      : html`<h2>Entries of others: ${foreign.count}</h2><p>They stay.</p>${ranges(foreign.entries)}`,
    html`<h2>What changed in it</h2>`,
    changesTable(changes.changes, 'The last changes, newest first'),
    html`<p><a href="/ui/changes?target=${encodeURIComponent(id)}">All changes of this target</a></p>`,
  ];
}

/** What keeps the next run from writing all of the list; the page of the target says what to do. */
function heldBack({ paused, reasons }: TargetStatus): string {
  const others = reasons.filter(({ rule }) => rule !== 'paused').map(({ text }) => text);
  return listed([...(paused ? [`paused by ${paused.by.name}: ${paused.why}`] : []), ...new Set(others)], 2);
}

function fullness({ fill }: TargetStatus): string {
  if (fill?.room === undefined || fill.room === 0) return '';
  return `${Math.ceil((fill.entries * 100) / fill.room)} %`;
}

function counted(count: number | undefined): string {
  return count === undefined ? '-' : count.toLocaleString('en');
}
