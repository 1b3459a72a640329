import { Hono } from 'hono';
import { html } from 'hono/html';
import { clock, extent, listed } from '../../../messages/format.ts';
import { regionTable, type TextTable, tagTable } from '../../../messages/tag-sizes.ts';
import type { HoldView } from '../../../operator/operator.ts';
import type { TagHistoryView, TagsView } from '../../../operator/queries/tag-history.ts';
import { RequestError } from '../../../run/service.ts';
import { documentOf, type Markup, shown } from '../document.ts';
import { messagePage } from '../message.ts';
import { dataTable, facts, field, moment, ranges, reasonList } from '../parts.ts';
import type { PageContext, PageEnv } from '../session.ts';
import { changesTable } from './changes-table.ts';
import { picture } from './charts.ts';

/** Tags that lists select, regions by weeks, and one tag: its size over time, its holds and its changes. */
export const tags = new Hono<PageEnv>()
  .get('/', async (c) => {
    const view = await (await c.env.call.operator()).tags();
    const services = [...new Set(view.tags.map(({ tag }) => tag.split('.')[0] ?? tag))];
    return c.html(
      documentOf({
        title: 'Tags',
        view: '/ui/tags',
        session: c.get('session'),
        body: [
          html`<p>Gains and losses of regions, by week: ${services.map((service) => html`<a href="/ui/tags/regions/${encodeURIComponent(service)}">${shown(service)}</a> `)}</p>`,
          tagsTable(view),
          behindText(view),
        ],
      }),
    );
  })
  .get('/regions/:service', async (c) => {
    const service = c.req.param('service');
    const period = periodOf(c);
    const view = await (await c.env.call.operator()).regionWeeks({ service, ...period });
    return c.html(
      documentOf({
        title: `Regions of ${view.service} by week`,
        view: '/ui/tags',
        session: c.get('session'),
        body: [
          periodForm(period),
          picture(
            `/ui/charts/regions/${encodeURIComponent(service)}${queryOf(period)}`,
            `What each region of ${view.service} gained and lost, by week. The table below has the same numbers.`,
          ),
          html`<p class="soft">${view.unchanged.length === 0 ? '' : `No change in ${listed(view.unchanged, 60)}.`}</p>`,
          textTable('IPv4 addresses that regions gained and lost', regionTable(view.regions, 'ipv4')),
          behindText(view),
        ],
      }),
    );
  })
  .get('/:tag', async (c) => {
    const tag = c.req.param('tag');
    const period = periodOf(c);
    const operator = await c.env.call.operator();
    const [history, holds, changes] = await Promise.all([
      historyOf(operator.tagHistory(tag, period)),
      operator.holds(),
      operator.changes({ tag, most: 100 }),
    ]);
    if (typeof history === 'string') return messagePage(c, 404, history);
    const own = holds.filter(({ of }) => 'tag' in of && of.tag === history.tag);
    return c.html(
      documentOf({
        title: history.tag,
        view: '/ui/tags',
        session: c.get('session'),
        body: [
          facts([['Selected by', history.lists.length === 0 ? 'no list' : listed(history.lists, 20)]]),
          periodForm(period),
          ...sizes(history, period),
          ...rangesOf(history),
          html`<h2>Holds</h2>${own.length === 0 ? html`<p>No hold is open.</p>` : ''}`,
          ...own.map(holdCard),
          html`<h2>What changed by it</h2>`,
          changesTable(changes.changes, 'Changes of targets, newest first'),
          behindText(history),
        ],
      }),
    );
  });

/** For a tag that is not known: what was expected, with the nearest name. */
async function historyOf(asked: Promise<TagHistoryView>): Promise<TagHistoryView | string> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof RequestError) return error.message;
    throw error;
  }
}

interface Period {
  readonly since?: string;
  readonly until?: string;
}

function periodOf(c: PageContext): Period {
  const [since, until] = [c.req.query('since')?.trim(), c.req.query('until')?.trim()];
  return { ...(since ? { since } : {}), ...(until ? { until } : {}) };
}

function queryOf(period: Period): string {
  const query = new URLSearchParams({ ...period }).toString();
  return query === '' ? '' : `?${query}`;
}

function periodForm({ since = '', until = '' }: Period): Markup {
  return html`<form class="filters" method="get">${field('since', 'Since', { value: since, most: 40 })}${field('until', 'Until', { value: until, most: 40 })}<button>Show</button></form>`;
}

function sizes({ tag, points }: TagHistoryView, period: Period): readonly Markup[] {
  const table = (family: 'ipv4' | 'ipv6', name: string) =>
    html`<details><summary>${name} addresses in numbers</summary>${textTable(`${name} addresses over time, newest first`, tagTable(points, family))}</details>`;
  const address = `/ui/charts/tag/${encodeURIComponent(tag)}`;
  const alt = `IPv4 addresses of ${tag} over time: published, and what lists allow. The table below has the same numbers.`;
  return [
    html`<h2>IPv4 addresses over time</h2>`,
    picture(`${address}${queryOf(period)}`, alt),
    table('ipv4', 'IPv4'),
    table('ipv6', 'IPv6'),
  ];
}

function rangesOf({ ranges: own }: TagHistoryView): readonly Markup[] {
  if (own === undefined) return [];
  const some = (title: string, prefixes: readonly string[]) =>
    prefixes.length === 0 ? html`` : html`<h2>${title}: ${extent(prefixes)}</h2>${ranges(prefixes)}`;
  return [
    some('Published', own.published),
    some('Held, so still allowed', own.held),
    some('Held back, so not allowed', own.blocked),
  ];
}

function tagsTable({ tags: all }: TagsView): Markup {
  const counted = (size: { readonly ipv4: string } | undefined) =>
    size === undefined || size.ipv4 === '0' ? '' : BigInt(size.ipv4).toLocaleString('en');
  return dataTable(
    'Tags that lists select, in IPv4 addresses',
    [
      'Tag',
      { name: 'Published', numeric: true },
      { name: 'Allowed', numeric: true },
      { name: 'Held', numeric: true },
      { name: 'Open holds', numeric: true },
      'Last change',
      'Lists',
    ],
    all.map(({ tag, published, effective, held, holds, lastChange, lists }) => [
      html`<a href="/ui/tags/${encodeURIComponent(tag)}">${shown(tag)}</a>`,
      counted(published),
      counted(effective),
      counted(held),
      holds.length === 0 ? '' : String(holds.length),
      moment(lastChange?.at),
      lists.join(', '),
    ]),
  );
}

function textTable(caption: string, { head, rows }: TextTable): Markup {
  const [first = '', ...others] = head;
  return dataTable(caption, [first, ...others.map((name) => ({ name, numeric: name !== 'Region' }))], rows);
}

function behindText({ behind }: { readonly behind: number }): Markup {
  if (behind === 0) return html``;
  return html`<p class="soft">${behind} kept files or ledgers are not looked at yet: housekeeping does that every ten minutes.</p>`;
}

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
