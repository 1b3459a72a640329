import type { Command } from 'commander';
import { UsageError } from '../core/errors.ts';
import { pageOf } from '../local/start/connection.ts';
import { userNameHere } from '../local/user-name.ts';
import { signInLink } from '../run/page-key.ts';
import { type RemotePlace, remoteOf, withRemote } from './remote-place.ts';

/** The command that tells where the page of a service is. */
export function addPageCommand(program: Command): void {
  withRemote(
    program
      .command('page')
      .description('the address of the page; of a local service a link that opens it for 30 minutes')
      .option('--data <folder>', 'the local service over this folder')
      .option('--json', 'as JSON on stdout'),
  ).action(async ({ data, json, ...remote }: RemotePlace & { readonly data?: string; readonly json?: true }) => {
    const url = await addressOf(data, remote);
    process.stdout.write(`${json ? JSON.stringify({ url }) : url}\n`);
  });
}

async function addressOf(data: string | undefined, remote: RemotePlace): Promise<string> {
  if (data !== undefined) {
    const { url, key } = await pageOf(data);
    return signInLink(url, key, new Date(), userNameHere() ?? '');
  }
  const service = await remoteOf(remote, process.env);
  if (service !== undefined) return new URL('/ui', service.url).href;
  throw new UsageError('expected --data of a local service that is up, or --url of a deployed one, got neither');
}
