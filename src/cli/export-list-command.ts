import { readFile, writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { UsageError } from '../core/errors.ts';
import { formatList } from '../feeds/format.ts';
import { defaultFormat, feedFormats } from '../feeds/formats/index.ts';
import { askService, type Place, withPlace } from './open-operator.ts';
import { type RemotePlace, withRemote } from './remote-place.ts';

interface ExportOptions extends Place, RemotePlace {
  readonly format: string;
  readonly out?: string;
  readonly check?: boolean;
  readonly names?: boolean;
  readonly json?: boolean;
}

const help = `
Formats:
${[...feedFormats.values()].map(({ id, summary }) => `  ${id.padEnd(22)} ${summary.replaceAll('`', '')}`).join('\n')}

Exit codes with --out:
  0  the file has this list already; it was left alone
  3  the list has changed, or the file was not there; it was written, unless --check is given
  1  the list is unknown, empty or over a limit of the format; the file was left alone

Examples:
  npm run -s cli -- export-list branches --format json
  npm run -s cli -- export-list branches --format terraform --out branches.auto.tfvars.json --url https://contoso.azurewebsites.net
  npm run -s cli -- export-list branches --format cisco-asa --out branches.txt --check`;

/** `export-list`: what a list allows now, in a format, for pipelines. Writes one file at most. */
export function addExportListCommand(program: Command): void {
  withRemote(
    withPlace(
      program
        .command('export-list')
        .description(
          'write what a list allows now, in the format of a firewall; the exit code tells whether it changed',
        )
        .argument('<list>', 'the name of a list of the config')
        .addOption(
          new Option('--format <format>', 'its format').choices([...feedFormats.keys()]).default(defaultFormat.id),
        )
        .option('--names', 'its host names instead of its addresses')
        .option('--out <file>', 'into this file; to stdout if absent')
        .option('--check', 'with --out: only tell whether the file would change')
        .addOption(
          new Option('--json', 'with --out: the answer as JSON on stdout; else the same as --format json').conflicts(
            'format',
          ),
        )
        .addHelpText('after', help),
    ),
  ).action(exportList);
}

async function exportList(list: string, { format, out, check, names, json, ...place }: ExportOptions): Promise<void> {
  const id = json && out === undefined ? 'json' : format;
  if (check && out === undefined) throw new UsageError('expected --out with --check: the file to compare with');
  const { text, leftOut } = await textOf(list, id, names ?? false, place);
  if (leftOut.length > 0) process.stderr.write(`Left out, as ${id} does not take them: ${leftOut.join(', ')}\n`);
  if (out === undefined) {
    process.stdout.write(text);
    return;
  }
  const changed = text !== (await readIfThere(out));
  if (changed && !check) await writeFile(out, text);
  if (json) process.stdout.write(`${JSON.stringify({ file: out, changed, written: changed && !check })}\n`);
  else if (changed) process.stdout.write(check ? `${out} would change\n` : `${out} written\n`);
  if (!changed) return;
  process.exitCode = 3;
}

/**
 * Nothing in the text changes with time or with the publication alone, so that a file changes when its entries do. A format
 * that takes nothing but host names gets these.
 */
async function textOf(list: string, id: string, names: boolean, place: Place & RemotePlace) {
  const format = feedFormats.get(id) ?? defaultFormat;
  const view = await askService('reading the list', place, (operator) => operator.list(list));
  const entries = names || format.takes.every((kind) => kind === 'names') ? view.names : [...view.ipv4, ...view.ipv6];
  return formatList(format, { name: list, entries, about: ['ipv4', 'ipv6', 'names'], tags: view.tags });
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
