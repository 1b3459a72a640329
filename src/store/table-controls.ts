import type { Decision } from '../core/decisions/decision.ts';
import type { Controls } from '../ports/store.ts';
import { keyOf, partitionOf, type Scope } from './keys.ts';
import type { Rows } from './rows.ts';

/** Words in table rows of one partition, a row a word, named by its id. Rows are inserted and never changed. */
export class TableControls implements Controls {
  readonly #rows: Rows;
  readonly #partition: string;

  constructor(rows: Rows, scope: Scope) {
    this.#rows = rows;
    this.#partition = partitionOf(scope, 'words');
  }

  async append(decision: Decision): Promise<'recorded' | 'known'> {
    const done = await this.#rows.insert(this.#partition, { key: keyOf(decision.id), value: { word: decision } });
    return done === 'inserted' ? 'recorded' : 'known';
  }

  async all(): Promise<readonly Decision[]> {
    const decisions: Decision[] = [];
    for await (const { value } of this.#rows.range(this.#partition, '', '~')) {
      decisions.push((value as { readonly word: Decision }).word);
    }
    // Ids tell seconds; a pause and its resume may fall into one.
    return decisions.sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? -1 : 1));
  }
}
