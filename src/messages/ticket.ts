import type { Notice } from '../core/notice.ts';
import { type Plan, writtenWhen } from '../core/plan/plan-types.ts';
import { type Amount, amountOf, type ChangeSums, proposedChange, writtenOf } from '../core/plan/proposed-change.ts';
import type { Origin, RollbackStep, TicketFacts } from '../core/plan/ticket-facts.ts';
import type { Publication } from '../core/publication/publication.ts';
import { visible } from '../core/visible-text.ts';
import { addressesIn, causeText, clock, counted, extent, listed, quantity, stopped } from './format.ts';
import { linkLines } from './links.ts';
import { csvOf, escapedMarkdown } from './markup.ts';
import { changeLines, diffBlock, planSum } from './proposed-change.ts';
import { riskText } from './risk.ts';
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
export interface TicketPlan extends TicketFacts {
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

/** A plan as a change ticket in Markdown: what changes, who asked for it, the risk, the way back, and the list before and after. */
export function changeTicketMarkdown(ticket: TicketPlan): string {
  const { plan, publication, origins, risks, rollback } = ticket;
  const change = proposedChange(plan);
  const facts = [
    `Run ${ticket.run} of ${ticket.at}`,
    publication && `Publication ${publication.changeNumber} (${publication.file}, sha256 ${publication.digest})`,
    `Target ${plan.target} (${plan.kind}), list ${plan.list}, mode ${plan.mode}`,
  ].filter((fact) => fact !== undefined);
  const notes = [...plan.refusals.map(({ text, next }) => `Refused: ${stopped(text)} ${next}`), ...plan.notes];
  const lines = changeLines(change);
  const section = (title: string, text: string) => (text === '' ? [] : [`## ${title}`, text]);
  const blocks = [
    `# ${escapedMarkdown(titleOf(plan, change.sums))}`,
    bullets([...facts, ...notes]),
    sumsTable(ticket, change.sums),
    `Plan: ${planSum(change.sums)}`,
    ...section('Who asked for it, and why', bullets(origins.map(originText))),
    ...section('Risk of what goes', bullets(risks.map(riskText))),
    ...section('What comes and goes', lines.length === 0 ? '' : diffBlock(lines)),
    ...section('How to roll back', rollbackText(rollback)),
    '## Before',
    prefixList(ticket.before),
    ...(ticket.approved === undefined ? [] : ['## After, if approved', prefixList(ticket.approved)]),
    `## ${withoutApproval(ticket)}`,
    prefixList(ticket.after),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/**
 * A plan as CSV, a row a prefix: `added` and `removed` with cause, part and verdict, who asked for it, what the parents say
 * and the command that takes it back; `before`, `after` and, where a part waits, `after if approved` whole. A range may have
 * several rows. IPv6 addresses are whole numbers of up to 39 digits.
 */
export function changeTicketCsv(ticket: TicketPlan): string {
  const { plan, origins, risks, rollback } = ticket;
  const row = (what: string, prefix: string, more: readonly string[] = []) => {
    const cells = [plan.target, what, prefix, addressesIn(prefix).toString(), ...more];
    return [...cells, ...Array.from({ length: csvHead.length - cells.length }, () => '')];
  };
  const back = (prefix: string): string => {
    const step = rollback.find(({ when, ranges }) => when === 'after' && ranges.includes(prefix));
    return step?.command ?? (step?.edit ? `"${step.edit.field}" of list ${step.edit.list}` : '');
  };
  return csvOf([
    csvHead,
    ...plan.parts.flatMap(({ id, direction, steps, verdict }) =>
      steps.map(({ prefix, cause }) => {
        const origin = origins.find((one) => one.direction === direction && one.ranges.includes(prefix));
        const decisions = origin?.decisions ?? [];
        const risk = direction === 'add' ? undefined : risks.find(({ ranges }) => ranges.includes(prefix));
        return row(direction === 'add' ? 'added' : 'removed', prefix, [
          causeText(cause),
          id,
          verdict.kind,
          [...decisions.map(({ by }) => by), ...(origin?.config?.authors ?? [])].join('; '),
          decisions.map(({ why }) => why).join('; '),
          decisions.flatMap(({ ticket: number = [] }) => number).join('; '),
          risk ? riskText(risk) : '',
          writtenWhen(verdict) === 'never' ? '' : back(prefix),
        ]);
      }),
    ),
    ...ticket.before.map((prefix) => row('before', prefix)),
    ...ticket.after.map((prefix) => row('after', prefix)),
    ...(ticket.approved ?? []).map((prefix) => row('after if approved', prefix)),
  ]);
}

const csvHead = [
  'target',
  'what',
  'prefix',
  'addresses',
  'cause',
  'part',
  'verdict',
  'asked for by',
  'why',
  'ticket',
  'risk',
  'roll back',
];

/** The heading of what is there where nobody approves; there is no more to say where nothing waits. */
function withoutApproval({ approved }: TicketPlan): string {
  return approved === undefined ? 'After' : 'After, without an approval';
}

/** Before, what comes and goes, and after, in ranges and addresses: a line a sum. */
function sumsTable(ticket: TicketPlan, sums: ChangeSums): string {
  const { before, after, approved } = ticket;
  const row = (what: string, sign: string, { ranges, ipv4Addresses, ipv6Prefixes }: Amount) => {
    const counts = [ranges, BigInt(ipv4Addresses), ipv6Prefixes];
    return `| ${what} | ${counts.map((count) => `${count > 0 ? sign : ''}${counted(count)}`).join(' | ')} |`;
  };
  return [
    '| | ranges | IPv4 addresses | IPv6 prefixes |',
    '|---|---:|---:|---:|',
    row('before', '', amountOf(before)),
    row('comes', '+', writtenOf(sums, 'add')),
    row('goes', '-', writtenOf(sums, 'remove')),
    ...(approved === undefined ? [] : [row('after, if approved', '', amountOf(approved))]),
    row(withoutApproval(ticket).toLowerCase(), '', amountOf(after)),
  ].join('\n');
}

/** The same sums as in the table and the list: what no approval lets through is no part of the change. */
function titleOf({ target }: Plan, sums: ChangeSums): string {
  const [added, removed] = [writtenOf(sums, 'add').ranges, writtenOf(sums, 'remove').ranges];
  if (added + removed === 0) return `Change of ${target}: nothing`;
  const what = [added && `${quantity(added, 'range')} in`, removed && `${quantity(removed, 'range')} out`];
  const asked = sums.add['if approved'].ranges + sums.remove['if approved'].ranges;
  const when =
    asked === 0 ? '' : asked === added + removed ? ', if approved' : `, ${counted(asked)} of them if approved`;
  return `Change of ${target}: ${what.filter(Boolean).join(', ')}${when}`;
}

/** "Out, 2 ranges (768 IPv4 addresses): anna on Mon 2024-01-15 08:00 UTC: replica retired [CHG1]." */
function originText({ direction, cause, ranges, decisions, config, released, publishedOn }: Origin): string {
  const decided = decisions.map(
    ({ by, at, why, ticket }) => `${by} on ${clock(at)}: ${why}${ticket === undefined ? '' : ` [${ticket}]`}`,
  );
  const authors = config && [...config.authors, ...(config.unknown ? ['somebody who is not on record'] : [])];
  const facts = [
    `${causeText(cause)}${publishedOn === undefined ? '' : `, of ${publishedOn.slice(0, 10)}`}`,
    ...(released === undefined ? [] : [`released on ${clock(released.at)}: ${released.by}`]),
    ...(config && authors ? [`config ${config.hash.slice(0, 12)}, given by ${listed(authors)}`] : []),
    ...decided,
  ];
  const needed =
    decided.length > 0 || authors || cause.kind !== 'publication' ? '' : ' Microsoft published it; nobody had to ask.';
  return `${direction === 'add' ? 'In' : 'Out'}, ${extent(ranges)}: ${facts.join('; ')}.${needed}`;
}

function rollbackText(steps: readonly RollbackStep[]): string {
  const part = (title: string, when: RollbackStep['when']) => {
    const own = steps.filter((step) => step.when === when);
    return own.length === 0 ? [] : [title, ...own.map((step) => `- ${stepText(step)}`)];
  };
  return [...part('While it is not written:', 'before'), ...part('Once it is, one of:', 'after')]
    .join('\n')
    .replace(/\n(?=Once)/, '\n\n');
}

function stepText({ command, edit, ranges, does }: RollbackStep): string {
  const text = escapedMarkdown(does);
  if (command !== undefined) return `\`${visible(command)}\`: ${text}`;
  if (edit === undefined) return text;
  const entries = ranges.map((prefix) => ({ prefix, reason: '...', owner: '...' }));
  return `${text}\n\n  \`\`\`json\n  "${edit.field}": [\n${entries.map((one) => `    ${JSON.stringify(one)}`).join(',\n')}\n  ]\n  \`\`\``;
}

function bullets(lines: readonly string[]): string {
  return lines.map((line) => `- ${escapedMarkdown(line)}`).join('\n');
}

function prefixList(prefixes: readonly string[]): string {
  return prefixes.length === 0 ? 'Nothing.' : ['```text', ...prefixes, '```'].join('\n');
}
