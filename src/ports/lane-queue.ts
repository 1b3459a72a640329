import type { Addressed } from './addressed.ts';

/** Work for one lane of one run. The plans are in the store; nothing else travels. */
export interface LaneMessage extends Addressed {
  readonly schema: 1;
  readonly run: string;
  readonly lane: string;
  readonly generation: number;
}

export interface LaneQueue {
  /** `delaySeconds`: how long the message stays invisible. */
  send(message: LaneMessage, delaySeconds?: number): Promise<void>;
}
