import { createHash } from 'node:crypto';
import type { Change, History } from '../ports/store.ts';
import { invertedTime, keyOf, keyPart, partitionOf, type Scope } from './keys.ts';
import type { Rows } from './rows.ts';

/**
 * Changes, newest first: one row for those that were appended together for one target and time, named by its content, so
 * that appending again adds nothing. Rows of one run may overlap (a worker died and its successor verified more in one
 * go): list() gives each change once. Dying between the rows of two targets is healed by appending again.
 */
export class TableHistory implements History {
  readonly #rows: Rows;
  readonly #partition: string;

  constructor(rows: Rows, scope: Scope) {
    this.#rows = rows;
    this.#partition = partitionOf(scope, 'history');
  }

  async append(changes: readonly Change[]): Promise<void> {
    const groups = Map.groupBy(changes, (change) => JSON.stringify([change.at, change.run, change.target]));
    for (const group of groups.values()) {
      const [first] = group;
      if (first === undefined) continue;
      const digest = createHash('sha256').update(JSON.stringify(group)).digest('hex').slice(0, 32);
      await this.#rows.insert(this.#partition, {
        key: keyOf(invertedTime(first.at), first.run, first.target, digest),
        columns: { target: keyPart(first.target) },
        value: { changes: group },
      });
    }
  }

  async list(query: { target?: string; most: number }): Promise<readonly Change[]> {
    const found = new Map<string, Change>();
    const columns = query.target === undefined ? {} : { target: keyPart(query.target) };
    for await (const { value } of this.#rows.range(this.#partition, '', '~', columns)) {
      for (const change of (value as { readonly changes: readonly Change[] }).changes) {
        if (found.size === query.most) return [...found.values()];
        const key = JSON.stringify([change.run, change.target, change.direction, change.prefix]);
        if (!found.has(key)) found.set(key, change);
      }
    }
    return [...found.values()];
  }
}
