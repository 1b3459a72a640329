import { stat } from 'node:fs/promises';
import type { ChannelConfig } from '../config/config.ts';
import type { LoadedConfig } from '../config/parse.ts';
import type { Kinds } from '../config/schema.ts';
import type { Notifier, NotifierContext } from '../ports/notifier.ts';
import { resolveSecret, type SecretRef } from '../ports/secret.ts';
import type { Source } from '../ports/source.ts';
import { folder } from '../sources/folder.ts';
import { readPublicationFile } from '../sources/publication-files.ts';
import type { ConfiguredChannel, Log } from './context.ts';
import type { Settings } from './settings.ts';

interface ChannelsContext extends Pick<NotifierContext, 'now' | 'answerMs' | 'identityClientId'> {
  /** Holds the secrets. */
  readonly env: NodeJS.ProcessEnv;
  readonly log: Log;
}

/** The config's channels, by id. Nothing is opened and no secret is read yet. */
export function configuredChannels(
  channels: Readonly<Record<string, ChannelConfig>>,
  kinds: Pick<Kinds, 'notifiers'>,
  { env, log, ...context }: ChannelsContext,
): Map<string, ConfiguredChannel> {
  return new Map(
    Object.entries(channels).map(([id, { kind, only, quietHours, settings }]) => {
      const definition = kinds.notifiers.find((one) => one.kind === kind);
      if (!definition) throw new Error(`channel ${id} is of kind ${kind}, which this version does not know`);
      let opened: Promise<Notifier> | undefined;
      const open = () => {
        opened ??= definition.open(settings, {
          ...context,
          secret: (ref) => resolveSecret(ref, env),
          log: (message, fields) => log(message, { channel: id, ...fields }),
        });
        return opened;
      };
      return [id, { id, kind, only, ...(quietHours ? { quietHours } : {}), open }];
    }),
  );
}

/** The configured source, or what the settings put in its place: one file, or a folder, whose newest file counts in each run. */
export async function configuredSource(
  settings: Settings,
  { config }: LoadedConfig,
  kinds: Kinds,
  env: NodeJS.ProcessEnv,
): Promise<Source> {
  const secret = (ref: SecretRef): string => resolveSecret(ref, env);
  const context = { cloud: config.cloud, now: settings.now, secret };
  const { publication } = settings;
  if (publication && (await isFolder(publication.path))) return folder.open({ path: publication.path }, context);
  if (publication) {
    return {
      async *candidates() {
        yield await readPublicationFile(publication.path, publication.via, context);
      },
    };
  }
  const { kind, settings: own } = config.source;
  const definition = kinds.sources.find((one) => one.kind === kind);
  if (!definition) throw new Error(`the source is of kind ${kind}, which this version does not know`);
  return definition.open(own, context);
}

/** What cannot be looked at is no folder: reading it says why. */
async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
