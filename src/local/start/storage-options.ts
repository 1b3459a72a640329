import { readFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { UsageError } from '../../core/errors.ts';
import { isConnectionString } from '../../run/settings.ts';

/** What the storage options of a command were given: at most one of them. */
export interface NamedStorage {
  readonly storage?: string;
  /** The connection string that the file holds. */
  readonly storageFile?: string;
}

/** Gives a command the options that name a storage account; `use` is the beginning of their descriptions. */
export function withStorageOptions(command: Command, use: string, otherwise = ''): Command {
  return command
    .addOption(
      new Option('--storage-file <file>', `${use} whose connection string is in this file${otherwise}`)
        .argParser(connectionStringIn)
        .conflicts('storage'),
    )
    .addOption(
      new Option('--storage <connection>', `${use}: only that of an emulator with the published key`).argParser(
        connectionString,
      ),
    );
}

/** The connection string that the options give; undefined where they name no storage. */
export function storageOf({ storage, storageFile }: NamedStorage): string | undefined {
  return storageFile ?? storage;
}

/**
 * The key of every storage emulator that was given none, as Microsoft publishes it:
 * https://learn.microsoft.com/azure/storage/common/storage-use-azurite#well-known-storage-account-and-key
 */
const publishedKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/**
 * Command lines are seen by every user of a machine, and kept by shells: no secret may be in one. The published key is none.
 * The error is not Commander's, which repeats what was given.
 */
function connectionString(text: string): string {
  mustBeOne(text, '--storage');
  const parts = text.split(';').map((part) => part.trim());
  const secret = parts.find(
    (part) => /^(AccountKey|SharedAccessSignature)=/i.test(part) && !part.endsWith(`=${publishedKey}`),
  );
  if (secret === undefined) return text;
  throw new UsageError(
    `--storage: expected no secret, since every user of this machine can see a command line, got one with ${secret.slice(0, secret.indexOf('='))}. Write the connection string into a file that you alone can read and name that with --storage-file; commands other than npm start also take it from the setting AzureWebJobsStorage.`,
  );
}

function connectionStringIn(file: string): string {
  let text: string;
  try {
    text = readFileSync(file, 'utf8').trim();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new UsageError(
      `--storage-file: expected a file with the connection string of a storage account, got ${error.message}. Correct the path.`,
    );
  }
  mustBeOne(text, `--storage-file ${file}`);
  return text;
}

function mustBeOne(text: string, where: string): void {
  if (isConnectionString(text)) return;
  throw new UsageError(
    `${where}: expected the connection string of a storage account, got another text. Copy it from the account: "AccountName=...;AccountKey=...".`,
  );
}
