import { parsePrefix } from '../core/address/prefix.ts';
import { isHostName } from '../core/host-name.ts';
import type { Notice } from '../core/notice.ts';
import { extent } from './format.ts';
import { firstLine } from './text.ts';

/** A notice as Markdown for a ticket: what happened, then every range it speaks of. */
export function ticketMarkdown(notice: Notice, instance: string): string {
  const blocks = [
    `# ${escaped(firstLine(notice, instance))}`,
    notice.lines.map((line) => `- ${escaped(line)}`).join('\n'),
    `At ${notice.at}${notice.run === undefined ? '' : `, run ${notice.run}`}. Targets: ${notice.targets.join(', ') || 'none'}. Lists: ${notice.lists.join(', ') || 'none'}.`,
    ...notice.ranges.map(
      ({ of, what, prefixes }) =>
        `## ${escaped(of)}: ${what}, ${extent(prefixes)}\n\n${prefixes.map((prefix) => `- \`${prefix}\``).join('\n')}`,
    ),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** Every range a notice speaks of as CSV (RFC 4180): of, what, prefix, addresses. */
export function rangesCsv(notice: Notice): string {
  const rows = notice.ranges.flatMap(({ of, what, prefixes }) =>
    prefixes.map((prefix) => [of, what, prefix, sizeOf(prefix).toString()]),
  );
  return [['of', 'what', 'prefix', 'addresses'], ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function sizeOf(text: string): bigint {
  if (isHostName(text)) return 0n;
  const { family, length } = parsePrefix(text);
  return 2n ** BigInt((family === 'ipv4' ? 32 : 128) - length);
}

function cell(text: string): string {
  // A cell that begins with one of these is a formula to spreadsheets.
  const plain = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

function escaped(text: string): string {
  return text.replace(/[\\`*_<>|#]/g, (sign) => `\\${sign}`);
}
