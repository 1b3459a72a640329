import type { Claims } from '../ports/store.ts';
import { keyOf, partitionOf, type Scope } from './keys.ts';
import type { Rows } from './rows.ts';

/** A row a claim, inserted and never replaced. */
export class TableClaims implements Claims {
  readonly #rows: Rows;
  readonly #partition: string;

  constructor(rows: Rows, scope: Scope) {
    this.#rows = rows;
    this.#partition = partitionOf(scope, 'claims');
  }

  async claim(key: string, by: string): Promise<boolean> {
    const row = keyOf(key);
    if ((await this.#rows.insert(this.#partition, { key: row, value: { by } })) === 'inserted') return true;
    const value = await this.#rows.get(this.#partition, row);
    return (value as { readonly by: string } | undefined)?.by === by;
  }
}
