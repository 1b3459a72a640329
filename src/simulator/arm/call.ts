import type { Effect } from './faults.ts';

/** One request as the parts of the simulation see it. */
export interface Call {
  readonly method: string;
  /** Path without query, percent-decoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The parsed body; undefined if there was none. */
  readonly body: unknown;
  /** Where the caller believes to be: what absolute URLs in answers begin with. */
  readonly base: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly fault: Effect | undefined;
}

/** What goes back for one request. `body` undefined: none. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** How the simulated ARM behaves. */
export interface ArmOptions {
  /** 0, the default: a free port. */
  readonly port?: number;
  /** What paths must begin with, so that only who knows it gets in; '' if not given: every local user does. */
  readonly secret?: string;
  /** How long an operation takes; 50 if not given. Retry-After is this in whole seconds, rounded down. */
  readonly operationMs?: number;
  /** How long each request takes beside that; 0 if not given. */
  readonly latencyMs?: number;
  /** The clock of operations, throttling and the log. It must move, or no operation ever ends. */
  readonly now?: () => Date;
  /** What a write meets while another operation runs: 409 (the default) or 429. */
  readonly whenBusy?: 409 | 429;
  /** Whether the documented token buckets of ARM apply; not by default. */
  readonly throttle?: boolean;
  /** Resources on a page of a list; 100 if not given. */
  readonly pageSize?: number;
  /** Source of etags, operation and request ids. */
  readonly newId?: () => string;
}

/** One request to ARM, as its caller sent it. */
interface LoggedRequest {
  /** ISO 8601. */
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly apiVersion: string | null;
  /** What was answered; null if the connection was cut instead. */
  readonly status: number | null;
  readonly body?: unknown;
  /** PUT, PATCH, POST or DELETE. */
  readonly write: boolean;
}

/** More would only fill the memory of a server that stays up for months. */
const most = 20_000;

export class RequestLog {
  #entries: LoggedRequest[] = [];

  add(entry: LoggedRequest): void {
    this.#entries.push(entry);
    if (this.#entries.length > most) this.#entries = this.#entries.slice(-most / 2);
  }

  entries(): readonly LoggedRequest[] {
    return this.#entries;
  }

  clear(): void {
    this.#entries = [];
  }
}
