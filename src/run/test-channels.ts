import { faultOf } from '../core/errors.ts';
import { linksOf } from '../messages/links.ts';
import { NotifierError } from '../ports/notifier.ts';
import { SecretError } from '../ports/secret.ts';
import type { RunContext } from './context.ts';
import { placesOf } from './notice-places.ts';
import { type ChannelTest, RequestError } from './service.ts';

/** Sends a test message to channels, at once and past the outbox; all of them if none is named. */
export async function testChannels(
  context: RunContext,
  ids: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<ChannelTest[]> {
  const unknown = ids?.filter((id) => !context.channels.has(id)) ?? [];
  if (unknown.length > 0) {
    const known = [...context.channels.keys()].join(', ') || 'none, because the config has no channels';
    throw new RequestError(
      `expected channel ids out of ${known}; got ${unknown.map((id) => JSON.stringify(id)).join(', ')}`,
    );
  }
  const channels = [...context.channels.values()].filter(({ id }) => ids === undefined || ids.includes(id));
  const { instance, cloud } = context.loaded.config;
  const places = placesOf(context);
  return Promise.all(
    channels.map(async ({ id, kind, open }): Promise<ChannelTest> => {
      const at = context.now().toISOString();
      try {
        const notice = {
          key: 'test',
          kind: 'test',
          severity: 'ok',
          headline: `this is a test message for the channel ${id}. Nothing to do.`,
          lines: ['It was requested to check whether notices arrive here. They do.'],
          at,
          lists: [],
          targets: [],
          links: linksOf([], 'test', { places }),
          runbook: 'test',
          ranges: [],
          about: [],
          ends: [],
        } as const;
        await (await open()).send({ id: `test-${context.newRunId()}`, instance, cloud, notice }, signal);
        return { channel: id, kind, ok: true, text: 'taken by the receiver' };
      } catch (error) {
        const known = error instanceof NotifierError || error instanceof SecretError;
        const text = known ? error.message : `it failed in an unexpected way (${faultOf(error)})`;
        return { channel: id, kind, ok: false, text };
      }
    }),
  );
}
