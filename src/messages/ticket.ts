import type { Notice } from '../core/notice.ts';
import { type Plan, type PlanPart, type Verdict, writtenWhen } from '../core/plan/plan-types.ts';
import type { Publication } from '../core/publication/publication.ts';
import { marked, visible } from '../core/visible-text.ts';
import { addressesIn, causeText, counted, extent, quantity, stopped } from './format.ts';
import { linkLines } from './links.ts';
import { firstLine } from './text.ts';

/** A notice as Markdown for a ticket: its text, then every range that it concerns. */
export function ticketMarkdown(notice: Notice, instance: string): string {
  const facts = `At ${notice.at}${notice.run === undefined ? '' : `, run ${notice.run}`}. Targets: ${notice.targets.join(', ') || 'none'}. Lists: ${notice.lists.join(', ') || 'none'}.`;
  const blocks = [
    `# ${escapedMarkdown(firstLine(notice, instance))}`,
    notice.lines.map((line) => `- ${escapedMarkdown(line)}`).join('\n'),
    escapedMarkdown(facts),
    linkLines(notice)
      .map((line) => `- ${line}`)
      .join('\n'),
    ...notice.ranges.map(
      ({ of, what, prefixes }) =>
        `## ${escapedMarkdown(of)}: ${what}, ${extent(prefixes)}\n\n${prefixes.map((prefix) => `- \`${prefix}\``).join('\n')}`,
    ),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** Every range that a notice concerns, as CSV: of, what, prefix, addresses. */
export function rangesCsv(notice: Notice): string {
  return csvOf([
    ['of', 'what', 'prefix', 'addresses'],
    ...notice.ranges.flatMap(({ of, what, prefixes }) =>
      prefixes.map((prefix) => [of, what, prefix, addressesIn(prefix).toString()]),
    ),
  ]);
}

/** The input of a change ticket. */
export interface TicketPlan {
  readonly run: string;
  /** ISO 8601. */
  readonly at: string;
  readonly plan: Plan;
  readonly publication?: Publication;
  /** Prefixes in the target before, and as planned: with what goes by itself, be it in the next window. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Prefixes in it once everything that waits for an approval has it; absent if nothing does. */
  readonly approved?: readonly string[];
}

/** A plan as a change ticket in Markdown: the changes and their causes, the ranges before and after, and the rollback. */
export function changeTicketMarkdown(ticket: TicketPlan): string {
  const { plan, publication } = ticket;
  const facts = [
    `Run ${ticket.run} of ${ticket.at}`,
    publication && `Publication ${publication.changeNumber} (${publication.file}, sha256 ${publication.digest})`,
    `Target ${plan.target} (${plan.kind}), list ${plan.list}, mode ${plan.mode}`,
  ].filter((fact) => fact !== undefined);
  const notes = [...plan.refusals.map(({ text, next }) => `Refused: ${stopped(text)} ${next}`), ...plan.notes];
  const blocks = [
    `# ${escapedMarkdown(titleOf(plan))}`,
    bullets([...facts, ...notes]),
    sumsTable(ticket),
    ...plan.parts.flatMap(partBlocks),
    '## How to roll back',
    rollBack(ticket),
    '## Before',
    prefixList(ticket.before),
    ...(ticket.approved === undefined ? [] : ['## After, if approved', prefixList(ticket.approved)]),
    `## ${withoutApproval(ticket)}`,
    prefixList(ticket.after),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/**
 * A plan as CSV, a row a prefix: `added` and `removed` with cause, part and verdict; `before`, `after` and, where a part
 * waits, `after if approved` whole. A range may have several rows. IPv6 addresses are whole numbers of up to 39 digits.
 */
export function changeTicketCsv(ticket: TicketPlan): string {
  const { plan } = ticket;
  const row = (what: string, prefix: string, cause = '', part = '', verdict = '') => [
    plan.target,
    what,
    prefix,
    addressesIn(prefix).toString(),
    cause,
    part,
    verdict,
  ];
  return csvOf([
    ['target', 'what', 'prefix', 'addresses', 'cause', 'part', 'verdict'],
    ...plan.parts.flatMap(({ id, direction, steps, verdict }) =>
      steps.map(({ prefix, cause }) =>
        row(direction === 'add' ? 'added' : 'removed', prefix, causeText(cause), id, verdict.kind),
      ),
    ),
    ...ticket.before.map((prefix) => row('before', prefix)),
    ...ticket.after.map((prefix) => row('after', prefix)),
    ...(ticket.approved ?? []).map((prefix) => row('after if approved', prefix)),
  ]);
}

/** The heading of what is there where nobody approves; there is no more to say where nothing waits. */
function withoutApproval({ approved }: TicketPlan): string {
  return approved === undefined ? 'After' : 'After, without an approval';
}

/** Before, what comes and goes, and after, in ranges and addresses: a line a sum. */
function sumsTable(ticket: TicketPlan): string {
  const { plan, before, after, approved } = ticket;
  const going = (direction: PlanPart['direction']) =>
    plan.parts
      .filter((part) => part.direction === direction && writtenWhen(part.verdict) !== 'never')
      .flatMap(({ steps }) => steps.map(({ prefix }) => prefix));
  const row = (what: string, sign: string, prefixes: readonly string[]) => {
    const ipv4 = prefixes.filter((prefix) => !prefix.includes(':'));
    const addresses = ipv4.reduce((sum, prefix) => sum + addressesIn(prefix), 0n);
    const counts = [prefixes.length, addresses, prefixes.length - ipv4.length];
    return `| ${what} | ${counts.map((count) => `${count > 0 ? sign : ''}${counted(count)}`).join(' | ')} |`;
  };
  return [
    '| | ranges | IPv4 addresses | IPv6 prefixes |',
    '|---|---:|---:|---:|',
    row('before', '', before),
    row('comes', '+', going('add')),
    row('goes', '-', going('remove')),
    ...(approved === undefined ? [] : [row('after, if approved', '', approved)]),
    row(withoutApproval(ticket).toLowerCase(), '', after),
  ].join('\n');
}

function titleOf({ target, parts }: Plan): string {
  const count = (direction: PlanPart['direction']) =>
    parts.filter((part) => part.direction === direction).reduce((sum, { steps }) => sum + steps.length, 0);
  const [added, removed] = [count('add'), count('remove')];
  if (added + removed === 0) return `Change of ${target}: nothing`;
  const what = [added && `${quantity(added, 'range')} in`, removed && `${quantity(removed, 'range')} out`];
  return `Change of ${target}: ${what.filter(Boolean).join(', ')}`;
}

function partBlocks({ id, direction, steps, verdict }: PlanPart): string[] {
  const prefixes = steps.map(({ prefix }) => prefix);
  return [
    `## ${direction === 'add' ? 'Added' : 'Removed'}: ${extent(prefixes)}`,
    [`Part ${id}: ${wordsOf(verdict, steps)}`, ...reasonsOf(verdict)].map(escapedMarkdown).join('\n'),
    [
      '| range | addresses | cause |',
      '|---|---|---|',
      ...steps.map(
        ({ prefix, cause }) => `| \`${prefix}\` | ${addressesIn(prefix)} | ${escapedMarkdown(causeText(cause))} |`,
      ),
    ].join('\n'),
  ];
}

const verdictWords: Readonly<Record<Verdict['kind'], string>> = {
  go: 'needs no approval.',
  wait: 'waits.',
  refuse: 'is refused.',
};

function wordsOf({ kind }: Verdict, steps: PlanPart['steps']): string {
  const decisions = [...new Set(steps.flatMap(({ decisions: ids = [] }) => ids))];
  return kind === 'go' && decisions.length > 0
    ? `let through by ${decisions.length === 1 ? 'decision' : 'decisions'} ${decisions.join(', ')}.`
    : verdictWords[kind];
}

function reasonsOf(verdict: Verdict): string[] {
  return verdict.kind === 'go' ? [] : verdict.reasons.map(({ text, next }) => `${stopped(text)} ${stopped(next)}`);
}

function rollBack({ plan }: TicketPlan): string {
  return [
    `1. Pause ${escapedMarkdown(plan.target)}, or the next run makes the same change again: \`pause --target ${plan.target} --why "..."\`.`,
    '2. Give the target the ranges under "Before", and no others.',
    '3. If a publication was wrong, pin the lists to an earlier one (`pin`), or answer what it opened (`holds`, `answer`).',
    `4. Resume ${escapedMarkdown(plan.target)}: \`resume --target ${plan.target} --why "..."\`.`,
  ].join('\n');
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${escapedMarkdown(line)}`).join('\n');
}

function prefixList(prefixes: readonly string[]): string {
  return prefixes.length === 0 ? 'Nothing.' : ['```text', ...prefixes, '```'].join('\n');
}

/** Text that Markdown shows as it is, on one line. */
export function escapedMarkdown(text: string): string {
  return visible(text)
    .replace(/\s+/g, ' ')
    .replace(/[\\`*_<>|#[\]~]/g, (sign) => `\\${sign}`);
}

/**
 * Rows as CSV (RFC 4180: CRLF, quotes only where needed). No cell is a formula: names in Azure and in the config are
 * foreign text, and spreadsheets run what begins like one (https://owasp.org/www-community/attacks/CSV_Injection).
 */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(given: string): string {
  const text = marked(given);
  const plain = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
