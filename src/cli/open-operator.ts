import path from 'node:path';
import type { Command } from 'commander';
import type { LoadedConfig } from '../config/parse.ts';
import { UsageError } from '../core/errors.ts';
import { type NamedStorage, storageOf, webAddress, withStorageOptions } from '../local/start/options.ts';
import type { Operator } from '../operator/operator.ts';
import { logLine } from '../run/context.ts';
import type { RemoteOperator } from './remote-operator.ts';
import { type RemotePlace, remoteOf } from './remote-place.ts';
import { waitingFor } from './waiting.ts';

/** The service that a command addresses. */
export interface Place extends NamedStorage {
  readonly data?: string;
  readonly config?: string;
  readonly arm?: string;
  readonly verbose?: boolean;
}

/** Gives a command the options by which openOperator() finds the service. */
export function withPlace(command: Command): Command {
  const placed = command
    .option('--data <dir>', 'the local service that is up over this folder (npm start -- --data DIR)')
    .option('--config <file>', 'its config (default: SERVICE_TAG_SYNC_CONFIG, else ./service-tag-sync.json)')
    .option('--arm <url>', 'its Resource Manager (default: SERVICE_TAG_SYNC_ARM, else that of the cloud)', webAddress)
    .option('--verbose', 'log to stderr');
  return withStorageOptions(placed, 'its storage account', ' (default: AzureWebJobsStorage)');
}

/** Opens the operator API of a place: of a deployed service over HTTP, else from its storage. */
export async function openOperator(
  place: Place & RemotePlace,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Operator> {
  const remote = await openRemote(place, env);
  if (remote !== undefined) return remote;
  const settings = await storedSettingsOf(place, env);
  const { createOperator } = await import('../composition-root.ts');
  return createOperator(settings, place.verbose ? logLine : () => {});
}

/** Opens the service and asks it; a terminal sees what is waited for. */
export function askService<T>(
  what: string,
  place: Place & RemotePlace,
  ask: (operator: Operator) => Promise<T>,
): Promise<T> {
  return waitingFor(what, openOperator(place).then(ask));
}

/** The operator API of a deployed service; undefined where a command addresses storage. */
export async function openRemote(
  place: Place & RemotePlace,
  env: NodeJS.ProcessEnv = process.env,
): Promise<RemoteOperator | undefined> {
  const remote = await remoteOf(place, env);
  if (remote === undefined) return undefined;
  const [{ openApi }, { remoteOperator }] = await Promise.all([
    import('./api-client.ts'),
    import('./remote-operator.ts'),
  ]);
  return remoteOperator(openApi(remote));
}

/** The settings of a place: those of the environment, those of a local service over them, and options over both. */
export async function settingsOf(place: Place, env: NodeJS.ProcessEnv = process.env): Promise<NodeJS.ProcessEnv> {
  const settings: NodeJS.ProcessEnv = { ...env };
  if (place.data !== undefined) {
    const { readConnection } = await import('../local/start/connection.ts');
    const connection = await readConnection(place.data);
    forget(settings, ['SERVICE_TAG_SYNC_CONFIG', 'SERVICE_TAG_SYNC_STORAGE', 'SERVICE_TAG_SYNC_FEEDS_STORAGE']);
    Object.assign(settings, connection);
  }
  if (place.config !== undefined) {
    forget(settings, ['SERVICE_TAG_SYNC_CONFIG']);
    settings.SERVICE_TAG_SYNC_CONFIG = path.resolve(place.config);
  }
  const storage = storageOf(place);
  if (storage !== undefined) {
    forget(settings, ['SERVICE_TAG_SYNC_STORAGE']);
    settings.AzureWebJobsStorage = storage;
  }
  if (place.arm !== undefined) settings.SERVICE_TAG_SYNC_ARM = place.arm;
  return settings;
}

/**
 * The same for a command that needs a service: over no storage at all there is none. Throws UsageError, which begins with what
 * most people have.
 */
export async function storedSettingsOf(place: Place, env: NodeJS.ProcessEnv = process.env): Promise<NodeJS.ProcessEnv> {
  const settings = await settingsOf(place, env);
  if (namesStorage(settings)) return settings;
  throw new UsageError(
    'no service is named: expected --data DIR, the folder of the local service (npm start -- --data DIR), or --url https://<app> of a deployed one where the command takes it. The storage of a service will do too: --storage-file FILE, AzureWebJobsStorage (a connection string), or AzureWebJobsStorage__tableServiceUri, __blobServiceUri and __queueServiceUri',
  );
}

function namesStorage(settings: NodeJS.ProcessEnv): boolean {
  return ['AzureWebJobsStorage', 'SERVICE_TAG_SYNC_STORAGE'].some(
    (name) => settings[name] || settings[`${name}__tableServiceUri`],
  );
}

/** Drops a setting with everything that begins with its name: it would override the option of the command. */
function forget(settings: NodeJS.ProcessEnv, names: readonly string[]): void {
  for (const name of Object.keys(settings)) {
    if (names.some((one) => name === one || name.startsWith(`${one}_`))) delete settings[name];
  }
}

/** A config that a command names. Throws ConfigError for its problems, UsageError if it cannot be read. */
export async function readConfigFile(file: string): Promise<LoadedConfig> {
  const { loadConfig } = await import('../config/load.ts');
  try {
    return await loadConfig(file, () => new Date());
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    throw new UsageError(
      `expected a config, got no file that can be read at ${file} (${error.code}): name another one, or write a first one with \`npm run -s cli -- init\``,
    );
  }
}

/** Settings with storage: without one, an empty storage in memory until `close`. */
export async function withStorage(
  settings: NodeJS.ProcessEnv,
): Promise<{ readonly settings: NodeJS.ProcessEnv; readonly made: boolean; close(): Promise<void> }> {
  if (namesStorage(settings)) return { settings, made: false, close: async () => undefined };
  const [{ alignProxySettings }, { newAccountKey, startAzurite }] = await Promise.all([
    import('../network/proxy-settings.ts'),
    import('../local/azurite.ts'),
  ]);
  alignProxySettings();
  const azurite = await startAzurite({ accountKey: newAccountKey() });
  return {
    settings: { ...settings, AzureWebJobsStorage: azurite.connectionString },
    made: true,
    close: () => azurite.close(),
  };
}
