import * as z from 'zod';
import type { LaneMessage } from '../ports/queues.ts';
import type { DeliveryMessage, RunMessage, Service } from '../run/service.ts';

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

/** As in host.json: how often a message is tried before it goes to its poison queue. */
export const maxTries = 5;

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

/** Works on a message of the runs queue. */
export async function handleRunMessage(service: Pick<Service, 'startRun'>, message: unknown): Promise<void> {
  await service.startRun(parseRunMessage(message));
}

/**
 * Works on a message of the lanes queue. `tries` counts this one; undefined if the host does not say. The last try is
 * the last chance to say why: the poison queue carries messages without reasons.
 */
export async function handleLaneMessage(
  service: Pick<Service, 'workLane' | 'giveUpLane'>,
  message: unknown,
  tries: number | undefined,
): Promise<void> {
  const lane = parseLaneMessage(message);
  try {
    await service.workLane(lane);
  } catch (error) {
    if (tries === undefined || tries < maxTries) throw error;
    await service.giveUpLane(lane, error instanceof Error ? error.message : String(error));
  }
}

/** Takes a message from the poison queue of lanes: its last worker could not say why it ended. */
export async function handlePoisonedLane(service: Pick<Service, 'giveUpLane'>, message: unknown): Promise<void> {
  const why = `its worker ended ${maxTries} times without a word (the process was stopped, or ran out of memory): see the log of function work-lane`;
  await service.giveUpLane(parseLaneMessage(message), why);
}

/** Works on a message of the deliveries queue. */
export async function handleDeliveryMessage(service: Pick<Service, 'deliver'>, message: unknown): Promise<void> {
  await service.deliver(parseDeliveryMessage(message));
}
