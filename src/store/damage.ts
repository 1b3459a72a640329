import { createHash } from 'node:crypto';
import { type Damage, type DamagedRecord, unlessDamaged } from '../ports/store.ts';
import type { StorageClients } from './connect.ts';
import type { DamagedRow } from './damaged-row.ts';
import { keyOf, partitionOf, type Scope } from './keys.ts';
import { saysAbsent } from './requests.ts';
import type { Rows } from './rows.ts';
import type { Seals } from './seal.ts';

interface Found extends DamagedRecord {
  readonly row: DamagedRow;
}

/** Rows of the partition `state` that follow from others once they are gone, or can be asked for again. */
const renewable = ['generation', 'open', 'requested', 'tidied', 'upkeep'];

/**
 * Damaged rows among decisions, the state of runs, generations of targets, and the run that is open. The rest is read for
 * one thing alone, which fails with the place in its message: what a target remembers, a plan, the ledger in force.
 */
export class TableDamage implements Damage {
  readonly #rows: Rows;
  readonly #accounts: readonly StorageClients[];
  readonly #scope: Scope;
  readonly #seals: Seals | undefined;

  /** @param accounts all that hold what is sealed: its own, and that of feeds. */
  constructor(rows: Rows, accounts: readonly StorageClients[], scope: Scope, seals: Seals | undefined) {
    this.#rows = rows;
    this.#accounts = accounts;
    this.#scope = scope;
    this.#seals = seals;
  }

  async find(): Promise<readonly DamagedRecord[]> {
    const state = partitionOf(this.#scope, 'state');
    const [words, states, generations, open] = await Promise.all([
      this.#rows.damagedIn(partitionOf(this.#scope, 'words')),
      this.#rows.damagedIn(state),
      this.#rows.damagedIn(partitionOf(this.#scope, 'targets'), keyOf('generation'), 'generation}'),
      // A damaged one is among `states`.
      unlessDamaged(this.#openRun()),
    ]);
    const renewed = states.filter(({ key }) => renewable.includes(key));
    // Up to its plans: without one of these a target would have no outcome. What reads a damaged one fails its target.
    const run = open === undefined ? [] : await this.#rows.damagedIn(partitionOf(this.#scope, 'run', open), '', 'plan');
    return [
      ...words.map((row) => foundIn('decision', row)),
      ...[...renewed, ...generations].map((row) => foundIn('state', row)),
      ...run.map((row) => foundIn('run', row)),
    ];
  }

  async setAside(record: DamagedRecord): Promise<void> {
    await this.#rows.setAside((record as Found).row);
  }

  async kept(): Promise<number> {
    const [own] = this.#accounts;
    const filter = `PartitionKey eq '${partitionOf(this.#scope, 'set-aside')}'`;
    let count = 0;
    try {
      for await (const _ of own?.table.listEntities({ queryOptions: { filter, select: ['RowKey'] } }) ?? []) count++;
    } catch (error) {
      if (!saysAbsent(error)) throw error;
    }
    return count;
  }

  async sealAnew(): Promise<number> {
    if (!this.#seals?.mayRenew) return 0;
    const { sealAll } = await import('./seal-all.ts');
    let sealed = 0;
    for (const account of this.#accounts) sealed += await sealAll(account, this.#scope, this.#seals);
    return sealed;
  }

  /** The run that was recorded last: an open one must come to its end, whatever of it is damaged. */
  async #openRun(): Promise<string | undefined> {
    const last = await this.#rows.get(partitionOf(this.#scope, 'state'), 'open');
    return (last as { readonly run: string } | undefined)?.run;
  }
}

function foundIn(what: DamagedRecord['what'], row: DamagedRow): Found {
  const id = createHash('sha256')
    .update(JSON.stringify([row.partition, row.key, row.text]))
    .digest('hex')
    .slice(0, 12);
  return { id, what, text: row.text, row };
}
