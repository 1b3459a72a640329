import { Hono } from 'hono';
import { html } from 'hono/html';
import { addressesIn, quantity } from '../../../messages/format.ts';
import { changeKinds } from '../../../operator/queries/change-kinds.ts';
import type { ChangesQuery, ChangeView } from '../../../operator/queries/changes.ts';
import { BadRequest } from '../../responses.ts';
import { documentOf, type Markup } from '../document.ts';
import { dataTable, field } from '../parts.ts';
import type { PageEnv } from '../session.ts';
import { changesTable } from './changes-table.ts';

const filters = ['since', 'until', 'target', 'tag', 'region', 'by', 'kind'] as const;
type Filters = Partial<Record<(typeof filters)[number] | 'after', string>>;

/** What changed in targets, with sums per region. Every filter is in the address. */
export const changes = new Hono<PageEnv>().get('/', async (c) => {
  const given = Object.fromEntries(
    [...filters, 'after'].flatMap((name) => {
      const text = c.req.query(name)?.trim();
      return text ? [[name, text]] : [];
    }),
  ) as Filters;
  const { kind: named, ...rest } = given;
  const query: ChangesQuery = { most: 200, ...rest, ...kindOf(named) };
  const view = await (await c.env.call.operator()).changes(query);
  const more = new URLSearchParams({ ...given, after: view.next ?? '' });
  return c.html(
    documentOf({
      title: 'Changes',
      view: '/ui/changes',
      session: c.get('session'),
      body: [
        form(given),
        sums(view.changes),
        changesTable(view.changes, 'Newest first'),
        view.next === undefined ? html`` : html`<p><a href="/ui/changes?${more}">Earlier ones</a></p>`,
      ],
    }),
  );
});

function kindOf(named: string | undefined): Pick<ChangesQuery, 'kind'> {
  if (named === undefined) return {};
  if (Object.hasOwn(changeKinds, named)) return { kind: changeKinds[named as keyof typeof changeKinds] };
  throw new BadRequest(`kind: expected one of ${Object.keys(changeKinds).join(', ')}, got ${JSON.stringify(named)}.`);
}

function form(given: Filters): Markup {
  const text = (name: (typeof filters)[number], label: string) => field(name, label, { value: given[name] ?? '' });
  return html`<form class="filters" method="get">
${text('since', 'Since')}${text('until', 'Until')}${text('target', 'Target')}${text('tag', 'Tag')}${text('region', 'Region')}${text('by', 'Decided by')}
<div class="field"><label for="kind">Cause</label><select id="kind" name="kind"><option value="">all</option>${Object.keys(
    changeKinds,
  ).map((name) => html`<option ${name === given.kind ? html`selected` : ''}>${name}</option>`)}</select></div>
<button>Show</button></form>`;
}

/** Per region of the tags that caused them; what no tag caused is by itself. */
function sums(all: readonly ChangeView[]): Markup {
  const regions = Map.groupBy(all, ({ cause }) =>
    'tag' in cause ? (cause.tag.split('.')[1] ?? 'all regions') : 'no tag',
  );
  if (regions.size < 2) return html``;
  const sum = (changes: readonly ChangeView[], direction: 'add' | 'remove') => {
    const own = changes.filter((one) => one.direction === direction);
    const addresses = own
      .filter(({ prefix }) => !prefix.includes(':'))
      .reduce((total, { prefix }) => total + addressesIn(prefix), 0n);
    return own.length === 0 ? '' : `${quantity(own.length, 'range')}, ${addresses.toLocaleString('en')} IPv4`;
  };
  return dataTable(
    'Of the changes below, per region',
    ['Region', { name: 'In', numeric: true }, { name: 'Out', numeric: true }],
    [...regions].sort().map(([region, own]) => [region, sum(own, 'add'), sum(own, 'remove')]),
  );
}
