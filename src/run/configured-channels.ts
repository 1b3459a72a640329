import type { ChannelConfig } from '../config/config.ts';
import type { Kinds } from '../config/schema.ts';
import type { Notifier, NotifierContext } from '../ports/notifier.ts';
import { resolveSecret } from '../ports/secret.ts';
import type { ConfiguredChannel } from './context.ts';
import type { Log } from './log.ts';

interface ChannelsContext extends Pick<NotifierContext, 'now' | 'answerMs' | 'identityClientId'> {
  /** Where secrets stand. */
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
