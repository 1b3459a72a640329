import { createHash } from 'node:crypto';
import type { Damage, DamagedRecord } from '../ports/store.ts';
import type { StorageClients } from './connect.ts';
import type { DamagedRow } from './damaged-row.ts';
import { partitionOf, type Scope } from './keys.ts';
import { saysAbsent } from './requests.ts';
import type { Rows } from './rows.ts';
import type { Seals } from './seal.ts';
import type { StateRows } from './state-rows.ts';
import type { TableRuns } from './table-runs.ts';
import type { TableTargetRecords } from './table-target-records.ts';

/** What is looked through. */
interface DamageParts {
  readonly rows: Rows;
  readonly state: StateRows;
  readonly runs: TableRuns;
  readonly targetRecords: TableTargetRecords;
}

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
  readonly #parts: DamageParts;
  readonly #accounts: readonly StorageClients[];
  readonly #scope: Scope;
  readonly #seals: Seals | undefined;

  /** @param accounts all that hold what is sealed: its own, and that of feeds. */
  constructor(parts: DamageParts, accounts: readonly StorageClients[], scope: Scope, seals: Seals | undefined) {
    this.#parts = parts;
    this.#accounts = accounts;
    this.#scope = scope;
    this.#seals = seals;
  }

  async find(): Promise<readonly DamagedRecord[]> {
    return (await this.look()).found;
  }

  async look(): ReturnType<Damage['look']> {
    const { rows, state, runs, targetRecords } = this.#parts;
    const [words, states, generations] = await Promise.all([
      rows.damagedIn(partitionOf(this.#scope, 'words')),
      state.all(),
      targetRecords.damagedGenerations(),
    ]);
    const open = states.find(({ key }) => key === 'open');
    const named = open?.read?.value as { readonly run: string } | undefined;
    // Up to its plans: without one of these a target would have no outcome. What reads a damaged one fails its target.
    const run = named && (await runs.readWithDamage(named.run));
    const last = open === undefined ? await runs.newest() : run?.record;
    const renewed = states.flatMap(({ key, damaged }) => (damaged && renewable.includes(key) ? [damaged] : []));
    const found = [
      ...words.map((row) => foundIn('decision', row)),
      ...[...renewed, ...generations].map((row) => foundIn('state', row)),
      ...(run?.damaged ?? []).map((row) => foundIn('run', row)),
    ];
    return { found, ...(last ? { last } : {}) };
  }

  async setAside(record: DamagedRecord): Promise<void> {
    await this.#parts.rows.setAside((record as Found).row);
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
}

function foundIn(what: DamagedRecord['what'], row: DamagedRow): Found {
  const id = createHash('sha256')
    .update(JSON.stringify([row.partition, row.key, row.text]))
    .digest('hex')
    .slice(0, 12);
  return { id, what, text: row.text, row };
}
