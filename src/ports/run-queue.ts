import type { Addressed } from './addressed.ts';

/** A run that was asked for and not begun yet. */
export interface RunMessage extends Addressed {
  readonly schema: 1;
  readonly run: string;
  readonly trigger: 'timer' | 'http' | 'start';
  /**
   * Only these targets; all if absent. What counts is what the store knows of the run when it begins: targets may join it
   * until then, so none travel in messages. (Those of older versions carry them.)
   */
  readonly targets?: readonly string[];
}

export interface RunQueue {
  /** `delaySeconds`: how long the message stays invisible. */
  send(message: RunMessage, delaySeconds?: number): Promise<void>;
}
