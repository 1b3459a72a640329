import type { Service } from '../run/service.ts';
import { parseLaneMessage } from './messages.ts';

/** As in host.json: how often a message is tried before it goes to its poison queue. */
export const maxTries = 5;

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
