import { type Addressed, addressOf } from '../ports/queues.ts';
import type { RunContext } from './context.ts';
import { announce } from './enqueue-notices.ts';

/** How long a message that was put back stays invisible, so that its own service finds it first. */
const returnSeconds = 30;
/** From then on nobody seems to be there whose message it is: it goes to the poison queue, where an alert tells of it. */
const maxReturns = 20;

/** Thrown for a message of another service that was put back again and again. */
class ForeignMessageError extends Error {
  override name = 'ForeignMessageError';
}

/**
 * Works on a message that is for this instance and cloud, or for nobody by name (an older version sent it). One of another
 * service is never worked on: it is put back for that one, and the channels are told, once for each such service.
 */
export async function workOurs<M extends Addressed>(
  context: RunContext,
  queue: { send(message: M, delaySeconds?: number): Promise<void> },
  message: M,
  work: () => Promise<void>,
): Promise<void> {
  const own = addressOf(context.loaded.config);
  const { for: other, returned = 0 } = message;
  if (other === undefined || other === own) return work();
  context.log('a message of another service is in our queue: two apps have the same SERVICE_TAG_SYNC_QUEUES', {
    own,
    other,
    returned,
  });
  if (returned >= maxReturns) {
    throw new ForeignMessageError(
      `expected a message for ${own}, got one for ${other}, put back ${returned} times: give each app on this storage account a SERVICE_TAG_SYNC_QUEUES of its own; if ${other} is no more, delete the message`,
    );
  }
  await queue.send({ ...message, returned: returned + 1 }, returnSeconds);
  const event = { kind: 'queues-shared', other } as const;
  await announce(context, `queues-shared-${other}`, [event], context.now().toISOString());
}
