import { userInfo } from 'node:os';
import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { parseEntry } from '../core/address/entry.ts';
import { PrefixError } from '../core/address/prefix.ts';
import { UsageError } from '../core/usage-error.ts';
import { changeTicketCsv, changeTicketMarkdown } from '../messages/ticket.ts';
import type { Operator } from '../operator/operator.ts';
import { readUntil, UntilError } from '../operator/parse-until.ts';
import type { DecisionRequest } from '../operator/views.ts';
import { RequestError } from '../run/service.ts';
import { showDryRun } from './dry-run.ts';
import { openOperator, type Place, withPlace } from './open-operator.ts';
import { showChanges, showDecisions, showHolds, showLookup, showStatus } from './show.ts';

interface Shown extends Place {
  readonly json?: boolean;
}

interface Spoken extends Shown {
  readonly by?: string;
  readonly why: string;
  readonly ticket?: string;
}

/** Commands that ask the service, and those by which a person tells it something. */
export function addOperatorCommands(program: Command): void {
  program.commandsGroup('Ask:');
  asking(program.command('status').description('where everything stands')).action((options: Shown) =>
    show(options, (operator) => operator.status(), showStatus),
  );
  asking(program.command('holds').description('what is held back, and what waits for an answer')).action(
    (options: Shown) => show(options, (operator) => operator.holds(), showHolds),
  );
  asking(
    program
      .command('lookup')
      .description('where an address stands: tags, lists, targets')
      .argument('<address>', 'an IPv4 or IPv6 address, or a prefix', address),
  ).action(lookup);
  asking(
    program
      .command('changes')
      .description('what went into and out of targets, newest first')
      .option('--target <id>', 'of this target only')
      .option('--limit <n>', 'how many', whole, 100)
      .addOption(new Option('--most <n>', 'former name of --limit').argParser(whole).hideHelp()),
  ).action(({ target, limit, most = limit, ...options }: Shown & { target?: string; limit: number; most?: number }) =>
    show(options, (operator) => operator.changes({ most, ...(target === undefined ? {} : { target }) }), showChanges),
  );
  withPlace(
    program
      .command('plan')
      .description('what a run would do now (nothing is written); with an id: a recorded plan as a change ticket')
      .argument('[id]', 'the id of one of its parts, or run/target')
      .addOption(new Option('--format <format>', 'its form').choices(['markdown', 'csv', 'json']).default('markdown')),
  ).action((id: string | undefined, options: Place & { format: 'markdown' | 'csv' | 'json' }) =>
    id === undefined ? showDryRun(options) : showPlan(id, options),
  );

  program.commandsGroup('Decide:');
  speaking(
    program
      .command('answer')
      .description('answer holds: by id, or all that a publication opened')
      .addArgument(new Argument('<answer>', 'what is to become of the ranges').choices(['remove', 'keep']))
      .argument('[hold...]', 'ids of holds, as `holds` lists them; what follows the last hyphen is enough')
      .option('--publication <number>', 'every open hold of the publication with this changeNumber', whole)
      .option('--until <when>', untilHelp, moment)
      .option('--ranges <prefixes>', 'only these prefixes of the hold, separated by commas', listOf),
  ).action(answer);
  speaking(
    program
      .command('approve')
      .description('let a waiting plan part through, with the ranges it shows and no other')
      .argument('<part>', 'id of the part, as `status` and `plan` show it'),
  ).action((part: string, options: Spoken) => say(options, { kind: 'approve', part }));
  speaking(
    program
      .command('keep-part')
      .description('decide that a waiting plan part is not to be done')
      .argument('<part>', 'id of the part'),
  ).action((part: string, options: Spoken) => say(options, { kind: 'keep-part', part }));
  speaking(
    program
      .command('withdraw')
      .description('take an approval back, as far as it is not done')
      .argument('<word>', 'id of the approval'),
  ).action((word: string, options: Spoken) => say(options, { kind: 'withdraw', word }));
  speaking(
    program
      .command('pause')
      .description('stop every write, to one target or to all')
      .option('--target <id>', 'to this target only')
      .option('--until <when>', untilHelp, moment),
  ).action(({ target, until, ...options }: Spoken & { target?: string; until?: string }) =>
    say(options, {
      kind: 'pause',
      ...(target === undefined ? {} : { target }),
      ...(until === undefined ? {} : { until }),
    }),
  );
  speaking(
    program.command('resume').description('end a pause').option('--target <id>', 'that of this target only'),
  ).action(({ target, ...options }: Spoken & { target?: string }) =>
    say(options, { kind: 'resume', ...(target === undefined ? {} : { target }) }),
  );
  speaking(
    program
      .command('pin')
      .description('hold every list at what it was under an earlier publication')
      .argument('<changeNumber>', 'number of that publication', whole)
      .requiredOption('--until <when>', `${untilHelp}; at most 14 days`, moment),
  ).action((changeNumber: number, { until, ...options }: Spoken & { until: string }) =>
    say(options, { kind: 'pin', changeNumber, until }),
  );
  speaking(program.command('unpin').description('end a pin')).action((options: Spoken) =>
    say(options, { kind: 'unpin' }),
  );
  speaking(
    program
      .command('accept')
      .description('vouch for a file that was refused or waits')
      .argument('<digest>', 'its sha256, as the notice gives it')
      .option('--tags <names>', 'only these tags of it, separated by commas', listOf),
  ).action((digest: string, { tags, ...options }: Spoken & { tags?: string[] }) =>
    say(options, { kind: 'accept-publication', digest, ...(tags === undefined ? {} : { tags }) }),
  );
}

const untilHelp = 'a date, a time with its zone, or a span (2024-02-01, 2024-02-01T18:00:00Z, 90min, 12h, 14d)';

function asking(command: Command): Command {
  return withPlace(command.option('--json', 'as JSON on stdout'));
}

function speaking(command: Command): Command {
  return asking(command)
    .requiredOption('--why <text>', 'the reason; kept and shown with everything that follows')
    .option('--ticket <id>', 'the change ticket')
    .option('--by <name>', 'who says so; recorded as claimed (default: your user name here)');
}

async function answer(
  kind: 'remove' | 'keep',
  holds: string[],
  options: Spoken & { publication?: number; until?: string; ranges?: string[] },
): Promise<void> {
  const { publication, until, ranges, ...spoken } = options;
  if ((publication === undefined) === (holds.length === 0)) {
    throw new UsageError('expected ids of holds, or --publication with a changeNumber, and not both');
  }
  if (publication !== undefined && ranges !== undefined) {
    throw new UsageError('expected --ranges with ids of holds only: a publication is answered as a whole');
  }
  const end = until === undefined ? {} : { until };
  await say(
    spoken,
    publication === undefined
      ? { kind: 'answer', holds, answer: kind, ...end, ...(ranges === undefined ? {} : { ranges }) }
      : { kind: 'answer-publication', changeNumber: publication, answer: kind, ...end },
  );
}

async function say({ by, why, ticket, ...options }: Spoken, request: DecisionRequest): Promise<void> {
  const meta = {
    by: { name: by ?? userName(), how: 'claimed' },
    why,
    ...(ticket === undefined ? {} : { ticket }),
  } as const;
  await show(options, (operator) => operator.record(request, meta), showDecisions);
}

async function show<T>(
  options: Shown,
  ask: (operator: Operator) => Promise<T>,
  words: (view: T) => string,
): Promise<void> {
  print(options, await ask(await openOperator(options)), words);
}

function print<T>(options: Shown, view: T, words: (view: T) => string): void {
  process.stdout.write(`${options.json ? JSON.stringify(view, null, 2) : words(view)}\n`);
}

/** Scripts ask whether an address is let through at all: 1 if nothing has it. */
async function lookup(of: string, options: Shown): Promise<void> {
  const view = await (await openOperator(options)).lookup(of);
  print(options, view, showLookup);
  if (view.tags.length === 0 && !view.targets.some(({ holds }) => holds)) process.exitCode = 1;
}

/** A container may have a user without a name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch (error) {
    // Node's error for a call of the system that failed.
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR')) throw error;
    throw new UsageError('expected --by NAME: this system does not know the name of its user');
  }
}

async function showPlan(
  id: string,
  { format, ...place }: Place & { format: 'markdown' | 'csv' | 'json' },
): Promise<void> {
  const plan = await (await openOperator(place)).plan(id);
  if (plan === undefined) {
    throw new RequestError(
      `no recorded plan is ${id}: expected RUN/TARGET (\`status\` lists targets and the last run), or the id of one of its parts`,
    );
  }
  const texts = {
    markdown: changeTicketMarkdown,
    csv: changeTicketCsv,
    json: (view: typeof plan) => `${JSON.stringify(view, null, 2)}\n`,
  };
  process.stdout.write(texts[format](plan));
}

function whole(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('Expected a whole number from 1.');
  return Number(text);
}

function address(text: string): string {
  try {
    parseEntry(text);
    return text;
  } catch (error) {
    if (error instanceof PrefixError) throw new InvalidArgumentError(`${error.message}.`);
    throw error;
  }
}

function listOf(text: string): string[] {
  const items = text.split(',').map((item) => item.trim());
  if (items.includes('')) throw new InvalidArgumentError('Expected texts separated by commas.');
  return items;
}

function moment(text: string): string {
  try {
    return readUntil(text, new Date());
  } catch (error) {
    if (error instanceof UntilError) throw new InvalidArgumentError(`${error.message}.`);
    throw error;
  }
}
