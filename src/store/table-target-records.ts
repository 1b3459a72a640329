import { entries, entriesOf, isNone, within, without } from '../core/plan/entries.ts';
import { type Grant, memoryOfPlain, type PlainMemory, plainMemory, type TargetMemory } from '../core/plan/memory.ts';
import type { TargetHold } from '../core/plan/plan-types.ts';
import type { TargetRecords } from '../ports/store.ts';
import type { DamagedRow } from './damaged-row.ts';
import { keyOf, partitionOf, type Scope } from './keys.ts';
import { decodePrefixes, type StoredPrefixes } from './ledger-codec.ts';
import type { RangeRow, ReadRow } from './row-reader.ts';
import type { Rows } from './rows.ts';

const generations = { from: 'generation|', to: 'generation}' };

/** Per target one row for what it remembers and one for its generation; each is written in one conditional request. */
export class TableTargetRecords implements TargetRecords {
  readonly #rows: Rows;
  readonly #partition: string;
  /** The row that each memory was read from, or is written to. */
  readonly #read = new WeakMap<TargetMemory, ReadRow>();
  /** Generations of all targets, as they were read last. */
  #generations: readonly RangeRow[] | undefined;

  constructor(rows: Rows, scope: Scope) {
    this.#rows = rows;
    this.#partition = partitionOf(scope, 'targets');
  }

  async get(target: string): Promise<TargetMemory | undefined> {
    const read = await this.#rows.read(this.#partition, keyOf('record', target));
    return read && this.#memoryIn(read);
  }

  async put(memory: TargetMemory, over?: Parameters<TargetRecords['put']>[1]): Promise<void> {
    const row = { key: keyOf('record', memory.target), value: encodeMemory(memory) };
    const read = over?.before && this.#read.get(over.before);
    if (over !== undefined && (read !== undefined || over.before === undefined)) {
      const written = await this.#rows.replaceRead(this.#partition, row, read);
      if (written !== 'changed') {
        if (written.etag !== '') this.#read.set(memory, written);
        return;
      }
    }
    await this.#rows.change(this.#partition, row.key, () => row.value);
  }

  async atOnce(): ReturnType<TargetRecords['atOnce']> {
    const all: TargetMemory[] = [];
    const damaged = new Map<string, Error>();
    for await (const { key, read, fault } of this.#rows.rangeWithDamage(this.#partition, 'record|', 'record}')) {
      if (read) all.push(this.#memoryIn(read));
      else if (fault) damaged.set(key, fault);
    }
    const byTarget = new Map(all.map((memory) => [memory.target, memory]));
    return {
      all,
      of(target) {
        const fault = damaged.get(keyOf('record', target));
        if (fault) throw fault;
        return byTarget.get(target);
      },
    };
  }

  async all(): Promise<readonly TargetMemory[]> {
    return (await this.atOnce()).all;
  }

  /** Generations that are damaged. What is read here, raise() reads no second time. */
  async damagedGenerations(): Promise<readonly DamagedRow[]> {
    const rows: RangeRow[] = [];
    for await (const row of this.#rows.rangeWithDamage(this.#partition, generations.from, generations.to))
      rows.push(row);
    this.#generations = rows;
    return rows.flatMap(({ damaged }) => damaged ?? []);
  }

  async generation(target: string): Promise<number> {
    return generationIn(await this.#rows.get(this.#partition, keyOf('generation', target)));
  }

  async raise(targets: readonly string[], generation: number): Promise<void> {
    const keys = targets.map((target) => keyOf('generation', target));
    const seen = this.#generations;
    // It serves once: what is written below is another version.
    this.#generations = undefined;
    await this.#rows.changeAll(this.#partition, { keys, ...generations, ...(seen ? { seen } : {}) }, (value) =>
      generationIn(value) >= generation ? undefined : { generation },
    );
  }

  #memoryIn(read: ReadRow): TargetMemory {
    const memory = decodeMemory(read.value as Parameters<typeof decodeMemory>[0]);
    this.#read.set(memory, read);
    return memory;
  }
}

function generationIn(value: object | undefined): number {
  return (value as { readonly generation: number } | undefined)?.generation ?? 0;
}

/** What a target remembers, as stored: prefix sets as texts. */
interface StoredMemory {
  readonly memory: PlainMemory;
}

/** The form before causes were kept: what is ours, without why. Read, and never written. */
export interface StoredTargetRecord {
  readonly target: string;
  readonly kind: string;
  readonly owned: StoredPrefixes;
  readonly names?: readonly string[];
  readonly tags: readonly string[];
  readonly followed?: Readonly<Record<string, readonly string[]>>;
  readonly holds: readonly (Omit<TargetHold, 'held'> & {
    readonly held: StoredPrefixes;
    readonly names?: readonly string[];
  })[];
  readonly wrote?: readonly string[];
  readonly overGrant?: readonly string[];
  readonly drift?: TargetMemory['drift'];
}

export function encodeMemory(memory: TargetMemory): StoredMemory {
  return { memory: plainMemory(memory) };
}

export function decodeMemory(stored: StoredMemory | { readonly record: StoredTargetRecord }): TargetMemory {
  return 'memory' in stored ? memoryOfPlain(stored.memory) : carriedOver(stored.record);
}

/**
 * A record of the older form as memory: one grant for all that was ours, since when and why unknown. Its tags were written
 * as if the plan had come true; `isComplete` believes only those of which something is ours.
 */
function carriedOver(record: StoredTargetRecord): TargetMemory {
  const { target, kind, names = [], tags, followed = {}, holds, wrote, overGrant = [], drift } = record;
  const all = entries(decodePrefixes(record.owned), names);
  const over = within(all, entriesOf(overGrant));
  const grants: readonly Grant[] = [
    { entries: without(all, over), cause: { kind: 'carried over' } },
    { entries: over, cause: { kind: 'joined' } },
  ];
  return {
    target,
    kind,
    grants: grants.filter((grant) => !isNone(grant.entries)),
    tags,
    followed,
    holds: holds.map(({ names: held = [], ...hold }) => ({ ...hold, held: entries(decodePrefixes(hold.held), held) })),
    ...(wrote === undefined ? {} : { claimed: wrote }),
    ...(drift === undefined ? {} : { drift }),
  };
}
