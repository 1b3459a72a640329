import { createHash } from 'node:crypto';
import type { BegunOperation, Operations } from '../ports/store.ts';
import { keyOf, partitionOf, type Scope } from './keys.ts';
import type { Rows } from './rows.ts';
import { saysAbsent } from './storage-error.ts';

/** A row an operation, under its target; addresses are too long for a key. */
export class TableOperations implements Operations {
  readonly #rows: Rows;
  readonly #partition: string;
  readonly #target: string;
  readonly #now: () => Date;

  constructor(rows: Rows, scope: Scope, target: string, now: () => Date) {
    this.#rows = rows;
    this.#partition = partitionOf(scope, 'operations');
    this.#target = target;
    this.#now = now;
  }

  async begun({ url, subject }: BegunOperation): Promise<void> {
    await this.#rows.insert(this.#partition, {
      key: this.#keyOf(url),
      value: { url, subject, at: this.#now().toISOString() },
    });
  }

  async ended(url: string): Promise<void> {
    try {
      await this.#rows.delete(this.#partition, [this.#keyOf(url)]);
    } catch (error) {
      if (!saysAbsent(error)) throw error;
    }
  }

  async open(since: Date): Promise<readonly BegunOperation[]> {
    const from = keyOf(this.#target);
    const found: BegunOperation[] = [];
    for await (const { value } of this.#rows.range(this.#partition, `${from}|`, `${from}}`)) {
      const { url, subject, at } = value as BegunOperation & { readonly at: string };
      if (Date.parse(at) >= since.getTime()) found.push({ url, subject });
      else await this.ended(url);
    }
    return found;
  }

  #keyOf(url: string): string {
    return keyOf(this.#target, createHash('sha256').update(url).digest('hex'));
  }
}
