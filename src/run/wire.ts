import { randomBytes } from 'node:crypto';
import { knownKinds, loadConfig } from '../config/load.ts';
import type { LoadedConfig } from '../config/parse.ts';
import type { Discovery } from '../ports/discovery.ts';
import type { Source } from '../ports/source.ts';
import type { Target } from '../ports/target.ts';
import { readPublicationFile } from '../sources/read-publication-file.ts';
import { openStore, type Store } from '../store/open.ts';
import { configuredChannels } from './configured-channels.ts';
import type { Desk } from './desk.ts';
import { type Log, logLine } from './log.ts';
import { makeDesk } from './make-desk.ts';
import { makeService } from './make-service.ts';
import type { ConfiguredTarget, Parts } from './parts.ts';
import type { Service } from './service.ts';
import { readSettings, type Settings } from './settings.ts';

/**
 * Opens the service from the environment's settings: the only place that knows every folder. Settings and config are
 * read anew for each invocation, because nothing in memory is shared between the functions of an app.
 */
export async function wire(env: NodeJS.ProcessEnv = process.env, log: Log = logLine): Promise<Service> {
  return makeService(await openParts(env, log));
}

/** Opens the desk, in the same way. */
export async function wireDesk(env: NodeJS.ProcessEnv = process.env, log: Log = logLine): Promise<Desk> {
  return makeDesk(await openParts(env, log));
}

async function openParts(env: NodeJS.ProcessEnv, log: Log): Promise<Parts> {
  const settings = readSettings(env);
  const loaded = await configOf(settings);
  return partsOf(settings, loaded, await storeOf(settings, loaded), log, env);
}

/** Reads and checks the config that the settings name. Throws ConfigError, or an error that names the file. */
async function configOf({ configFile, now }: Settings): Promise<LoadedConfig> {
  try {
    return await loadConfig(configFile, now);
  } catch (error) {
    if (!(error instanceof Error) || !('syscall' in error)) throw error;
    const text = `cannot read the config ${configFile} (${error.message}): set SERVICE_TAG_SYNC_CONFIG to its path`;
    throw new Error(text, { cause: error });
  }
}

/** `20240115t120000123` in UTC. */
function compact(time: Date): string {
  return time
    .toISOString()
    .replace(/[-:.Z]/g, '')
    .toLowerCase();
}

function storeOf(settings: Settings, { config }: LoadedConfig): Promise<Store> {
  return openStore({
    connection: settings.storage,
    instance: config.instance,
    cloud: config.cloud,
    queuePrefix: settings.queuePrefix,
    now: settings.now,
  });
}

function partsOf(settings: Settings, loaded: LoadedConfig, store: Store, log: Log, env: NodeJS.ProcessEnv): Parts {
  const { now } = settings;
  return {
    ...store,
    loaded,
    targets: configuredTargets(settings, loaded, log),
    channels: configuredChannels(loaded.config.channels, {
      env,
      log,
      now,
      ...(settings.identityClientId === undefined ? {} : { identityClientId: settings.identityClientId }),
    }),
    source: () => sourceOf(settings, loaded),
    ...discoveryOf(settings, loaded),
    now,
    random: Math.random,
    newRunId: () => `${compact(now()).slice(0, 15)}z-${randomBytes(4).toString('hex')}`,
    newWordId: () => `${compact(new Date())}z-${randomBytes(4).toString('hex')}`,
    log,
  };
}

function configuredTargets(settings: Settings, { config }: LoadedConfig, log: Log): Map<string, ConfiguredTarget> {
  const configured = new Map<string, ConfiguredTarget>();
  for (const [id, target] of Object.entries(config.targets)) {
    const definition = knownKinds.targets.find(({ kind }) => kind === target.kind);
    if (!definition) throw new Error(`target ${id} is of kind ${target.kind}, which this version does not know`);
    const mark = `${config.instance}/${id}`;
    let opened: Promise<Target> | undefined;
    configured.set(id, {
      id,
      definition,
      mark,
      lane: definition.lane(target.settings),
      open: () => {
        opened ??= definition.open(target.settings, {
          mark,
          cloud: config.cloud,
          log: (message, fields) => log(message, { target: id, ...fields }),
          ...(settings.armEndpoint === undefined ? {} : { armEndpoint: settings.armEndpoint }),
          ...(settings.identityClientId === undefined ? {} : { identityClientId: settings.identityClientId }),
        });
        return opened;
      },
    });
  }
  return configured;
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
        const { openDiscovery } = await import('../azure/discovery.ts');
        return openDiscovery(options, api.location).read(signal);
      },
    },
  };
}

/** The configured source, or the one file that the settings put in its place. */
async function sourceOf(settings: Settings, { config }: LoadedConfig): Promise<Source> {
  const context = { cloud: config.cloud, now: settings.now };
  const { publication } = settings;
  if (publication) {
    const read = () => readPublicationFile(publication.path, publication.via, context);
    return {
      fetch: read,
      async *candidates() {
        yield await read();
      },
    };
  }
  const { kind, settings: own } = config.source;
  const definition = knownKinds.sources.find((one) => one.kind === kind);
  if (!definition) throw new Error(`the source is of kind ${kind}, which this version does not know`);
  return definition.open(own, context);
}
