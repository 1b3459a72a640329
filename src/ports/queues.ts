/** Whom a queue message is for: queues are told apart by their names alone, and two services may be given the same. */
export interface Addressed {
  /** Instance and cloud of the service that sent it to itself, `acme/Public`; absent in messages of older versions. */
  readonly for?: string;
  /** How often another service took it out of the queue and put it back. */
  readonly returned?: number;
}

export function addressOf({ instance, cloud }: { readonly instance: string; readonly cloud: string }): string {
  return `${instance}/${cloud}`;
}

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
