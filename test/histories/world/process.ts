import type { Line } from '../storage/line.ts';
import { StorageAnswer } from '../storage/storage-answer.ts';

/** When a process dies: at its n-th request, before it arrives or after it is done. */
export interface Death {
  readonly at: number;
  readonly when: 'before' | 'after';
}

/**
 * A process of the service: everything it asks of Storage and of targets goes over it. When it is killed, no request of
 * it arrives any more and no answer comes back, as nothing that is left of it runs on.
 */
export class Process implements Line {
  /** Settles when the process is killed. */
  readonly killed: Promise<'killed'>;
  readonly #death: Death | undefined;
  #kill: (() => void) | undefined;
  #requests = 0;
  #dead = false;

  constructor(death?: Death) {
    this.#death = death;
    this.killed = new Promise((resolve) => {
      this.#kill = () => resolve('killed');
    });
  }

  get requests(): number {
    return this.#requests;
  }

  get dead(): boolean {
    return this.#dead;
  }

  async pass<T>(act: () => T): Promise<T> {
    // The timers of a lease go on in this process of ours: they hear that it is lost, and end.
    if (this.#dead) throw StorageAnswer.of(409, 'LeaseIdMismatchWithLeaseOperation');
    this.#requests++;
    const dies = this.#death?.at === this.#requests;
    if (dies && this.#death?.when === 'before') return this.#die();
    const answer = act();
    return dies ? this.#die() : answer;
  }

  #die(): Promise<never> {
    this.#dead = true;
    this.#kill?.();
    return new Promise(() => undefined);
  }
}
