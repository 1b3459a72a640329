import { entries, entriesOf, isNone, within, without } from '../core/plan/entries.ts';
import { type Grant, memoryOfPlain, type PlainMemory, plainMemory, type TargetMemory } from '../core/plan/memory.ts';
import type { TargetHold } from '../core/plan/plan-types.ts';
import type { TargetRecords } from '../ports/store.ts';
import { keyOf, partitionOf, type Scope } from './keys.ts';
import { decodePrefixes, type StoredPrefixes } from './ledger-codec.ts';
import type { Rows } from './rows.ts';

/** Per target one row for what it remembers and one for its generation; each is written in one conditional request. */
export class TableTargetRecords implements TargetRecords {
  readonly #rows: Rows;
  readonly #partition: string;

  constructor(rows: Rows, scope: Scope) {
    this.#rows = rows;
    this.#partition = partitionOf(scope, 'targets');
  }

  async get(target: string): Promise<TargetMemory | undefined> {
    const value = await this.#rows.get(this.#partition, keyOf('record', target));
    return value === undefined ? undefined : memoryIn(value);
  }

  async put(memory: TargetMemory): Promise<void> {
    await this.#rows.change(this.#partition, keyOf('record', memory.target), () => encodeMemory(memory));
  }

  async all(): Promise<readonly TargetMemory[]> {
    const records: TargetMemory[] = [];
    for await (const row of this.#rows.range(this.#partition, 'record|', 'record}')) records.push(memoryIn(row.value));
    return records;
  }

  async generation(target: string): Promise<number> {
    return generationIn(await this.#rows.get(this.#partition, keyOf('generation', target)));
  }

  async raise(target: string, generation: number): Promise<void> {
    await this.#rows.change(this.#partition, keyOf('generation', target), (value) =>
      generationIn(value) >= generation ? undefined : { generation },
    );
  }
}

function memoryIn(value: object): TargetMemory {
  return decodeMemory(value as Parameters<typeof decodeMemory>[0]);
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
