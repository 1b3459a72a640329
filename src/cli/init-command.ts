import { type Command, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../core/errors.ts';
import { modes } from '../core/plan/plan-types.ts';
import { clouds } from '../core/publication/catalog.ts';
import { webAddress } from '../local/start/options.ts';
import { readSubscription } from './init/registry-texts.ts';
import type { InitOptions } from './init/run-init.ts';
import { otherCase, usualCases } from './init/usual-cases.ts';

const repeated = (value: string, all: readonly string[] = []) => [...all, value];

const examples = `
Examples:
  npm run -s cli -- init --for pulling-firewall --registry contoso.azurecr.io --region "West Europe" --no-look
  npm run -s cli -- init --for hub --registry contoso.azurecr.io --subscription <id> --set subscriptionId=<id> \\
    --set resourceGroup=rg-network --set location=westeurope --ticket CHG0042137
  npm run -s cli -- init --for restricted-registry --registry contoso.azurecr.io --subscription <id> \\
    --admit 203.0.113.7 --reason "NAT of the build team" --owner "build team"

On a terminal it asks for what the options leave open.`;

/** `init`: a first config from flags, and from questions on a terminal. */
export function addInitCommand(program: Command): void {
  program
    .command('init')
    .description('write a first config, after a look at which of its resources exist')
    .argument('[file]', 'the config to write; never over another one', 'service-tag-sync.json')
    .addOption(new Option('--for <case>', 'a usual case').choices([...usualCases, otherCase]))
    .option('--instance <name>', 'name of this installation')
    .addOption(new Option('--cloud <cloud>', 'the cloud').choices([...clouds]).default('Public'))
    .option('--registry <name>', 'login server or resource id of a container registry; may be repeated', repeated)
    .option('--subscription <id>', 'the subscription in which it is looked up by its login server', subscription)
    .option('--region <region>', 'its region, or a replica, if it is not looked up; may be repeated', repeated)
    .option('--data-endpoint <host>', 'a dedicated data endpoint of it, if not looked up; may be repeated', repeated)
    .option('--tag <name>', 'a service tag beside it, such as Storage.WestEurope; may be repeated', repeated)
    .option('--device <name>', 'pulling-firewall: the user name that the firewall pulls with')
    .option('--ticket <example>', 'hub: a ticket number of the change board, such as CHG0042137')
    .option('--admit <entry>', 'restricted-registry: an address, prefix or service tag; may be repeated', repeated)
    .option('--reason <text>', 'restricted-registry: why they may reach it')
    .option('--owner <text>', 'restricted-registry: who answers for that')
    .option('--kind <kind>', 'kind of the target (docs/targets.md); another text is answered with those that there are')
    .addOption(
      new Option(
        '--mode <mode>',
        'what the service may do to it (default: report-only; pulling-firewall: sync)',
      ).choices([...modes]),
    )
    .option('--set <name=value>', 'a setting of that kind, such as resourceGroup=rg-network; may be repeated', pair)
    .option('--arm <url>', 'its Resource Manager, if not that of the cloud', webAddress)
    .option('--no-look', 'do not check which resources exist')
    .option('--json', 'as JSON on stdout: the file, its notes, what the look found, the next commands')
    .addHelpText('after', examples)
    .action(init);
}

/** What asks and looks is loaded when it is asked for: help of the command line must come at once. */
async function init(file: string, options: InitOptions): Promise<void> {
  const { runInit } = await import('./init/run-init.ts');
  await runInit(file, options);
}

function pair(text: string, all: readonly (readonly [string, string])[] = []): (readonly [string, string])[] {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected name=value.');
  return [...all, [text.slice(0, at), text.slice(at + 1)]];
}

function subscription(text: string): string {
  try {
    return readSubscription(text);
  } catch (error) {
    throw error instanceof UsageError ? new InvalidArgumentError(error.message) : error;
  }
}
