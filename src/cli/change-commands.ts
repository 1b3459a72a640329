import { writeFile } from 'node:fs/promises';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { messageOf, UsageError } from '../core/errors.ts';
import { changesCsv, changesMarkdown } from '../messages/changes.ts';
import { quantity } from '../messages/format.ts';
import { changeKinds } from '../operator/queries/change-kinds.ts';
import type { ChangesQuery, ChangesView } from '../operator/queries/changes.ts';
import { RequestError } from '../run/service.ts';
import { show, type ViewOptions, whole, withJson } from './ask-commands.ts';
import { type TableOptions, withColumns } from './columns.ts';
import { askService, openOperator } from './open-operator.ts';
import { showChanges, showDiff, showPublications, showRuns, showVersion } from './show-changes.ts';
import { changeColumns, diffColumns, publicationColumns, runColumns } from './tables.ts';
import { waitingFor } from './waiting.ts';

interface ChangesOptions extends ViewOptions, TableOptions, Omit<ChangesQuery, 'most' | 'kind'> {
  readonly kind?: string;
  readonly limit: number;
  readonly most?: number;
  readonly markdown?: boolean;
}

/** Commands that tell what changed: in targets, from run to run, from publication to publication. */
export function addChangeCommands(program: Command): void {
  addChanges(program);
  withJson(
    program
      .command('version')
      .description('number of the last change, and the publication in force; for scripts that poll'),
  ).action((options: ViewOptions) => show(options, (operator) => operator.version(), showVersion));
  withColumns(
    withJson(
      program
        .command('runs')
        .description('runs and how they ended, newest first')
        .option('--limit <n>', 'how many, up to 100', upTo(100), 20)
        .option('--after <next>', 'go on where the page before ended'),
    ),
    runColumns,
  ).action(({ limit, after, ...options }: ViewOptions & TableOptions & { limit: number; after?: string }) =>
    show(
      options,
      (operator) => operator.runs({ most: limit, after }),
      (view) => showRuns(view, options),
    ),
  );
  addPublications(program);
}

function addChanges(program: Command): void {
  withColumns(
    withJson(
      program
        .command('changes')
        .description('additions and removals in targets, newest first')
        .option('--since <when>', 'a date, a span (7d, 12h), a publication number, or `latest` of version')
        .option('--until <when>', 'a date or a span; that very time does not belong to it')
        .option('--target <id>', 'of this target only')
        .option('--list <name>', 'of this list only')
        .option('--tag <tag>', 'caused by this tag; * stands for any text: "Storage.*"')
        .option('--region <region>', 'caused by tags of this region: WestUS')
        .addOption(new Option('--kind <kind>', 'with this cause').choices(Object.keys(changeKinds)))
        .addOption(new Option('--direction <direction>', 'only these').choices(['add', 'remove']))
        .option('--by <name>', 'decided by this person; a part of the name')
        .option('--limit <n>', 'how many, up to 1000', upTo(1000), 100)
        .option('--after <next>', 'go on where the page before ended')
        .addOption(new Option('--markdown', 'as a table in Markdown').conflicts(['csv', 'json']))
        .addOption(new Option('--most <n>', 'former name of --limit').argParser(whole).hideHelp())
        .addHelpText(
          'after',
          `
Examples:
  npm run -s cli -- changes --since 7d
  npm run -s cli -- changes --since 2024-01-01 --until 2024-02-01 --target hub --csv
  npm run -s cli -- changes --tag "Storage.*" --region WestUS --kind publication
  npm run -s cli -- changes --since 404 --json
  npm run -s cli -- changes --columns at,prefix,by,ticket`,
        ),
    ),
    changeColumns,
  ).action(showChangesOf);
}

async function showChangesOf({
  limit,
  most = limit,
  csv,
  columns,
  markdown,
  since,
  until,
  target,
  list,
  tag,
  region,
  kind,
  direction,
  by,
  after,
  ...options
}: ChangesOptions): Promise<void> {
  const cause = kind === undefined ? undefined : changeKinds[kind];
  const query = { since, until, target, list, tag, region, kind: cause, direction, by };
  const view = await waitingFor('reading the history', changesUpTo(options, { ...query, after, most }));
  const table = { ...(csv ? { csv } : {}), ...(columns === undefined ? {} : { columns }) };
  if (markdown || (csv && columns === undefined)) {
    process.stdout.write((csv ? changesCsv : changesMarkdown)(view.changes));
  } else {
    process.stdout.write(`${options.json ? JSON.stringify(view, null, 2) : showChanges(view, table)}\n`);
  }
  if (view.next !== undefined && !options.json) {
    process.stderr.write(`There may be more: the same command with --after ${view.next}\n`);
  }
}

/** Pages until there are as many as were asked for: one page looks at a part of the history alone. */
async function changesUpTo(options: ViewOptions, query: ChangesQuery): Promise<ChangesView> {
  const operator = await openOperator(options);
  const changes: ChangesView['changes'][number][] = [];
  let next = query.after;
  do {
    const page = await operator.changes({ ...query, after: next, most: query.most - changes.length });
    changes.push(...page.changes);
    next = page.next;
  } while (next !== undefined && changes.length < query.most);
  return { changes, ...(next === undefined ? {} : { next }) };
}

function addPublications(program: Command): void {
  withColumns(
    withJson(program.command('publications').description('Service Tags files that are kept, newest first')),
    publicationColumns,
  ).action((options: ViewOptions & TableOptions) =>
    show(
      options,
      (operator) => operator.publications(),
      (kept) => showPublications(kept, options),
    ),
  );
  const which = 'a number, a date (the newest of that day or before), latest, or the beginning of a digest';
  withColumns(
    withJson(
      program
        .command('diff')
        .description('how two kept publications differ, by addresses')
        .argument('<from>', which)
        .argument('<to>', 'the same')
        .option('--tag <tag>', 'only this tag; * stands for any text: "Storage.*"')
        .option('--region <region>', 'only tags of this region: WestUS')
        .addHelpText(
          'after',
          `
Examples:
  npm run -s cli -- diff 403 404 --region WestUS
  npm run -s cli -- diff 2024-01-08 latest --tag "Storage.*" --json`,
        ),
    ),
    diffColumns,
  ).action(
    (
      from: string,
      to: string,
      { tag, region, ...options }: ViewOptions & TableOptions & { tag?: string; region?: string },
    ) =>
      show(
        options,
        (operator) => operator.diff(from, to, { tag, region }),
        (view) => showDiff(view, options),
      ),
  );
  withJson(
    program
      .command('publication')
      .description('a kept Service Tags file as it came, to stdout or into a file')
      .argument('<which>', which)
      .option('--out <file>', 'write it there; an existing file is not overwritten')
      .addHelpText(
        'after',
        `
Examples:
  npm run -s cli -- publication latest --out ServiceTags.json
  npm run -s cli -- publication 404 | jq .changeNumber`,
      ),
  ).action(givePublication);
}

/** The bytes as they came. Not kept and not to be had are two things, and both end with 1. */
async function givePublication(which: string, { out, json, ...place }: ViewOptions & { out?: string }): Promise<void> {
  const found = await askService('reading the file', place, (operator) => operator.publication(which));
  if (found === undefined) {
    throw new RequestError(`expected a publication that is kept, got ${which}; \`publications\` lists those that are`);
  }
  if (found.kind === 'dropped') throw new RequestError(found.why);
  if (found.kind === 'damaged') throw new Error(found.why);
  const { publication, bytes } = found;
  if (out === undefined) {
    process.stdout.write(json ? `${JSON.stringify(publication, null, 2)}\n` : bytes);
    return;
  }
  try {
    await writeFile(out, bytes, { flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new UsageError(`${out} cannot be written (${messageOf(error)}): name a file that does not exist yet`);
  }
  process.stderr.write(`${out}: ${publication.file}, ${quantity(bytes.length, 'byte')}, ${publication.digest}\n`);
}

/** Reads an argument that is a whole number from 1 to `highest`. */
function upTo(highest: number): (text: string) => number {
  return (text) => {
    const count = whole(text);
    if (count > highest) throw new InvalidArgumentError(`Expected a whole number from 1 to ${highest}.`);
    return count;
  };
}
