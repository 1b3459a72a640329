import { randomBytes } from 'node:crypto';
import { knownKinds } from './config/load.ts';
import type { LoadedConfig } from './config/parse.ts';
import type { Kinds } from './config/schema.ts';
import type { Check } from './doctor/check.ts';
import { type FeedMemory, feedMemoryOf } from './feeds/feed-memory.ts';
import { type FeedServer, makeFeedServer } from './feeds/feed-server.ts';
import { type ImportedHistory, importHistory, type OnFile } from './operator/commands/import-history.ts';
import { makeOperator } from './operator/open.ts';
import type { Operator } from './operator/operator.ts';
import type { Discovery } from './ports/source.ts';
import type { Configs } from './ports/store.ts';
import type { Target, TargetDefinition } from './ports/target.ts';
import { configuredChannels, configuredSource } from './run/configured.ts';
import type { ConfiguredTarget, RunContext } from './run/context.ts';
import { type Log, logLine } from './run/context.ts';
import { keepConfig } from './run/keep-config.ts';
import { makeService } from './run/make-service.ts';
import { parseOther } from './run/other-config.ts';
import { type ConfigRead, readConfig } from './run/read-config.ts';
import { confineMadeUp, confineService } from './run/sandbox.ts';
import { secretFaultsOf } from './run/secrets.ts';
import type { Service } from './run/service.ts';
import { readSettings, type Settings } from './run/settings.ts';
import type { Backup } from './store/backup.ts';
import { openConfigs } from './store/blobs.ts';
import type { connectStorage } from './store/connect.ts';
import { openStore, type Store } from './store/open.ts';

export { settleFeeds } from './feeds/feed-memory.ts';
export type { Backup } from './store/backup.ts';

/**
 * Opens the service from the environment's settings: the only place that knows every folder. Settings and config are
 * read anew for each invocation, because nothing in memory is shared between the functions of an app. Other `kinds` are for
 * trying out one that has no line in its index yet; another `connect` reaches another Storage.
 */
export async function createService(
  env: NodeJS.ProcessEnv = process.env,
  log: Log = logLine,
  kinds: Kinds = knownKinds,
  connect?: typeof connectStorage,
): Promise<Service> {
  const settings = readSettings(env);
  const context = await createContext(env, log, kinds, connect);
  const confined = confineMadeUp(context, settings);
  const { testChannels } = makeService(context);
  return confineService({ ...makeService(confined), testChannels }, confined, settings);
}

/** Opens what people ask and decide with, in the same way. */
export async function createOperator(
  env: NodeJS.ProcessEnv = process.env,
  log: Log = logLine,
  kinds: Kinds = knownKinds,
  connect?: typeof connectStorage,
): Promise<Operator> {
  const context = await createContext(env, log, kinds, connect);
  return makeOperator(context, undefined, confineMadeUp(context, readSettings(env)));
}

/** Opens the service and looks at everything it depends on; with `channels` every channel gets a test message. */
export async function createDoctor(env: NodeJS.ProcessEnv, channels: boolean, signal: AbortSignal): Promise<Check[]> {
  const heard = new Map<string, { readonly message: string; readonly fields: object }[]>();
  const listen: Log = (message, fields = {}) => {
    const { target } = fields;
    if (typeof target === 'string') heard.set(target, [...(heard.get(target) ?? []), { message, fields }]);
  };
  const settings = readSettings(env);
  const context = await createContext(env, listen);
  const { cloud } = context.loaded.config;
  const [{ ArmClient }, { armCloud }, { examine }, { dateAt }] = await Promise.all([
    import('./azure/arm/arm-client.ts'),
    import('./azure/arm/clouds.ts'),
    import('./doctor/examine.ts'),
    import('./network/outgoing.ts'),
  ]);
  return examine(
    {
      context,
      channels,
      heard,
      from: { env, signIn: settings.easyAuth },
      async readArm(path, identity, stop) {
        const subscriptionId = path.split('/')[2] ?? '';
        const own = identity === 'app' ? {} : identityOf(settings, identity);
        const arm = await ArmClient.open({ cloud, subscriptionId, ...armOf(settings), ...own });
        return arm.read(path, stop, path);
      },
      clock: (stop) => dateAt(settings.armEndpoint ?? armCloud(cloud).endpoint, stop),
    },
    signal,
  );
}

/** Everything that the configured instance keeps, as lines of a backup; and the way back, into an empty place. */
export async function createBackup(env: NodeJS.ProcessEnv): Promise<Backup> {
  const settings = readSettings(env);
  const { loaded } = await readConfig(
    settings,
    await openConfigs(settings.storage, settings.queuePrefix, settings.seal),
  );
  const { instance, cloud } = loaded.config;
  const { exportScope, importScope } = await import('./store/backup.ts');
  const options = { connection: settings.storage, queuePrefix: settings.queuePrefix, scope: { instance, cloud } };
  return { take: () => exportScope(options, settings.now()), restore: (lines) => importScope(options, lines) };
}

/** Keeps the publications of a folder for answers about the past. */
export async function createHistoryImport(
  env: NodeJS.ProcessEnv,
): Promise<(folder: string, onFile: OnFile) => Promise<ImportedHistory>> {
  const context = await createContext(env, () => {});
  return (folder, onFile) => importHistory(context, folder, onFile);
}

/** Opens what firewalls that pull ask. Config and lists are read once a minute at most: a fleet pulls at the same time. */
export async function createFeedServer(
  env: NodeJS.ProcessEnv = process.env,
  log: Log = logLine,
  memory: FeedMemory = feedMemoryOf(env),
): Promise<FeedServer> {
  const context = await memory.context.get(() => createContext(env, log));
  return makeFeedServer({ ...context, log }, env, memory);
}

/** Everything the stages of a run work with, opened from the environment's settings. */
export async function createContext(
  env: NodeJS.ProcessEnv,
  log: Log,
  kinds: Kinds = knownKinds,
  connect?: typeof connectStorage,
): Promise<RunContext> {
  const settings = readSettings(env);
  const configsIn = (storage: Settings['storage']) =>
    openConfigs(storage, settings.queuePrefix, settings.seal, connect);
  const configs = await configsIn(settings.storage);
  const feedConfigs = settings.feedsStorage && (await configsIn(settings.feedsStorage));
  const read = await readConfig(settings, configs, kinds);
  if (read.refused) log('config refused, the last good one is in force', { from: read.refused.from });
  const parts = { ...read, configs, kinds, ...(feedConfigs ? { feedConfigs } : {}) };
  return partsOf(settings, parts, await storeOf(settings, read.loaded, connect), log, env);
}

/** `20240115t120000123` in UTC. */
function compact(time: Date): string {
  return time
    .toISOString()
    .replace(/[-:.Z]/g, '')
    .toLowerCase();
}

function storeOf(
  settings: Settings,
  { config }: LoadedConfig,
  connect: typeof connectStorage | undefined,
): Promise<Store> {
  return openStore({
    ...(connect === undefined ? {} : { connect }),
    connection: settings.storage,
    instance: config.instance,
    cloud: config.cloud,
    queuePrefix: settings.queuePrefix,
    now: settings.now,
    ...(settings.records === undefined ? {} : { records: settings.records }),
    ...(settings.feedsStorage === undefined ? {} : { feeds: settings.feedsStorage }),
    ...(settings.seal === undefined ? {} : { seal: settings.seal }),
  });
}

function partsOf(
  settings: Settings,
  read: ConfigRead & { readonly configs: Configs; readonly kinds: Kinds; readonly feedConfigs?: Configs },
  store: Store,
  log: Log,
  env: NodeJS.ProcessEnv,
): RunContext {
  const { now } = settings;
  const { loaded, refused, configs, feedConfigs, kinds } = read;
  const source = () => configuredSource(settings, loaded, kinds, env);
  return {
    ...store,
    loaded,
    ...(refused ? { refusedConfig: refused } : {}),
    keepConfig: () =>
      keepConfig(
        {
          configs,
          ...(feedConfigs ? { feedConfigs } : {}),
          ...(settings.configBlob === undefined ? {} : { blob: settings.configBlob }),
          authors: store.configAuthors,
        },
        read,
        now(),
      ),
    reconfigured: (other) => {
      const next = parseOther(other, loaded, kinds, now());
      const context = partsOf(settings, { ...read, loaded: next, text: other }, store, log, env);
      // Where publications come from stays: a dry run must not let its caller send the app to any address.
      return { ...context, source, ...discoveryOf(settings, loaded) };
    },
    targets: configuredTargets(settings, read, store, log),
    ...(settings.ownUrl === undefined ? {} : { ownUrl: settings.ownUrl }),
    channels: configuredChannels(loaded.config.channels, kinds, {
      env,
      log,
      now,
      ...(settings.identityClientId === undefined ? {} : { identityClientId: settings.identityClientId }),
    }),
    secretFaults: () => secretFaultsOf(loaded.config, env),
    source,
    readRegistry: async (resourceId, signal) => {
      const { readRegistry } = await import('./acr/read-registry.ts');
      return readRegistry(resourceId, { cloud: loaded.config.cloud, ...armOf(settings) }, signal);
    },
    ...discoveryOf(settings, loaded),
    now,
    random: Math.random,
    newRunId: () => `${compact(now()).slice(0, 15)}z-${randomBytes(4).toString('hex')}`,
    newDecisionId: () => `${compact(new Date())}z-${randomBytes(4).toString('hex')}`,
    log,
  };
}

function configuredTargets(
  settings: Settings,
  { loaded: { config }, kinds }: { readonly loaded: LoadedConfig; readonly kinds: Kinds },
  { feeds, operationsOf }: Store,
  log: Log,
): Map<string, ConfiguredTarget> {
  const configured = new Map<string, ConfiguredTarget>();
  for (const [id, target] of Object.entries(config.targets)) {
    const definition = kinds.targets.find(({ kind }) => kind === target.kind);
    if (!definition) throw new Error(`target ${id} is of kind ${target.kind}, which this version does not know`);
    const mark = `${config.instance}/${id}`;
    let opened: Promise<Target> | undefined;
    configured.set(id, {
      id,
      definition,
      mark,
      lane: definition.lane(target.settings),
      ...sharedLaneOf(definition, target.settings),
      open: () => {
        opened ??= definition.open(target.settings, {
          mark,
          cloud: config.cloud,
          feeds,
          operations: operationsOf(id),
          log: (message, fields) => log(message, { target: id, ...fields }),
          ...armOf(settings),
          ...identityOf(settings, target.identity),
        });
        return opened;
      },
    });
  }
  return configured;
}

function sharedLaneOf(definition: TargetDefinition, settings: object): { sharedLane?: string } {
  const sharedLane = definition.sharedLane?.(settings);
  return sharedLane === undefined ? {} : { sharedLane };
}

/** The identity that a target asks for by name; nothing if it asks for none, or if ARM is a simulated one. */
function identityOf({ armEndpoint, identityNamed }: Settings, name: string | undefined): { identityClientId?: string } {
  if (name === undefined || armEndpoint?.startsWith('http:')) return {};
  return { identityClientId: identityNamed(name) };
}

/** Where ARM answers and who asks it. */
function armOf({ armEndpoint, identityClientId }: Settings): { armEndpoint?: string; identityClientId?: string } {
  return {
    ...(armEndpoint === undefined ? {} : { armEndpoint }),
    ...(identityClientId === undefined ? {} : { identityClientId }),
  };
}

/** The SDK behind it is loaded when it is asked for the first time. */
function discoveryOf(settings: Settings, { config }: LoadedConfig): { discovery?: Discovery } {
  const { api } = config.crossCheck;
  if (!api) return {};
  const options = {
    cloud: config.cloud,
    subscriptionId: api.subscriptionId,
    ...(settings.armEndpoint === undefined ? {} : { armEndpoint: settings.armEndpoint }),
    ...(settings.identityClientId === undefined ? {} : { identityClientId: settings.identityClientId }),
  };
  return {
    discovery: {
      async read(signal) {
        const { openDiscovery } = await import('./azure/discovery.ts');
        return openDiscovery(options, api.location).read(signal);
      },
    },
  };
}
