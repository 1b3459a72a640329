import { html } from 'hono/html';
import type { Reason } from '../../core/reason.ts';
import { firstUpper, statusText, stopped } from '../../messages/format.ts';
import { type Markup, shown } from './document.ts';

/** Names and values, as a list of terms; what is undefined or empty is left out. */
export function facts(rows: readonly (readonly [string, Markup | string | undefined])[]): Markup {
  const given = rows.filter((row): row is [string, Markup | string] => row[1] !== undefined && row[1] !== '');
  return html`<dl class="facts">${given.map(
    ([name, value]) => html`<dt>${name}</dt><dd>${typeof value === 'string' ? shown(value) : value}</dd>`,
  )}</dl>`;
}

/** Ranges or host names, each by itself; long lists are folded. */
export function ranges(prefixes: readonly string[], most = 24): Markup {
  const list = html`<ul class="ranges">${prefixes.map((prefix) => html`<li>${shown(prefix)}</li>`)}</ul>`;
  if (prefixes.length <= most) return list;
  return html`<details><summary>${prefixes.length.toLocaleString('en')} ranges</summary>${list}</details>`;
}

/** A sentence of the service that may begin in lower case: with a capital letter, commands between backticks as code. */
export function prose(text: string): Markup {
  return withCode(firstUpper(text));
}

/** A text as it is, which may begin with a name; commands between backticks as code. */
export function withCode(text: string): Markup {
  const parts = shown(text).split('`');
  return html`${parts.map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

/** Reasons with their next steps; each leads to its rule in the runbook. */
export function reasonList(reasons: readonly Reason[]): Markup {
  return html`${reasons.map(
    ({ text, rule, next }) =>
      html`<p>${prose(stopped(text))} <span class="soft">${next === '' ? '' : prose(stopped(next))} ${runbookLink(rule)}</span></p>`,
  )}`;
}

/** A line of a notice: rules that it names in brackets as links to the runbook. */
export function noticeLine(line: string): Markup {
  const parts = line.split(/ ?\[([a-z][a-z-]*)\]/);
  const rules = parts.filter((_, i) => i % 2 === 1);
  const text = parts.filter((_, i) => i % 2 === 0).join('');
  return html`<p>${withCode(text)}${rules.map((rule) => html` ${runbookLink(rule)}`)}</p>`;
}

function runbookLink(rule: string): Markup {
  return html`<a href="/ui/runbook#${ruleAnchor(rule)}" aria-label="Runbook: ${rule}">Runbook</a>`;
}

/** Where a rule stands in the runbook, as `views/runbook.ts` marks it. */
export function ruleAnchor(rule: string): string {
  return `rule-${rule}`;
}

export interface Column {
  readonly name: string;
  readonly numeric?: boolean;
}

/** A table that scrolls by itself where it is wider than the screen; reached by keyboard. */
export function dataTable(
  caption: string,
  columns: readonly (string | Column)[],
  rows: readonly (readonly (Markup | string)[])[],
): Markup {
  const all = columns.map((column) => (typeof column === 'string' ? { name: column } : column));
  const kind = (i: number) => (all[i]?.numeric ? 'number' : '');
  return html`<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption>${caption}</caption>
<thead><tr>${all.map(({ name }, i) => html`<th scope="col" class="${kind(i)}">${name}</th>`)}</tr></thead>
<tbody>${rows.map(
    (cells) =>
      html`<tr>${cells.map((cell, i) => html`<td class="${kind(i)}">${typeof cell === 'string' ? shown(cell) : cell}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}

const statusClass: Readonly<Record<string, string>> = {
  applied: 'good',
  'no-change': 'good',
  done: 'good',
  waiting: 'warn',
  queued: 'warn',
  running: 'warn',
  failed: 'bad',
  partial: 'bad',
  refused: 'bad',
};

/** A status in its colour; the word says it too. */
export function status(text: string): Markup {
  return html`<span class="status ${statusClass[text] ?? ''}">${statusText(text)}</span>`;
}

/** A moment in UTC for people, and for machines. */
export function moment(iso: string | undefined): Markup | string {
  if (iso === undefined) return '';
  return html`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)}</time>`;
}

/** A field of a form with its label, and what is expected in it. */
export function field(
  name: string,
  label: string,
  {
    hint,
    value = '',
    required = false,
    most = 1000,
  }: { hint?: string; value?: string; required?: boolean; most?: number } = {},
): Markup {
  const described = hint === undefined ? '' : html`aria-describedby="${name}-hint"`;
  return html`<div class="field"><label for="${name}">${label}</label>
<input id="${name}" name="${name}" value="${value}" maxlength="${most}" ${required ? html`required` : ''} ${described}>
${hint === undefined ? '' : html`<p class="hint" id="${name}-hint">${hint}</p>`}</div>`;
}
