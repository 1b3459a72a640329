import { userInfo } from 'node:os';
import { Argument, type Command, InvalidArgumentError } from 'commander';
import { UsageError } from '../core/usage-error.ts';
import { readUntil, UntilError } from '../operator/parse-until.ts';
import type { DecisionRequest } from '../operator/views.ts';
import { asking, type Shown, show, whole } from './ask-commands.ts';
import { showDecisions } from './show.ts';

interface Spoken extends Shown {
  readonly by?: string;
  readonly why: string;
  readonly ticket?: string;
}

const untilHelp = 'a date, a time with its zone, or a span (2024-02-01, 2024-02-01T18:00:00Z, 90min, 12h, 14d)';

/** Commands by which an operator records a decision. */
export function addDecisionCommands(program: Command): void {
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
