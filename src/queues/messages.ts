import { z } from 'zod';
import type { LaneMessage } from '../ports/queues.ts';
import type { DeliveryMessage, RunMessage } from '../run/service.ts';

const addressed = { for: z.string().min(1).exactOptional(), returned: z.int().nonnegative().exactOptional() };

const runMessage = z.object({
  ...addressed,
  schema: z.literal(1),
  run: z.string().min(1),
  trigger: z.enum(['timer', 'http', 'start']),
  targets: z.array(z.string()).exactOptional(),
});

const laneMessage = z.object({
  ...addressed,
  schema: z.literal(1),
  run: z.string().min(1),
  lane: z.string().min(1),
  generation: z.int().nonnegative(),
});

const deliveryMessage = z.object({
  ...addressed,
  schema: z.literal(1),
  channel: z.string().min(1),
});

/** Thrown for a queue message this version cannot work on. It is tried a few times and then set aside, not dropped. */
class MessageError extends Error {
  override name = 'MessageError';
}

/** Checks a message of the runs queue. Throws MessageError. */
export function parseRunMessage(message: unknown): RunMessage {
  return parse(runMessage, message, 'runs');
}

/** Checks a message of the lanes queue. Throws MessageError. */
export function parseLaneMessage(message: unknown): LaneMessage {
  return parse(laneMessage, message, 'lanes');
}

/** Checks a message of the deliveries queue. Throws MessageError. */
export function parseDeliveryMessage(message: unknown): DeliveryMessage {
  return parse(deliveryMessage, message, 'deliveries');
}

function parse<T>(schema: z.ZodType<T>, message: unknown, queue: string): T {
  const result = schema.safeParse(message);
  if (result.success) return result.data;
  const found = typeof message === 'object' && message !== null ? Reflect.get(message, 'schema') : undefined;
  if (typeof found === 'number' && found > 1) {
    throw new MessageError(
      `A message of the ${queue} queue has schema ${found}; this version knows schema 1. A newer version wrote it: bring all instances to that version.`,
    );
  }
  throw new MessageError(`A message of the ${queue} queue is not valid:\n${z.prettifyError(result.error)}`);
}
