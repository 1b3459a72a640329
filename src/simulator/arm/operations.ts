import { keyOf } from './resource-type.ts';
import type { ArmState } from './state.ts';

export type OperationEnd =
  | { readonly status: 'Succeeded' }
  | {
      readonly status: 'Failed' | 'Canceled';
      readonly code: string;
      readonly message: string;
      readonly details?: readonly { readonly code: string; readonly message: string }[];
    };

/** One long-running operation. */
interface Operation {
  readonly id: string;
  readonly subscription: string;
  readonly location: string;
  /** Key of the resource that no other request may write meanwhile. */
  readonly occupies: string;
  /** Key of the resource that was written. */
  readonly written: string;
  /** Keys of all resources that are Updating because of it. */
  readonly updating: ReadonlySet<string>;
  /** States, by key, in which it leaves others than the written one, whatever its own end; absent: all share its end. */
  readonly spares?: ReadonlyMap<string, string>;
  /** Milliseconds since 1970. */
  readonly endsAt: number;
  readonly planned: OperationEnd;
  /** The last thing it does, if it succeeds. */
  readonly finish?: () => void;
  /** Takes back what was written, if it does not succeed. */
  readonly revert?: () => void;
  end?: OperationEnd;
}

/**
 * Long-running operations. There are no timers: before each request everything whose time has come is brought to its
 * end, in order, so that no client sees a difference and tests can set the clock.
 */
export class Operations {
  readonly #state: ArmState;
  readonly #all = new Map<string, Operation>();
  readonly #running = new Set<Operation>();

  constructor(state: ArmState) {
    this.#state = state;
  }

  get(id: string): Operation | undefined {
    return this.#all.get(id.toLowerCase());
  }

  /** The operation that holds a resource, or that updates it along with another one. */
  running(id: string): Operation | undefined {
    const key = keyOf(id);
    return [...this.#running].find((operation) => operation.occupies === key || operation.updating.has(key));
  }

  start(operation: Operation): void {
    this.#all.set(operation.id.toLowerCase(), operation);
    this.#running.add(operation);
    for (const key of operation.updating) this.#move(key, 'Updating');
  }

  /** A newer write, the operation `by`, took over: it also brings to an end what this one had begun. */
  supersede(operation: Operation, by: string): void {
    this.#running.delete(operation);
    // Azure gives the specific code in the details.
    operation.end = {
      status: 'Canceled',
      code: 'Canceled',
      message: 'Operation was canceled.',
      details: [
        {
          code: 'CanceledAndSupersededDueToAnotherOperation',
          message: `Operation (${operation.id}) was canceled and superseded by operation (${by}).`,
        },
      ],
    };
  }

  /** Brings to an end what is due at `now` (milliseconds since 1970). */
  settle(now: number): void {
    const due = [...this.#running].filter((operation) => operation.endsAt <= now);
    for (const operation of due.sort((a, b) => a.endsAt - b.endsAt)) {
      operation.end = operation.planned;
      this.#running.delete(operation);
      if (operation.end.status === 'Succeeded') operation.finish?.();
      else operation.revert?.();
      const elsewhere = new Set([...this.#running].flatMap((other) => [...other.updating]));
      for (const key of operation.updating) {
        if (!elsewhere.has(key)) this.#move(key, leftBy(operation, key));
      }
    }
  }

  #move(key: string, provisioningState: string): void {
    const resource = this.#state.get(key);
    if (resource === undefined || resource.provisioningState === provisioningState) return;
    resource.provisioningState = provisioningState;
    this.#state.touch(resource);
  }

  /** The state that what runs will leave each resource in, by key. */
  coming(): ReadonlyMap<string, string> {
    return new Map(
      [...this.#running].flatMap((one) => [...one.updating].map((key) => [key, leftBy(one, key)] as const)),
    );
  }

  clear(): void {
    this.#all.clear();
    this.#running.clear();
  }
}

/** The state in which an operation leaves a resource. */
function leftBy({ planned, written, spares }: Operation, key: string): string {
  return (key === written ? undefined : spares?.get(key)) ?? planned.status;
}
