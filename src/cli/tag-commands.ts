import { type Command, Option } from 'commander';
import colors from 'picocolors';
import { visibleIn } from '../core/visible-text.ts';
import { clock, quantity } from '../messages/format.ts';
import { tagHistoryCsv, tagTable } from '../messages/tag-sizes.ts';
import type { TagHistoryView, TagsView } from '../operator/queries/tag-history.ts';
import { tableText } from '../text-table.ts';
import { addView, print, type ViewOptions, withJson } from './ask-commands.ts';
import { tableOf } from './columns.ts';
import { askService } from './open-operator.ts';
import { tagColumns } from './tables.ts';

interface TagOptions extends ViewOptions {
  readonly since?: string;
  readonly until?: string;
  readonly csv?: boolean;
  readonly ipv6?: boolean;
}

/** Commands that tell how large tags are, and were. */
export function addTagCommands(program: Command): void {
  addView(
    program.command('tags').description('tags that lists select: published, allowed, held, and when they last changed'),
    { columns: tagColumns, ask: (operator) => operator.tags(), rows: ({ tags }) => tags, whole: showTags },
  );
  withJson(
    program
      .command('tag')
      .description('how large a tag was over time: published, allowed, held, and what came back')
      .argument('<tag>', 'its full name: Storage.WestUS')
      .option('--since <when>', 'from here on: a date, or a span (180d, 12w)')
      .option('--until <when>', 'up to here, in the same way')
      .option('--ipv6', 'its IPv6 addresses; IPv4 if absent')
      .addOption(new Option('--csv', 'both families as CSV').conflicts(['json']))
      .addHelpText(
        'after',
        `
Examples:
  npm run -s cli -- tag Storage.WestUS --since 2023-11-01 --until 2024-04-01
  npm run -s cli -- tag Storage.WestUS --csv > storage-westus.csv`,
      ),
  ).action(async (tag: string, { since, until, csv, ipv6, ...options }: TagOptions) => {
    const view = await askService('reading the history', options, (operator) =>
      operator.tagHistory(tag, { since, until }),
    );
    if (csv) process.stdout.write(tagHistoryCsv(view));
    else print(options, view, (one) => showTag(one, ipv6 ? 'ipv6' : 'ipv4'));
  });
}

function showTags(given: TagsView): string {
  const { tags, behind } = visibleIn(given);
  if (tags.length === 0) return 'No list selects a tag.';
  const table = tableOf(tagColumns, tags);
  return [table, 'IPv4 addresses; `--json` has IPv6 too. `tag TAG` shows one over time.', ...behindText(behind)].join(
    '\n',
  );
}

function showTag(given: TagHistoryView, family: 'ipv4' | 'ipv6'): string {
  const { tag, lists, points, until, behind } = visibleIn(given);
  const { head, rows } = tagTable(points, family);
  const selected = lists.length === 0 ? 'no list selects it' : `in ${lists.join(', ')}`;
  // A column that is empty throughout says nothing.
  const used = head.map((_, column) => column < 3 || rows.some((row) => !['', '0'].includes(row[column] ?? '')));
  const kept = (row: readonly string[]) => row.filter((_, column) => used[column]);
  return [
    `${colors.bold(tag)}: ${family === 'ipv4' ? 'IPv4' : 'IPv6'} addresses, ${selected}`,
    rows.length === 0
      ? 'Nothing is known of it in this time.'
      : tableText(kept(head), rows.map(kept), { numeric: kept(head).slice(1), whole: ['Since (UTC)'] }),
    ...(until === undefined ? [] : [`Known up to ${clock(until)}.`]),
    ...behindText(behind),
  ].join('\n');
}

function behindText(behind: number): string[] {
  return behind === 0
    ? []
    : [
        `${quantity(behind, 'kept publication or ledger', 'kept publications or ledgers')} not looked at yet: housekeeping goes on, every ten minutes.`,
      ];
}
