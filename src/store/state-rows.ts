import { partitionOf, type Scope } from './keys.ts';
import type { RangeRow, ReadRow } from './row-reader.ts';
import type { Rows } from './rows.ts';

const keys = ['generation', 'ledger', 'open', 'requested', 'tidied', 'upkeep'] as const;

/** Rows of the partition `state`. */
type StateKey = (typeof keys)[number];

/**
 * Where a service stands: the ledger in force, the run recorded last, runs that are asked for, the generation. One request
 * reads them all. A row that was read or written here is changed without reading it again, as long as it still is what it was.
 */
export class StateRows {
  readonly #rows: Rows;
  readonly #partition: string;
  /** Undefined: there was no such row. */
  readonly #seen = new Map<string, ReadRow | undefined>();

  constructor(rows: Rows, scope: Scope) {
    this.#rows = rows;
    this.#partition = partitionOf(scope, 'state');
  }

  /** Every row, the damaged ones among them. */
  async all(): Promise<readonly RangeRow[]> {
    const found: RangeRow[] = [];
    for await (const row of this.#rows.rangeWithDamage(this.#partition, '', '~')) found.push(row);
    this.#seen.clear();
    for (const key of keys) {
      const row = found.find((one) => one.key === key);
      if (row === undefined || row.read) this.#note(key, row?.read);
    }
    return found;
  }

  async get(key: StateKey): Promise<object | undefined> {
    const read = await this.#rows.read(this.#partition, key);
    this.#note(key, read);
    return read?.value;
  }

  /** See Rows.change(). */
  async change(
    key: StateKey,
    next: (value: object | undefined) => object | undefined | Promise<object | undefined>,
  ): Promise<void> {
    const seen = this.#seen.has(key) ? { seen: { row: this.#seen.get(key) } } : {};
    // Whatever comes of it, what was seen has served once.
    this.#seen.delete(key);
    this.#note(key, await this.#rows.change(this.#partition, key, next, seen));
  }

  /** Puts a row in place of what is there, damaged or not. */
  async replace(key: StateKey, value: object): Promise<void> {
    this.#seen.delete(key);
    await this.#rows.replace(this.#partition, { key, value });
  }

  #note(key: string, read: ReadRow | undefined): void {
    if (read?.etag === '') this.#seen.delete(key);
    else this.#seen.set(key, read);
  }
}
