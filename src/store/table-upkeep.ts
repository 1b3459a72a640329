import { createHash } from 'node:crypto';
import type { Upkeep } from '../ports/store.ts';
import type { StateRows } from './state-rows.ts';

const key = 'upkeep';
const tidiedKey = 'tidied';

/**
 * A row beside those that say where the service stands (ledger in force, runs that are open and asked for, generation): one
 * request reads them all. What it names is a digest of the others. Beside it one that says when data was tidied last, which is none of them.
 */
export class TableUpkeep implements Upkeep {
  readonly #state: StateRows;

  constructor(state: StateRows) {
    this.#state = state;
  }

  async look(config: string): ReturnType<Upkeep['look']> {
    const digest = createHash('sha256').update(config);
    let idle: { readonly stands: string; readonly at: string } | undefined;
    let tidied: { readonly at: string } | undefined;
    let damaged = false;
    for (const row of await this.#state.all()) {
      if (row.read === undefined) damaged = true;
      else if (row.key === key) idle = row.read.value as NonNullable<typeof idle>;
      else if (row.key === tidiedKey) tidied = row.read.value as typeof tidied;
      else digest.update(JSON.stringify([row.key, row.read.value]));
    }
    const stands = digest.digest('hex');
    return {
      stands,
      ...(idle?.stands === stands && !damaged ? { idleSince: idle.at } : {}),
      ...(tidied ? { tidiedAt: tidied.at } : {}),
    };
  }

  async noteIdle(stands: string, at: string): Promise<void> {
    await this.#state.replace(key, { stands, at });
  }

  async noteTidied(at: string): Promise<void> {
    await this.#state.replace(tidiedKey, { at });
  }
}
