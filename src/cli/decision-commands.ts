import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import { answersTo, type HoldAnswer } from '../core/decisions/decision.ts';
import { namedBy } from '../core/decisions/short-id.ts';
import { UsageError } from '../core/errors.ts';
import { userNameHere } from '../local/user-name.ts';
import type { DecisionRequest, HoldView, Operator } from '../operator/operator.ts';
import { readUntil, UntilError } from '../operator/operator.ts';
import { print, type ViewOptions, whole, withJson } from './ask-commands.ts';
import { openOperator } from './open-operator.ts';
import { withDetailedExitCode } from './plan-command.ts';
import { showDecisions } from './show.ts';
import type { PlanOptions } from './show-plan.ts';
import { waitingFor } from './waiting.ts';

interface DecisionOptions extends ViewOptions, Pick<PlanOptions, 'format' | 'detailedExitcode'> {
  readonly by?: string;
  readonly why?: string;
  readonly ticket?: string;
  readonly preview?: boolean;
}

const untilHelp = 'a date, a time with its zone, or a span (2024-02-01, 2024-02-01T18:00:00Z, 90min, 12h, 14d)';

/** Commands by which an operator records a decision. */
export function addDecisionCommands(program: Command): void {
  program.commandsGroup('Decide:');
  withDecision(
    program
      .command('answer')
      .description('answer holds: a loss with keep or remove, a gain with allow or block')
      .addArgument(
        new Argument('<answer>', 'what happens to the ranges').choices(['keep', 'remove', 'allow', 'block'] as const),
      )
      .argument('[hold...]', 'holds: short ids as `todo` and `holds` list them, or the tag or target of one')
      .option(
        '--publication <number>',
        'its losses (keep, remove) or gains (allow, block): all that the publication opened',
        whole,
      )
      .option('--until <when>', untilHelp, moment)
      .option('--ranges <prefixes>', 'only these prefixes of the hold, separated by commas', listOf)
      .addHelpText('after', answerExamples),
  ).action(answer);
  withDecision(
    program
      .command('approve')
      .description('approve a waiting plan part, with exactly the ranges that it shows')
      .argument('<part>', 'the part: its short id as `todo` and `status` list it, or its target')
      .addHelpText('after', partExamples),
  ).action((part: string, options: DecisionOptions) => record(options, { kind: 'approve', part }));
  withDecision(
    program
      .command('decline')
      .description('decline a waiting plan part: its ranges stay as they are')
      .argument('<part>', 'the part, as for `approve`')
      .addHelpText('after', partExamples),
  ).action(decline);
  withDecision(
    program
      .command('keep-part', { hidden: true })
      .description('the word of before for `decline`')
      .argument('<part>', 'the part'),
  ).action(decline);
  withDecision(
    program
      .command('withdraw')
      .description('withdraw an approval, as far as it is not used')
      .argument('<word>', 'id of the approval'),
  ).action((word: string, options: DecisionOptions) => record(options, { kind: 'withdraw', word }));
  withDecision(
    program
      .command('pause')
      .description('stop every write, to one target or to all')
      .option('--target <id>', 'to this target only')
      .option('--until <when>', untilHelp, moment),
  ).action(({ target, until, ...options }: DecisionOptions & { target?: string; until?: string }) =>
    record(options, {
      kind: 'pause',
      ...(target === undefined ? {} : { target }),
      ...(until === undefined ? {} : { until }),
    }),
  );
  withDecision(
    program.command('resume').description('end a pause').option('--target <id>', 'that of this target only'),
  ).action(({ target, ...options }: DecisionOptions & { target?: string }) =>
    record(options, { kind: 'resume', ...(target === undefined ? {} : { target }) }),
  );
  withDecision(
    program
      .command('pin')
      .description('keep every list at an earlier publication')
      .argument('<changeNumber>', 'number of that publication', whole)
      .requiredOption('--until <when>', `${untilHelp}; at most 14 days`, moment),
  ).action((changeNumber: number, { until, ...options }: DecisionOptions & { until: string }) =>
    record(options, { kind: 'pin', changeNumber, until }),
  );
  withDecision(program.command('unpin').description('end a pin')).action((options: DecisionOptions) =>
    record(options, { kind: 'unpin' }),
  );
  withDecision(
    program
      .command('accept')
      .description('accept a file that was refused or waits')
      .argument('<file>', 'short id as `todo` lists it, sha256, name of the file, or a tag that was set aside')
      .option('--tags <names>', 'only these tags of it, separated by commas', listOf),
  ).action((digest: string, { tags, ...options }: DecisionOptions & { tags?: string[] }) =>
    record(options, { kind: 'accept-publication', digest, ...(tags === undefined ? {} : { tags }) }),
  );
}

function withDecision(command: Command): Command {
  return withDetailedExitCode(withJson(command))
    .option('--why <text>', 'the reason; recorded, and shown with its effects (required without --preview)')
    .option('--ticket <id>', 'the change ticket')
    .option(
      '--by <name>',
      'name of the operator; recorded as claimed (default: your user name here), unless a token tells',
    )
    .option('--preview', 'show what it would do, per target; nothing is recorded')
    .addOption(
      new Option('--format <format>', 'form of the preview').choices(['markdown', 'csv', 'json']).conflicts('json'),
    );
}

const answerExamples = `
Examples:
  npm run -s cli -- answer keep d0041625 --until 28d --why "Microsoft looks into it"
  npm run -s cli -- answer remove Storage.WestEurope --preview
  npm run -s cli -- answer remove Storage.WestEurope --why "retired" --ticket CHG0042137
  npm run -s cli -- answer allow 5f1b7c0e --why "on the download page as well"
  npm run -s cli -- answer keep --publication 278 --why "the whole file looks wrong"`;

const partExamples = `
Examples:
  npm run -s cli -- plan hub
  npm run -s cli -- approve hub --preview
  npm run -s cli -- approve hub --why "reviewed" --ticket CHG0042137
  npm run -s cli -- decline 663023da --why "not in this quarter"`;

function decline(part: string, options: DecisionOptions): Promise<void> {
  return record(options, { kind: 'decline', part });
}

async function answer(
  word: HoldAnswer,
  given: string[],
  options: DecisionOptions & { publication?: number; until?: string; ranges?: string[] },
): Promise<void> {
  const { publication, until, ranges, ...rest } = options;
  refuseIncomplete(rest);
  if ((publication === undefined) === (given.length === 0)) {
    throw new UsageError('expected ids of holds, or --publication with a changeNumber, and not both');
  }
  if (publication !== undefined && ranges !== undefined) {
    throw new UsageError('expected --ranges with ids of holds only: a publication is answered as a whole');
  }
  const operator = await openOperator(rest);
  const open = await operator.holds();
  const holds =
    publication === undefined ? given.map((one) => holdMeant(open, one, word)) : ofPublication(open, publication, word);
  const how = { answer: word, ...(until === undefined ? {} : { until }), ...(ranges === undefined ? {} : { ranges }) };
  await recordWith(operator, rest, { kind: 'answer', holds, ...how });
}

/** The id of a hold that this word answers. What is not one hold is left to the service, which says what there is. */
function holdMeant(open: readonly HoldView[], given: string, word: HoldAnswer): string {
  const found = namedBy(
    given,
    open.map((hold) => ({ id: hold.id, names: ['tag' in hold.of ? hold.of.tag : hold.of.target], hold })),
  );
  const [one] = found;
  if (one === undefined || found.length > 1) return given;
  const { id, kind, short } = one.hold;
  if (answersTo(kind).includes(word)) return id;
  const what =
    kind === 'gain'
      ? 'ranges that a tag gained'
      : kind === 'loss'
        ? 'ranges that a tag lost'
        : 'ranges that a list gave up';
  throw new UsageError(`expected ${wordsText(kind)}, got ${word}: hold ${short} is about ${what}`);
}

function ofPublication(open: readonly HoldView[], changeNumber: number, word: HoldAnswer): string[] {
  const some = open.filter((hold) => hold.changeNumber === changeNumber);
  const [first] = some;
  if (first === undefined) {
    throw new UsageError(
      `publication ${changeNumber} opened no hold that is still open: \`holds\` lists those that are`,
    );
  }
  const meant = some.filter(({ kind }) => answersTo(kind).includes(word));
  if (meant.length > 0) return meant.map(({ id }) => id);
  throw new UsageError(
    `expected ${wordsText(first.kind)}, got ${word}: publication ${changeNumber} opened no hold of the other kind that is still open`,
  );
}

function wordsText(kind: HoldView['kind']): string {
  return kind === 'gain'
    ? 'allow (to let them in) or block (to keep them out)'
    : 'keep (to leave them allowed) or remove (to take them out)';
}

async function record(options: DecisionOptions, request: DecisionRequest): Promise<void> {
  refuseIncomplete(options);
  await recordWith(await openOperator(options), options, request);
}

/** Before a service is looked for. Throws UsageError. */
function refuseIncomplete({ why, preview, format, detailedExitcode }: DecisionOptions): void {
  if (preview) return;
  if (format !== undefined || detailedExitcode) {
    throw new UsageError('expected --format and --detailed-exitcode with --preview: what is recorded has one form');
  }
  if (why === undefined) {
    throw new UsageError('expected --why "..." (the reason, which is recorded), or --preview to see what it would do');
  }
}

async function recordWith(
  operator: Operator,
  { by, why = '', ticket, preview, format, detailedExitcode, ...options }: DecisionOptions,
  request: DecisionRequest,
): Promise<void> {
  if (preview) {
    const { printPreview } = await import('./show-plan.ts');
    return printPreview(operator, request, {
      ...options,
      ...(format === undefined ? {} : { format }),
      ...(detailedExitcode ? { detailedExitcode } : {}),
    });
  }
  const meta = {
    by: { name: by ?? userName(), how: 'claimed' },
    why,
    ...(ticket === undefined ? {} : { ticket }),
  } as const;
  print(options, await waitingFor('recording', operator.record(request, meta)), showDecisions);
}

/** The user here. A container may have one without a name: throws UsageError. */
export function userName(): string {
  const name = userNameHere();
  if (name !== undefined) return name;
  throw new UsageError('expected --by NAME: this system does not know the name of its user');
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
