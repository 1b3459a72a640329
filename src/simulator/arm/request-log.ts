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
