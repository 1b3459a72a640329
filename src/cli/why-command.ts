import type { Command } from 'commander';
import { messageOf, UsageError } from '../core/errors.ts';
import { visibleIn } from '../core/visible-text.ts';
import type { WhyView } from '../core/why.ts';
import { whyText } from '../messages/why.ts';
import type { WhyQuery } from '../operator/operator.ts';
import { RequestError } from '../run/service.ts';
import { terminalWidth } from '../text-table.ts';
import { print, type ViewOptions, withJson } from './ask-commands.ts';
import { openOperator } from './open-operator.ts';
import { waitingFor } from './waiting.ts';

const examples = `
Examples:
  npm run -s cli -- why 20.60.4.1
  npm run -s cli -- why 20.60.4.0/24 --at 2024-01-22 --target hub
  npm run -s cli -- why contoso.azurecr.io --resolve`;

/** The command that tells why something is allowed or not. It writes nothing. */
export function addWhyCommand(program: Command): void {
  withJson(
    program
      .command('why')
      .description('why something is allowed or not: since when, by what, and what holds it')
      .argument('<what>', 'an address, a prefix, a range a-b, or a host name')
      .option('--at <date>', 'as it was at the end of that day (UTC), or at a time with its zone')
      .option('--target <id>', 'in this target and its list only')
      .option('--resolve', 'look at the addresses of a host name as well')
      .addHelpText('after', examples),
  ).action(async (address: string, { at, target, resolve, ...options }: ViewOptions & Omit<WhyQuery, 'address'>) => {
    const query = {
      address,
      ...(at === undefined ? {} : { at }),
      ...(target === undefined ? {} : { target }),
      ...(resolve ? { resolve } : {}),
    };
    const operator = await openOperator(options);
    const view = await waitingFor('looking it up', operator.why(query)).catch(async (error: unknown) => {
      throw (await isUnanswerable(error)) ? new UsageError(messageOf(error)) : error;
    });
    print(options, view, (one) => showWhy(one));
    if (!isAllowed(view)) process.exitCode = 1;
  });
}

/** What cannot be asked is bad usage: another exit code says that nothing lets it in. */
async function isUnanswerable(error: unknown): Promise<boolean> {
  const { ApiError } = await import('./api-client.ts');
  return error instanceof RequestError || (error instanceof ApiError && error.status === 400);
}

/** Whether a target, or a list, lets in some of it. */
function isAllowed({ answers }: WhyView): boolean {
  return answers.some(({ lists, targets }) => [...lists, ...targets].some(({ allowed }) => allowed !== 'not'));
}

/** As paragraphs of at most `columns`, and 100 where they are more. Ids and addresses are never cut. */
export function showWhy(view: WhyView, columns = terminalWidth()): string {
  return whyText(visibleIn(view))
    .map((paragraph) => wrapped(paragraph, Math.min(columns, 100)))
    .join('\n\n');
}

function wrapped(text: string, columns: number): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines.join('\n');
}
