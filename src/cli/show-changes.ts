import colors from 'picocolors';
import type { TagDiff } from '../core/publication/diff.ts';
import { visibleIn } from '../core/visible-text.ts';
import { decidedText } from '../messages/changes.ts';
import {
  askedText,
  causeText,
  clock,
  firstUpper,
  listed,
  quantity,
  statusText,
  verdictTexts,
} from '../messages/format.ts';
import { plansRemovedText } from '../messages/publication.ts';
import type { ChangesView, VersionView } from '../operator/queries/changes.ts';
import type { DiffView, KeptPublication } from '../operator/queries/publications.ts';
import type { RunReport, RunsView } from '../operator/queries/runs.ts';
import { tableText } from '../text-table.ts';
import { isTableAlone, type TableOptions, tableOf } from './columns.ts';
import { changeColumns, diffColumns, publicationColumns, runColumns } from './tables.ts';

// What a view holds was written by Azure, by a publication and by people: none of it may steer the terminal.

/** Changes, newest first, by run. */
export function showChanges(view: ChangesView, options: TableOptions = {}): string {
  const { changes } = visibleIn(view);
  if (isTableAlone(options)) return tableOf(changeColumns, changes, options);
  if (changes.length === 0) return 'Nothing was changed, as far as is asked here.';
  const byRun = Map.groupBy(changes, ({ run }) => run);
  return [...byRun]
    .map(([run, own]) => {
      const decided = own.some(({ by }) => by !== undefined);
      const table = tableText(
        ['Target', 'Range', 'Cause', ...(decided ? ['Decided by'] : [])],
        own.map(({ target, direction, prefix, cause, by = [] }) => [
          target,
          `${direction === 'add' ? '+' : '-'} ${prefix}`,
          causeText(cause),
          ...(decided ? [decidedText(by)] : []),
        ]),
        { whole: ['Range'] },
      );
      return `${colors.bold(clock(own[0]?.at ?? ''))}, run ${run}\n${table}`;
    })
    .join('\n\n');
}

/** What is newest, for a terminal. */
export function showVersion({ latest, changedAt, run, publication }: VersionView): string {
  return [
    `Last change: ${latest}${changedAt === undefined ? ', none yet' : `, ${clock(changedAt)}, run ${run}`}`,
    publication
      ? `Publication: ${publication.changeNumber} of ${publication.date}`
      : 'Publication: none was accepted yet',
  ].join('\n');
}

/** Runs in short. */
export function showRuns(view: RunsView, options: TableOptions = {}): string {
  const { runs, next } = visibleIn(view);
  if (options.csv) return tableOf(runColumns, runs, options);
  if (runs.length === 0) return 'No run was made yet.';
  const table = tableOf(runColumns, runs, options);
  const more = next === undefined ? [] : [`Earlier ones: --after ${next}`];
  return [table, ...more, '`run ID` shows one of them.'].join('\n');
}

/** One run: its plans in short, what may go and why not, and what became of it. */
export function showRun(report: RunReport): string {
  const { run, status, trigger, by, startedAt, closedAt, publication, targets, plans, plansRemoved } =
    visibleIn(report);
  const asked = trigger === undefined ? '' : `, asked for by ${askedText(trigger, by)}`;
  const times = startedAt === undefined ? 'not begun' : clock(startedAt);
  return [
    `${colors.bold(`Run ${run}`)}: ${statusText(status)}`,
    `${times}${closedAt === undefined ? '' : ` to ${clock(closedAt)}`}${asked}`,
    ...(publication ? [`Publication ${publication.changeNumber} of ${publication.date}`] : []),
    ...targets.map(({ id, kind, status: one, outcomes, notes = [] }) =>
      [
        `\n${colors.bold(id)} (${kind}): ${statusText(one)}`,
        ...plans.filter(({ target }) => target === id).flatMap(planLines),
        ...outcomes
          .filter(({ subject }) => !subject.startsWith('part:'))
          .map(({ subject, result, added, removed, text }) => {
            const moved = [added.length > 0 && `+${added.length}`, removed.length > 0 && `-${removed.length}`];
            return `  ${result}: ${subject} ${moved.filter(Boolean).join(' ')}`.trimEnd().concat(`: ${text}`);
          }),
        ...notes.map((note) => `  ${note}`),
      ].join('\n'),
    ),
    plansRemoved === undefined
      ? `\n\`plan ${run}/TARGET\` has the ranges of a plan.`
      : `\n${firstUpper(plansRemovedText(run, plansRemoved))}.`,
    ...(status === 'waiting' ? ['`todo` lists what waits for a decision, each with its commands.'] : []),
  ].join('\n');
}

function planLines({ refusals, parts }: RunReport['plans'][number]): string[] {
  return [
    ...refusals.flatMap(({ rule, text, next }) => [`  refused: ${text} [${rule}]`, `      ${next}`]),
    ...parts.flatMap(({ id, direction, ranges, verdict, reasons, causes }) => [
      `  ${direction === 'add' ? '+' : '-'}${quantity(ranges, 'range')}, ${verdictTexts[verdict]} (part ${id})`,
      `      ${listed(causes.map(({ cause, ranges: own }) => `${causeText(cause)}: ${own}`))}`,
      ...reasons.flatMap(({ rule, text, next }) => [`      ${text} [${rule}]`, `      ${next}`]),
    ]),
  ];
}

/** Kept files. */
export function showPublications(given: readonly KeptPublication[], options: TableOptions = {}): string {
  const kept = visibleIn(given);
  if (options.csv) return tableOf(publicationColumns, kept, options);
  if (kept.length === 0) return 'No publication is kept yet.';
  return tableOf(publicationColumns, kept, options);
}

/** So few tags are told with their ranges. */
const maxWithRanges = 3;
const maxRanges = 40;

/** How two publications differ: the sums of each tag; of a few tags the ranges, too. */
export function showDiff(view: DiffView, options: TableOptions = {}): string {
  const { from, to, tags, unreadable } = visibleIn(view);
  if (options.csv) return tableOf(diffColumns, tags, options);
  const name = ({ changeNumber, date }: KeptPublication) => `${changeNumber} of ${date}`;
  const detailed = tags.length <= maxWithRanges;
  return [
    `${colors.bold(`From ${name(from)} to ${name(to)}`)}: ${quantity(tags.length, 'tag differs', 'tags differ')}`,
    ...(tags.length === 0 ? [] : [tableOf(diffColumns, tags, options)]),
    ...(detailed ? tags.flatMap(rangeLines) : ['`--tag` with one of them, or `--json`, has the ranges.']),
    ...(unreadable.length > 0
      ? [`Cannot be read in one of them, so nothing is said of: ${listed(unreadable, 20)}`]
      : []),
  ].join('\n');
}

function rangeLines({ tag, gained, lost }: TagDiff): string[] {
  const ranges = [...gained.map((range) => `  + ${range}`), ...lost.map((range) => `  - ${range}`)];
  const left = ranges.length - maxRanges;
  return [tag, ...ranges.slice(0, maxRanges), ...(left > 0 ? [`  and ${left} more: \`--json\` has all`] : [])];
}
