import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { commandOptions, wholeNumber } from '../command-options.ts';

export interface AzuriteOptions {
  /** Folder the data is kept in, made if missing; in memory if absent. */
  readonly location?: string;
  /** 0, the default, takes any free port. */
  readonly blobPort?: number;
  readonly queuePort?: number;
  readonly tablePort?: number;
}

interface Azurite {
  /** Names the real ports, with the emulator's well-known account and key. */
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
  const running: Server[] = [];
  try {
    for (const server of servers) {
      await server.start();
      running.push(server);
    }
  } catch (error) {
    await Promise.all(running.map(closeServer));
    throw error;
  }
  const [blob, queue, table] = servers.map((server) => `${server.getHttpServerAddress()}/${classes.account}`);
  return {
    connectionString: [
      'DefaultEndpointsProtocol=http',
      `AccountName=${classes.account}`,
      `AccountKey=${classes.key.toString('base64')}`,
      `BlobEndpoint=${blob}`,
      `QueueEndpoint=${queue}`,
      `TableEndpoint=${table}`,
    ].join(';'),
    close: async () => {
      await Promise.all(servers.map(closeServer));
    },
  };
}

/** A LokiJS database, which Azurite writes to disk every five seconds. */
interface Database {
  saveDatabase(done: (error?: unknown) => void): void;
}

interface Server {
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

/** Azurite's own close does not wait for a save that is under way: a last one queues behind it. */
async function closeServer(server: Server): Promise<void> {
  await server.close();
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

/** Host names of this machine in the addresses of embedded servers. */
const loopback = ['127.0.0.1', 'localhost'];

/**
 * Keeps requests to embedded servers off a proxy: the Azure SDK sends also plain HTTP to HTTPS_PROXY, and what was meant
 * for this machine would leave it. Both spellings, since each client reads another one first.
 */
export function keepLoopbackDirect(env: NodeJS.ProcessEnv = process.env): void {
  const known = (env.no_proxy ?? env.NO_PROXY ?? '').split(',').filter((host) => host.trim() !== '');
  const hosts = [...known, ...loopback.filter((host) => !known.includes(host))].join(',');
  env.NO_PROXY = hosts;
  env.no_proxy = hosts;
}

/**
 * The Storage emulator as a process of its own, for a service that is killed and started again:
 * `npm -s run azurite -- --location DIR [--blob-port N] [--queue-port N] [--table-port N]`. Prints one line,
 * `{"connectionString": ...}`, and lives until SIGTERM or SIGINT; then everything is on disk.
 */
if (import.meta.main) {
  const usage = `npm -s run azurite -- [--location DIR] [--blob-port N] [--queue-port N] [--table-port N]
  The storage emulator, in memory unless it has a location. Prints its connection string and runs until Ctrl+C.`;
  const values = commandOptions(usage, {
    location: { type: 'string' },
    'blob-port': { type: 'string', default: '0' },
    'queue-port': { type: 'string', default: '0' },
    'table-port': { type: 'string', default: '0' },
  });
  const options: AzuriteOptions = {
    ...(values.location === undefined ? {} : { location: values.location }),
    blobPort: wholeNumber('--blob-port', values['blob-port'], 65_535),
    queuePort: wholeNumber('--queue-port', values['queue-port'], 65_535),
    tablePort: wholeNumber('--table-port', values['table-port'], 65_535),
  };
  const azurite = await startAzurite(options);
  process.stdout.write(`${JSON.stringify({ connectionString: azurite.connectionString })}\n`);
  await Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  await azurite.close();
}
