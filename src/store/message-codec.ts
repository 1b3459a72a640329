import type { LaneMessage } from '../ports/lane-queue.ts';
import type { DeliveryMessage } from '../ports/outbox.ts';
import type { RunMessage } from '../ports/run-queue.ts';
import { checkSchema, StoredFormatError } from './schema.ts';

/** A queue message holds 64 KiB once it is encoded. */
const longestMessage = 65_536;

/** The text of a queue message: base64 of JSON, as the Functions host expects it. */
export function encodeMessage(message: LaneMessage | RunMessage | DeliveryMessage): string {
  const text = Buffer.from(JSON.stringify(message)).toString('base64');
  if (text.length > longestMessage) {
    throw new RangeError(
      `expected a queue message of at most ${longestMessage} bytes, got ${text.length} for ${'run' in message ? `run ${message.run}` : `channel ${message.channel}`}; ` +
        'name fewer targets, or none to run all of them',
    );
  }
  return text;
}

/** The message in what the queue trigger hands over: an object, or its JSON text. */
export function decodeLaneMessage(body: unknown): LaneMessage {
  const { run, lane, generation } = fieldsOf(body, 'lane message');
  if (typeof run !== 'string' || typeof lane !== 'string' || typeof generation !== 'number') {
    throw new StoredFormatError(`lane message: expected run, lane and generation, got ${JSON.stringify(body)}`);
  }
  return { schema: 1, run, lane, generation };
}

/** The message in what the queue trigger hands over: an object, or its JSON text. */
export function decodeRunMessage(body: unknown): RunMessage {
  const { run, trigger, targets } = fieldsOf(body, 'run message');
  const known = trigger === 'timer' || trigger === 'http' || trigger === 'start';
  const named = Array.isArray(targets) && targets.every((target) => typeof target === 'string');
  if (typeof run !== 'string' || !known || !(targets === undefined || named)) {
    throw new StoredFormatError(`run message: expected run, trigger and targets, got ${JSON.stringify(body)}`);
  }
  return { schema: 1, run, trigger, ...(targets === undefined ? {} : { targets }) };
}

/** The message in what the queue trigger hands over: an object, or its JSON text. */
export function decodeDeliveryMessage(body: unknown): DeliveryMessage {
  const { channel } = fieldsOf(body, 'delivery message');
  if (typeof channel !== 'string') {
    throw new StoredFormatError(`delivery message: expected a channel, got ${JSON.stringify(body)}`);
  }
  return { schema: 1, channel };
}

function fieldsOf(body: unknown, where: string): Readonly<Record<string, unknown>> {
  const value: unknown = typeof body === 'string' ? JSON.parse(body) : body;
  if (typeof value !== 'object' || value === null) {
    throw new StoredFormatError(`${where}: expected an object, got ${JSON.stringify(value)}`);
  }
  const fields = value as Readonly<Record<string, unknown>>;
  checkSchema(fields.schema, where);
  return fields;
}
