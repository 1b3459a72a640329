import type { Ledger } from '../core/judge/ledger.ts';
import type { Announced } from '../core/plan/announced.ts';
import { type Ledgers, StaleLedgerError, StoredFormatError } from '../ports/store.ts';
import type { Blobs } from './blobs.ts';
import { blobPathOf, invertedTime, keyOf, partitionOf, type Scope, uninverted } from './keys.ts';
import { announcedIn, decodeLedger, encodeLedger, type StoredState } from './ledger-codec.ts';
import type { Rows } from './rows.ts';
import { decodeStored, encodeStored } from './schema.ts';
import { type Seals, withoutSeal, withSeal } from './seal.ts';
import type { StateRows } from './state-rows.ts';

/**
 * Ledgers as blobs, and a row that names the current one. Dying between blob and row leaves a blob that nothing names;
 * the next attempt writes it again. Beside it a row for each that came into force, by time, newest first; it comes last, and
 * a process that died before it is followed by one that puts the same ledger in force again.
 */
export class BlobLedgers implements Ledgers {
  readonly #rows: Rows;
  readonly #blobs: Blobs;
  readonly #scope: Scope;
  readonly #state: StateRows;
  readonly #byTime: string;
  readonly #seals: Seals | undefined;
  /** The ledger in force that was read last. */
  #inForce: Awaited<ReturnType<Ledgers['current']>>;
  /** The one that was put last. */
  #put: { readonly name: string; readonly ledger: Ledger } | undefined;

  constructor(rows: Rows, state: StateRows, blobs: Blobs, scope: Scope, seals?: Seals) {
    this.#rows = rows;
    this.#blobs = blobs;
    this.#scope = scope;
    this.#state = state;
    this.#byTime = partitionOf(scope, 'ledgers');
    this.#seals = seals;
  }

  async current(): ReturnType<Ledgers['current']> {
    const name = nameIn(await this.#state.get('ledger'));
    if (name === undefined) return undefined;
    // One that is in force is never written again.
    const found = this.#inForce?.name === name ? this.#inForce : await this.#read(name);
    if (found === undefined) {
      throw new StoredFormatError(
        `the ledger in force should be in the blob ${this.#path(name)}, which does not exist; restore it`,
      );
    }
    this.#inForce = { ...found, name };
    return this.#inForce;
  }

  async get(name: string): Promise<Ledger | undefined> {
    const known = [this.#inForce, this.#put].find((one) => one?.name === name);
    return known?.ledger ?? (await this.#read(name))?.ledger;
  }

  async at(moment: string): ReturnType<Ledgers['at']> {
    for await (const { value } of this.#rows.range(this.#byTime, keyOf(invertedTime(moment)), '~')) {
      const name = nameIn(value);
      const ledger = name === undefined ? undefined : await this.get(name);
      if (name !== undefined && ledger !== undefined) return { name, ledger };
    }
    return undefined;
  }

  async inForceAfter(after: string | undefined): ReturnType<Ledgers['inForceAfter']> {
    const found: { name: string; since: string }[] = [];
    // As a rule there are none or one: a few rows say so.
    const atOnce = after === undefined ? undefined : 20;
    for await (const { key, value } of this.#rows.range(this.#byTime, '', '~', {}, atOnce)) {
      const name = nameIn(value);
      if (name === after) break;
      if (name !== undefined) found.push({ name, since: new Date(uninverted(key.slice(0, 13))).toISOString() });
    }
    return found.reverse();
  }

  async #read(name: string): Promise<{ readonly ledger: Ledger; readonly announced: Announced } | undefined> {
    const path = this.#path(name);
    const bytes = await this.#blobs.read(path);
    if (bytes === undefined) return undefined;
    const text = withoutSeal(this.#seals, `blob ${path}`, Buffer.from(bytes).toString());
    const stored = decodeStored(text, `blob ${path}`) as StoredState;
    return { ledger: decodeLedger(stored.ledger), announced: stored.announced ?? announcedIn(stored.ledger) };
  }

  async put(name: string, ledger: Ledger, announced: Announced): Promise<void> {
    if (nameIn(await this.#state.get('ledger')) === name) return;
    const text = encodeStored({ ledger: encodeLedger(ledger), announced });
    const path = this.#path(name);
    await this.#blobs.write(path, withSeal(this.#seals, `blob ${path}`, text));
    this.#put = { name, ledger };
  }

  async putInForce(name: string, expected: string | undefined, since?: string): Promise<void> {
    await this.#state.change('ledger', async (value) => {
      const current = nameIn(value);
      if (current === name) return undefined;
      if (current !== expected) {
        throw new StaleLedgerError(
          `expected ${expected ?? 'no ledger'} in force, got ${current ?? 'none'}; judge again on that one`,
        );
      }
      const path = this.#path(name);
      if (this.#put?.name !== name && !(await this.#blobs.has(path))) {
        throw new Error(
          `expected the ledger ${name} in the blob ${path} before it is put in force, got none; put it first`,
        );
      }
      return { name };
    });
    if (since !== undefined) {
      await this.#rows.insert(this.#byTime, { key: keyOf(invertedTime(since), name), value: { name } });
    }
  }

  #path(name: string): string {
    return blobPathOf(this.#scope, 'ledgers', name, '.json');
  }
}

function nameIn(value: object | undefined): string | undefined {
  return (value as { readonly name: string } | undefined)?.name;
}
