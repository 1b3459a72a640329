import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { commandOptions, wholeNumber } from '../command-options.ts';
import { UsageError } from '../core/errors.ts';
import { openPrivateFolder } from './private-folder.ts';

export interface AzuriteOptions {
  /** Key of the account, base64; by default the well-known one, which every local user has. */
  readonly accountKey?: string;
  /** Folder the data is kept in, made if missing; in memory if absent. */
  readonly location?: string;
  /** 0, the default, takes any free port. */
  readonly blobPort?: number;
  readonly queuePort?: number;
  readonly tablePort?: number;
}

export interface Azurite {
  /** Names the real ports, with the emulator's well-known account and the key that was given. */
  readonly connectionString: string;
  /** Stops serving; everything acknowledged is on disk when it resolves. */
  close(): Promise<void>;
}

/**
 * Starts the Storage emulator in this process: silent, no telemetry, on the loopback address only.
 *
 * It uses Azurite's inner classes, because Azurite has no public API: its version is pinned, and a new one is tried
 * with the tests beside this file. Its constructors take their settings by position.
 */
export async function startAzurite(options: AzuriteOptions): Promise<Azurite> {
  if (options.location !== undefined) await mkdir(options.location, { recursive: true });
  const classes = loadClasses();
  const servers = [
    new classes.BlobServer(blobConfiguration(classes, options)),
    new classes.QueueServer(queueConfiguration(classes, options)),
    new classes.TableServer(tableConfiguration(classes, options)),
  ] as const;
  const { accountKey = classes.key.toString('base64') } = options;
  for (const { accountDataStore } of servers) useKey(accountDataStore, classes.account, accountKey);
  const running: Server[] = [];
  const isKept = options.location !== undefined;
  try {
    for (const server of servers) {
      await server.start();
      running.push(server);
    }
  } catch (error) {
    await Promise.all(running.map((server) => closeServer(server, isKept)));
    throw error;
  }
  const [blob, queue, table] = servers.map((server) => `${server.getHttpServerAddress()}/${classes.account}`);
  return {
    connectionString: [
      'DefaultEndpointsProtocol=http',
      `AccountName=${classes.account}`,
      `AccountKey=${accountKey}`,
      `BlobEndpoint=${blob}`,
      `QueueEndpoint=${queue}`,
      `TableEndpoint=${table}`,
    ].join(';'),
    close: async () => {
      await Promise.all(servers.map((server) => closeServer(server, isKept)));
    },
  };
}

/** A LokiJS database, which Azurite writes to disk every five seconds. */
interface Database {
  saveDatabase(done: (error?: unknown) => void): void;
}

/** The accounts of one server: a request is checked against the key that they have when it comes. */
interface Accounts {
  accounts: Readonly<Record<string, { readonly name: string; readonly key1: Buffer }>>;
  /** Takes the accounts of AZURITE_ACCOUNTS, at the start and every minute. */
  refresh(): void;
}

/**
 * Gives one server its key. Azurite's own way, the variable AZURITE_ACCOUNTS, is one for the whole process, and every process
 * that this one starts would have the key.
 */
function useKey(accounts: Accounts, name: string, key: string): void {
  accounts.accounts = { [name]: { name, key1: Buffer.from(key, 'base64') } };
  accounts.refresh = () => undefined;
}

interface Server {
  readonly accountDataStore: Accounts;
  readonly metadataStore: { readonly db: Database };
  readonly extentMetadataStore?: { readonly db: Database };
  start(): Promise<void>;
  close(): Promise<void>;
  getHttpServerAddress(): string;
}

type Construct<T> = new (...settings: readonly unknown[]) => T;

interface Classes {
  readonly BlobServer: Construct<Server>;
  readonly QueueServer: Construct<Server>;
  readonly TableServer: Construct<Server>;
  readonly BlobConfiguration: Construct<object>;
  readonly QueueConfiguration: Construct<object>;
  readonly TableConfiguration: Construct<object>;
  readonly account: string;
  readonly key: Buffer;
}

/** Loaded on the first start only: nothing but the embedded default and the tests pays for it. */
function loadClasses(): Classes {
  const require = createRequire(import.meta.url);
  try {
    require.resolve('azurite/package.json');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) throw error;
    throw new UsageError(
      'expected a storage account, got none, and the storage emulator that stands in for one is not installed beside this program: name the storage with --data, --storage-file or AzureWebJobsStorage, or install the package azurite',
    );
  }
  const inner = (path: string) => require(`azurite/dist/src/${path}`);
  const constants = inner('common/utils/constants.js') as {
    EMULATOR_ACCOUNT_NAME: string;
    EMULATOR_ACCOUNT_KEY: Buffer;
  };
  inner('common/Telemetry.js').AzuriteTelemetryClient.init('', false);
  return {
    BlobServer: inner('blob/BlobServer.js').default,
    QueueServer: inner('queue/QueueServer.js').default,
    TableServer: inner('table/TableServer.js').default,
    BlobConfiguration: inner('blob/BlobConfiguration.js').default,
    QueueConfiguration: inner('queue/QueueConfiguration.js').default,
    TableConfiguration: inner('table/TableConfiguration.js').default,
    account: constants.EMULATOR_ACCOUNT_NAME,
    key: constants.EMULATOR_ACCOUNT_KEY,
  };
}

const host = '127.0.0.1';
const keepAliveSeconds = 5;
/** Debug log, its file, loose mode: off. Then the API version check: off, since the clients may be newer than Azurite. */
const quiet = [false, undefined, false, true] as const;
/** No certificate, key or password, no OAuth, product-style URLs as they are. */
const plain = ['', '', '', undefined, false] as const;

function blobConfiguration(classes: Classes, { location, blobPort = 0 }: AzuriteOptions): object {
  return new classes.BlobConfiguration(
    host,
    blobPort,
    keepAliveSeconds,
    within(location, 'blob.json'),
    within(location, 'blob-extents.json'),
    extents(location, 'blob-extents', 50),
    false,
    undefined,
    ...quiet,
    ...plain,
    location === undefined,
  );
}

function queueConfiguration(classes: Classes, { location, queuePort = 0 }: AzuriteOptions): object {
  return new classes.QueueConfiguration(
    host,
    queuePort,
    keepAliveSeconds,
    within(location, 'queue.json'),
    within(location, 'queue-extents.json'),
    extents(location, 'queue-extents', 1),
    false,
    undefined,
    ...quiet,
    ...plain,
    location === undefined,
  );
}

function tableConfiguration(classes: Classes, { location, tablePort = 0 }: AzuriteOptions): object {
  const [debugLog, ...rest] = quiet;
  return new classes.TableConfiguration(
    host,
    tablePort,
    keepAliveSeconds,
    within(location, 'table.json'),
    debugLog,
    false,
    undefined,
    ...rest,
    ...plain,
    location === undefined,
  );
}

function within(location: string | undefined, name: string): string {
  return location === undefined ? name : join(location, name);
}

function extents(location: string | undefined, folder: string, maxConcurrency: number): readonly object[] {
  return [{ locationId: 'Default', locationPath: within(location, folder), maxConcurrency }];
}

/**
 * Azurite's own close does not wait for a save that is under way: a last one queues behind it. In memory there is nothing to
 * save, and a save would make one string of everything, each byte of a blob as a number: more than a string can hold.
 */
async function closeServer(server: Server, isKept: boolean): Promise<void> {
  await server.close();
  if (!isKept) return;
  await Promise.all(
    [server.metadataStore.db, server.extentMetadataStore?.db]
      .filter((db) => db !== undefined)
      .map(
        (db) =>
          new Promise<void>((resolve, reject) => {
            db.saveDatabase((error) => (error ? reject(error) : resolve()));
          }),
      ),
  );
}

/** A key for an account of its own, base64, as long as those of Azure. */
export function newAccountKey(): string {
  return randomBytes(64).toString('base64');
}

const keyFile = 'account-key';
const files = ['blob.json', 'blob-extents.json', 'blob-extents', 'queue.json', 'queue-extents.json', 'queue-extents'];

/** The key that a folder keeps: a service that is started again goes on with the connection string it has. */
async function accountKeyIn(location: string): Promise<string> {
  await openPrivateFolder(location, [keyFile, ...files, 'table.json']);
  const file = join(location, keyFile);
  try {
    await writeFile(file, `${newAccountKey()}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    // Of an earlier start.
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  return (await readFile(file, 'utf8')).trim();
}

/**
 * The Storage emulator as a process of its own, for a service that is killed and started again:
 * `npm -s run azurite -- --location DIR [--blob-port N] [--queue-port N] [--table-port N]`. Prints one line,
 * `{"connectionString": ...}`, and lives until SIGTERM or SIGINT; then everything is on disk.
 */
if (import.meta.main) {
  const usage = `npm -s run azurite -- [--location DIR] [--blob-port N] [--queue-port N] [--table-port N]
  The storage emulator, in memory unless it has a location. Prints its connection string and runs until Ctrl+C. The key in
  it is random; a location keeps it. Give it to a service as AzureWebJobsStorage, or in a file with --storage-file.`;
  const values = commandOptions(usage, {
    location: { type: 'string' },
    'blob-port': { type: 'string', default: '0' },
    'queue-port': { type: 'string', default: '0' },
    'table-port': { type: 'string', default: '0' },
  });
  const ports = {
    blobPort: wholeNumber('--blob-port', values['blob-port'], 65_535),
    queuePort: wholeNumber('--queue-port', values['queue-port'], 65_535),
    tablePort: wholeNumber('--table-port', values['table-port'], 65_535),
  };
  process.umask(0o077);
  const { location } = values;
  try {
    const accountKey = location === undefined ? newAccountKey() : await accountKeyIn(location);
    const azurite = await startAzurite({ ...(location === undefined ? {} : { location }), accountKey, ...ports });
    process.stdout.write(`${JSON.stringify({ connectionString: azurite.connectionString })}\n`);
    await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
    await azurite.close();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 2;
  }
}
