import { faultOf, messageOf } from '../core/errors.ts';
import type { Feeds, Pull } from '../ports/feeds.ts';
import type { Log } from '../run/context.ts';
import { withoutPeople } from './access.ts';
import { keepNewest } from './keep-newest.ts';

/** How long pulls are gathered before they are written: what a process that is killed may lose. */
const gatherMs = 1_000;
/** After a failure they are tried again with what has come since. */
const againMs = 30_000;
/** What a client did is written once in so long while it does the same: its time is exact to that. */
const sameMs = 60_000;
/** Clients that are remembered; the ones that were heard of longest ago leave. */
const mostClients = 20_000;

interface Noted {
  readonly pull: Pull;
  readonly feeds: Feeds;
}

/**
 * Takes down pulls behind the answers: many in one request to Storage, and none for a client that asks again within a
 * minute and got the same. A pull that is lost, with its process, is a device that is said to have pulled before; its next
 * pull puts that right.
 */
export class PullLog {
  readonly #log: Log;
  readonly #last = new Map<string, Pull>();
  readonly #gathered = new Map<string, Noted>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  /** @param log gets what goes wrong behind the answers, when no invocation is there to log into. */
  constructor(log: Log) {
    this.#log = log;
  }

  /** Takes down a pull, with `at`, or a refusal. Sends nothing by itself. */
  note(feeds: Feeds, pull: Pull): void {
    const key = keyOf(pull);
    if (isSame(pull, this.#last.get(key))) return;
    keepNewest(this.#last, key, pull, mostClients);
    keepNewest(this.#gathered, key, { pull, feeds }, mostClients);
    this.#timer ??= setTimeout(() => this.#write(), gatherMs);
  }

  /** Writes what is gathered, and ends once that is done or has failed. */
  settle(): Promise<void> {
    clearTimeout(this.#timer);
    this.#write();
    return this.#writing;
  }

  #write(): void {
    this.#timer = undefined;
    // One after the other: of two pulls of a client the later one stays.
    this.#writing = this.#writing.then(() => this.#writeGathered());
  }

  async #writeGathered(): Promise<void> {
    const gathered = [...this.#gathered];
    this.#gathered.clear();
    for (const [feeds, noted] of Map.groupBy(gathered, ([, { feeds }]) => feeds)) {
      try {
        await feeds.notePulls(noted.map(([, { pull }]) => pull));
      } catch (error) {
        this.#failed(noted, error);
      }
    }
  }

  #failed(noted: readonly (readonly [string, Noted])[], error: unknown): void {
    const feeds = [...new Set(noted.map(([, { pull }]) => pull.feed))].sort();
    // An error of the store names the row, and the row the client.
    const people = noted.some(([, { pull }]) => withoutPeople(pull.client) !== pull.client);
    const text = people ? faultOf(error) : messageOf(error);
    this.#log('pulls not taken down', { feeds, clients: noted.length, error: text });
    for (const [key, one] of noted) {
      if (!this.#gathered.has(key)) keepNewest(this.#gathered, key, one, mostClients);
    }
    // It keeps no process alive: what cannot be written now may never be.
    this.#timer ??= setTimeout(() => this.#write(), againMs).unref();
  }
}

function keyOf({ feed, client, at }: Pull): string {
  return JSON.stringify([feed, client, at === undefined ? 'refused' : 'pulled']);
}

function isSame(pull: Pull, before: Pull | undefined): boolean {
  if (before === undefined || pull.family !== before.family || pull.etag !== before.etag) return false;
  const since = timeOf(pull) - timeOf(before);
  return since >= 0 && since < sameMs;
}

function timeOf({ at, refusedAt }: Pull): number {
  return Date.parse(at ?? refusedAt ?? '');
}
