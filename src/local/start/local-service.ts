import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { createService } from '../../composition-root.ts';
import type { Config } from '../../config/config.ts';
import { ConfigError } from '../../config/issue.ts';
import { loadConfig } from '../../config/load.ts';
import { UsageError } from '../../core/errors.ts';
import type { Ledger } from '../../core/judge/ledger.ts';
import type { Service } from '../../run/service.ts';
import { readSettings, SettingsError, sandboxMark } from '../../run/settings.ts';
import { openStore, type Store } from '../../store/open.ts';
import type { HostLog } from '../host/functions.ts';
import { type Host, startHost } from '../host/start-host.ts';
import { dropConnection, keepAddress, keepConnection, type LocalApi, openLocalApi } from './connection.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import type { StartOptions } from './options.ts';
import { startCommand } from './options.ts';
import { type Servers, startServers } from './servers.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const stopMs = 30_000;

/** Everything that runs while the local service is up. */
export interface LocalService {
  readonly config: Config;
  readonly configFile: string;
  readonly folder: DataFolder;
  readonly servers: Servers;
  readonly store: Store;
  readonly host: Host;
  readonly api: LocalApi;
  /** Why runs cannot continue, if so. */
  fault(): string | undefined;
  /** The service under the settings as they are now, changed by `changes`. */
  service(changes?: NodeJS.ProcessEnv): Promise<Service>;
  ledger(): Promise<Ledger | undefined>;
  /** Ends the host, then the servers; false if something was still running after half a minute. */
  close(): Promise<boolean>;
}

/**
 * Starts the servers and the host over them. Queues and timers wait until they are started.
 * Throws UsageError for options, configs and folders that cannot be used.
 */
export async function openLocalService(options: StartOptions, log: HostLog): Promise<LocalService> {
  const configFile = configFileOf(options);
  const { config } = await readConfig(configFile);
  const folder = await openDataFolder(options.data);
  let servers: Servers | undefined;
  try {
    mustBelong(folder, configFile, config);
    servers = await startServers(options, folder, config);
    const queuePrefix = `${config.instance}-${config.cloud}`.toLowerCase();
    // The functions read their settings from the environment, here as in Azure.
    const sealKey = sealKeyOf(options, folder);
    const settings = {
      AzureWebJobsStorage: servers.storage,
      SERVICE_TAG_SYNC_CONFIG: configFile,
      SERVICE_TAG_SYNC_ARM: servers.arm,
      SERVICE_TAG_SYNC_QUEUES: queuePrefix,
      SERVICE_TAG_SYNC_PAGE_KEY: folder.keys.function,
      ...(sealKey === undefined ? {} : { SERVICE_TAG_SYNC_SEAL_KEY: sealKey }),
      ...(servers.embedded ? { SERVICE_TAG_SYNC_SANDBOX: sandboxMark(servers.arm, servers.storage) } : {}),
    };
    forgetPlaces();
    set(settings);
    // The command line finds us there. A storage account that was given is a secret that is not ours to write down.
    if (folder.kept && options.storage === undefined) await keepConnection(folder.path, settings);
    mustBeUsable();
    const place = { connection: { connectionString: servers.storage }, queuePrefix, now: () => new Date() };
    if (options.storage === undefined) await sealEarlier(folder, { ...place, ...idOf(config) });
    const store = await openStore({ ...place, ...idOf(config) });
    let fault: string | undefined;
    const host = await startHost({
      entry: path.join(root, 'functions/index.ts'),
      port: options.port ?? (options.once || options.dryRun ? 0 : 7071),
      keys: folder.keys,
      env: process.env,
      log,
      gaveUp: (name) => {
        fault = `${name} failed on every attempt; the log above says why`;
      },
      // A person is waiting: half a minute between attempts is for unattended services.
      queues: { retrySeconds: 1 },
    });
    // As in Azure: links of notices lead here.
    set({ WEBSITE_HOSTNAME: new URL(host.url).host });
    if (folder.kept && options.storage === undefined) await keepAddress(folder.path, host.url);
    // From here on its state is that of this config; a dry run leaves none.
    if (folder.kept && !options.dryRun) await folder.setConfig({ file: configFile, ...idOf(config) });
    return localServiceOf({ config, configFile, folder, servers, store, host, fault: () => fault }, log);
  } catch (error) {
    await servers?.close();
    await dropConnection(folder.path);
    await folder.release();
    if (isPortTaken(error))
      throw new UsageError(`Port ${options.port ?? 7071} is taken. Give another one with --port.`);
    throw error;
  }
}

type Opened = Pick<LocalService, 'config' | 'configFile' | 'folder' | 'servers' | 'store' | 'host' | 'fault'>;

function localServiceOf(opened: Opened, log: HostLog): LocalService {
  const { folder, servers, store, host } = opened;
  return {
    ...opened,
    api: openLocalApi(host.url, folder.keys.function),
    service: (changes = {}) =>
      createService({ ...process.env, ...changes }, (message, fields) =>
        log({ level: 'information', message: JSON.stringify({ message, ...fields }) }),
      ),
    ledger: async () => (await store.ledgers.current())?.ledger,
    async close() {
      const stopped = await host.stop(stopMs);
      set({ WEBSITE_HOSTNAME: undefined });
      await servers.save();
      await servers.close();
      await dropConnection(folder.path);
      await folder.release();
      return stopped;
    },
  };
}

/** Sets what the functions read from the environment; undefined takes a setting away. */
export function set(settings: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(settings)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

/** Settings of a shell that would count before the storage, config and publications of this start, or vouch for others. */
function forgetPlaces(): void {
  const places = /^(SERVICE_TAG_SYNC_(STORAGE|FEEDS_STORAGE|CONFIG|SANDBOX|PUBLICATION)|AzureWebJobsStorage)(_|$)/;
  for (const name of Object.keys(process.env)) if (places.test(name)) delete process.env[name];
}

/**
 * What state is sealed with. State in a named storage account belongs to the service that wrote it, and so does its key:
 * that of the shell counts there. A temporary folder would seal it with a key that is gone at the end: there is none then.
 */
export function sealKeyOf(
  { storage }: Pick<StartOptions, 'storage'>,
  { kept, sealKey }: Pick<DataFolder, 'kept' | 'sealKey'>,
  env: NodeJS.ProcessEnv = process.env,
): string | undefined {
  if (storage === undefined) return sealKey;
  return env.SERVICE_TAG_SYNC_SEAL_KEY || (kept ? sealKey : undefined);
}

/**
 * Seals what a version that sealed nothing left in the embedded storage, once. It cannot be told from what another user
 * of the machine wrote there, when the published key opened that storage; what is written from here on can.
 */
export async function sealEarlier(
  folder: Pick<DataFolder, 'unsealed' | 'sealKey' | 'setSealed'>,
  place: Omit<Parameters<typeof openStore>[0], 'seal'>,
): Promise<void> {
  if (!folder.unsealed) return;
  const store = await openStore({ ...place, seal: { keys: [folder.sealKey], acceptUnsealed: true } });
  await store.damage.sealAnew();
  await folder.setSealed();
}

/** Throws UsageError for a setting of the shell that is wrong or missing: the functions would fail with it, one by one. */
function mustBeUsable(): void {
  try {
    readSettings(process.env);
  } catch (error) {
    if (error instanceof SettingsError) throw new UsageError(error.message);
    throw error;
  }
}

function configFileOf({ config }: StartOptions): string {
  if (config !== undefined) return path.resolve(config);
  const own = path.resolve('service-tag-sync.json');
  return existsSync(own) ? own : path.join(root, 'service-tag-sync.example.json');
}

function idOf({ instance, cloud }: Config): Pick<Config, 'instance' | 'cloud'> {
  return { instance, cloud };
}

/** Throws UsageError for a folder with the state of another instance: a second one would continue from the first one's Azure. */
function mustBelong(folder: DataFolder, configFile: string, config: Config): void {
  const own = folder.config;
  if (own === undefined || (own.instance === config.instance && own.cloud === config.cloud)) return;
  throw new UsageError(
    `${folder.path} belongs to instance ${own.instance} (cloud ${own.cloud}) of the config ${own.file}, and ${configFile} is of instance ${config.instance} (cloud ${config.cloud}). Go on with the first one: ${startCommand(folder.path, own.file)}. For the other one give another folder with --data.`,
  );
}

async function readConfig(file: string): ReturnType<typeof loadConfig> {
  try {
    return await loadConfig(file, () => new Date());
  } catch (error) {
    if (error instanceof ConfigError) throw new UsageError(error.message);
    if (error instanceof Error && 'code' in error) {
      throw new UsageError(`Cannot read the config ${file} (${error.code}). Correct --config.`);
    }
    throw error;
  }
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}
