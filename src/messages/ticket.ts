import type { Notice } from '../core/notice.ts';
import { csvOf } from './csv.ts';
import { addressesIn, extent } from './format.ts';
import { escapedMarkdown } from './markdown.ts';
import { firstLine } from './text.ts';

/** A notice as Markdown for a ticket: what happened, then every range it speaks of. */
export function ticketMarkdown(notice: Notice, instance: string): string {
  const facts = `At ${notice.at}${notice.run === undefined ? '' : `, run ${notice.run}`}. Targets: ${notice.targets.join(', ') || 'none'}. Lists: ${notice.lists.join(', ') || 'none'}.`;
  const blocks = [
    `# ${escapedMarkdown(firstLine(notice, instance))}`,
    notice.lines.map((line) => `- ${escapedMarkdown(line)}`).join('\n'),
    escapedMarkdown(facts),
    ...notice.ranges.map(
      ({ of, what, prefixes }) =>
        `## ${escapedMarkdown(of)}: ${what}, ${extent(prefixes)}\n\n${prefixes.map((prefix) => `- \`${prefix}\``).join('\n')}`,
    ),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

/** Every range a notice speaks of as CSV: of, what, prefix, addresses. */
export function rangesCsv(notice: Notice): string {
  return csvOf([
    ['of', 'what', 'prefix', 'addresses'],
    ...notice.ranges.flatMap(({ of, what, prefixes }) =>
      prefixes.map((prefix) => [of, what, prefix, addressesIn(prefix).toString()]),
    ),
  ]);
}
