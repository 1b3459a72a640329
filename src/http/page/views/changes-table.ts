import { html } from 'hono/html';
import { decidedText } from '../../../messages/changes.ts';
import { causeText } from '../../../messages/format.ts';
import type { ChangeView } from '../../../operator/queries/changes.ts';
import { type Markup, shown } from '../document.ts';
import { dataTable, moment } from '../parts.ts';

/** Changes of targets as a table; each leads to its run, its target and to why the range is there or not. */
export function changesTable(changes: readonly ChangeView[], caption: string): Markup {
  if (changes.length === 0) return html`<p>Nothing was changed, as far as is asked here.</p>`;
  return dataTable(
    caption,
    ['When', 'Target', 'Range', 'Cause', 'Decided by', 'Run'],
    changes.map(({ at, target, direction, prefix, cause, by = [], run }) => [
      moment(at),
      html`<a href="/ui/targets/${encodeURIComponent(target)}">${shown(target)}</a>`,
      html`<a class="${direction}" href="/ui/why?address=${encodeURIComponent(prefix)}"><code>${direction === 'add' ? '+' : '-'} ${shown(prefix)}</code></a>`,
      causeText(cause),
      decidedText(by),
      html`<a href="/ui/runs/${encodeURIComponent(run)}">${run.slice(0, 15)}</a>`,
    ]),
  );
}
