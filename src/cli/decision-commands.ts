import { userInfo } from 'node:os';
import { Argument, type Command, InvalidArgumentError } from 'commander';
import { UsageError } from '../core/errors.ts';
import type { DecisionRequest } from '../operator/operator.ts';
import { readUntil, UntilError } from '../operator/operator.ts';
import { show, type ViewOptions, whole, withJson } from './ask-commands.ts';
import { showDecisions } from './show.ts';

interface DecisionOptions extends ViewOptions {
  readonly by?: string;
  readonly why: string;
  readonly ticket?: string;
}

const untilHelp = 'a date, a time with its zone, or a span (2024-02-01, 2024-02-01T18:00:00Z, 90min, 12h, 14d)';

/** Commands by which an operator records a decision. */
export function addDecisionCommands(program: Command): void {
  program.commandsGroup('Decide:');
  withDecision(
    program
      .command('answer')
      .description('answer holds: by id, or all holds of a publication')
      .addArgument(new Argument('<answer>', 'whether the ranges are removed or kept').choices(['remove', 'keep']))
      .argument('[hold...]', 'ids of holds, as `holds` lists them; the part after the last hyphen is enough')
      .option('--publication <number>', 'every open hold of the publication with this changeNumber', whole)
      .option('--until <when>', untilHelp, moment)
      .option('--ranges <prefixes>', 'only these prefixes of the hold, separated by commas', listOf),
  ).action(answer);
  withDecision(
    program
      .command('approve')
      .description('approve a waiting plan part, with exactly the ranges that it shows')
      .argument('<part>', 'id of the part, as `status` and `plan` show it'),
  ).action((part: string, options: DecisionOptions) => record(options, { kind: 'approve', part }));
  withDecision(
    program
      .command('keep-part')
      .description('decline a waiting plan part: its ranges stay as they are')
      .argument('<part>', 'id of the part'),
  ).action((part: string, options: DecisionOptions) => record(options, { kind: 'keep-part', part }));
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
      .argument('<digest>', 'its sha256, as the notice gives it')
      .option('--tags <names>', 'only these tags of it, separated by commas', listOf),
  ).action((digest: string, { tags, ...options }: DecisionOptions & { tags?: string[] }) =>
    record(options, { kind: 'accept-publication', digest, ...(tags === undefined ? {} : { tags }) }),
  );
}

function withDecision(command: Command): Command {
  return withJson(command)
    .requiredOption('--why <text>', 'the reason; recorded, and shown with its effects')
    .option('--ticket <id>', 'the change ticket')
    .option(
      '--by <name>',
      'name of the operator; recorded as claimed (default: your user name here), unless a token tells',
    );
}

async function answer(
  kind: 'remove' | 'keep',
  holds: string[],
  options: DecisionOptions & { publication?: number; until?: string; ranges?: string[] },
): Promise<void> {
  const { publication, until, ranges, ...rest } = options;
  if ((publication === undefined) === (holds.length === 0)) {
    throw new UsageError('expected ids of holds, or --publication with a changeNumber, and not both');
  }
  if (publication !== undefined && ranges !== undefined) {
    throw new UsageError('expected --ranges with ids of holds only: a publication is answered as a whole');
  }
  const end = until === undefined ? {} : { until };
  await record(
    rest,
    publication === undefined
      ? { kind: 'answer', holds, answer: kind, ...end, ...(ranges === undefined ? {} : { ranges }) }
      : { kind: 'answer-publication', changeNumber: publication, answer: kind, ...end },
  );
}

async function record({ by, why, ticket, ...options }: DecisionOptions, request: DecisionRequest): Promise<void> {
  const meta = {
    by: { name: by ?? userName(), how: 'claimed' },
    why,
    ...(ticket === undefined ? {} : { ticket }),
  } as const;
  await show(options, (operator) => operator.record(request, meta), showDecisions);
}

/** The user here. A container may have one without a name: throws UsageError. */
export function userName(): string {
  try {
    return userInfo().username;
  } catch (error) {
    // Node's error for a call of the system that failed.
    if (!(error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR')) throw error;
    throw new UsageError('expected --by NAME: this system does not know the name of its user');
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
