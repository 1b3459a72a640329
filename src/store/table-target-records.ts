import type { TargetMemory } from '../core/plan/memory.ts';
import type { TargetRecords } from '../ports/store.ts';
import { keyOf, partitionOf, type Scope } from './keys.ts';
import type { Rows } from './rows.ts';
import { decodeMemory, encodeMemory } from './target-record-codec.ts';

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
