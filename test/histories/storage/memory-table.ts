import type { TableClient, TableEntity, TransactionAction } from '@azure/data-tables';
import type { Line } from './line.ts';
import { StorageAnswer } from './storage-answer.ts';

type Entity = TableEntity & Record<string, unknown>;

interface Stored {
  readonly entity: Entity;
  readonly etag: string;
}

/** Rows of one partition. */
class Partition {
  readonly rows = new Map<string, Stored>();
  #sorted: string[] | undefined;

  set(key: string, row: Stored): void {
    if (!this.rows.has(key)) this.#sorted?.splice(firstFrom(this.#sorted, key), 0, key);
    this.rows.set(key, row);
  }

  delete(key: string): void {
    this.rows.delete(key);
    this.#sorted = undefined;
  }

  /** In the order of keys: UTF-16 units, as Storage compares them. */
  keys(): readonly string[] {
    this.#sorted ??= [...this.rows.keys()].sort();
    return this.#sorted;
  }
}

const maxInTransaction = 100;

/** An action with all that it may have. */
type FullAction = readonly [
  TransactionAction[0],
  TransactionAction[1],
  'Merge' | 'Replace',
  { readonly etag?: string }?,
];

/** One table of an account. */
export class MemoryTable {
  readonly #partitions = new Map<string, Partition>();
  #exists = false;
  #etags = 0;

  /** A client of it, over a line. Answers as Storage does, as far as this project asks. */
  client(line: Line): TableClient {
    const ask = <T>(act: () => T): Promise<T> =>
      line.pass(() => {
        if (!this.#exists) throw StorageAnswer.of(404, 'TableNotFound');
        return act();
      });
    const client = {
      createTable: () =>
        line.pass(() => {
          this.#exists = true;
        }),
      getEntity: (partition: string, key: string, options?: { queryOptions?: { select?: readonly string[] } }) =>
        ask(() => answered(this.#row(partition, key), options?.queryOptions?.select)),
      createEntity: (entity: Entity) => ask(() => this.#create(entity)),
      updateEntity: (entity: Entity, _mode: 'Replace', options: { etag: string }) =>
        ask(() => this.#replace(entity, options.etag)),
      upsertEntity: (entity: Entity, _mode: 'Replace') => ask(() => this.#put(entity)),
      deleteEntity: (partition: string, key: string, options: { etag?: string }) =>
        ask(() => this.#delete(partition, key, options.etag ?? '*')),
      submitTransaction: (actions: TransactionAction[]) => ask(() => this.#transact(actions)),
      listEntities: (options: { queryOptions: { filter: string; select?: string[] } }) =>
        pagedOf(this.#list(ask, options.queryOptions)),
    };
    return client as unknown as TableClient;
  }

  /** Everything in it, partition by partition. */
  *entities(): Generator<readonly Entity[]> {
    for (const { rows } of this.#partitions.values()) yield [...rows.values()].map(({ entity }) => entity);
  }

  #row(partition: string, key: string): Stored {
    const row = this.#partitions.get(partition)?.rows.get(key);
    if (row === undefined) throw StorageAnswer.of(404, 'ResourceNotFound');
    return row;
  }

  #create(entity: Entity): { readonly etag: string } {
    if (this.#partitions.get(entity.partitionKey)?.rows.has(entity.rowKey)) {
      throw StorageAnswer.of(409, 'EntityAlreadyExists');
    }
    return this.#put(entity);
  }

  #replace(entity: Entity, etag: string): { readonly etag: string } {
    if (etag !== '*' && this.#row(entity.partitionKey, entity.rowKey).etag !== etag) {
      throw StorageAnswer.of(412, 'UpdateConditionNotSatisfied');
    }
    return this.#put(entity);
  }

  #delete(partition: string, key: string, etag: string): void {
    const row = this.#row(partition, key);
    if (etag !== '*' && row.etag !== etag) throw StorageAnswer.of(412, 'UpdateConditionNotSatisfied');
    this.#partitions.get(partition)?.delete(key);
  }

  #put(entity: Entity): { readonly etag: string } {
    let partition = this.#partitions.get(entity.partitionKey);
    if (partition === undefined) {
      partition = new Partition();
      this.#partitions.set(entity.partitionKey, partition);
    }
    this.#etags++;
    const etag = `W/"${this.#etags}"`;
    partition.set(entity.rowKey, { entity: { ...entity }, etag });
    return { etag };
  }

  /** All or nothing: everything is looked at before anything is done. */
  #transact(actions: readonly TransactionAction[]): void {
    if (actions.length === 0 || actions.length > maxInTransaction) throw StorageAnswer.of(400, 'InvalidInput');
    for (const [action, entity, , options] of actions as readonly FullAction[]) {
      const row = this.#partitions.get(entity.partitionKey)?.rows.get(entity.rowKey);
      const known = row !== undefined;
      if (action === 'create' && known) throw StorageAnswer.of(409, 'EntityAlreadyExists');
      if (action !== 'create' && !known) throw StorageAnswer.of(404, 'ResourceNotFound');
      if (action === 'update' && row?.etag !== options?.etag)
        throw StorageAnswer.of(412, 'UpdateConditionNotSatisfied');
      if (action === 'upsert') throw new Error(`expected create, update or delete, got ${action}`);
    }
    for (const [action, entity] of actions) {
      if (action !== 'delete') this.#put(entity as Entity);
      else this.#partitions.get(entity.partitionKey)?.delete(entity.rowKey);
    }
  }

  async *#list(
    ask: <T>(act: () => T) => Promise<T>,
    { filter, select }: { filter: string; select?: string[] },
  ): AsyncGenerator<Entity> {
    const found = await ask(() => {
      const { partition, from, to, columns } = readFilter(filter);
      const rows = this.#partitions.get(partition);
      const keys = rows?.keys() ?? [];
      // What was there when it was asked, whatever is written while it is read.
      const page: Stored[] = [];
      for (let at = firstFrom(keys, from); at < keys.length; at++) {
        const key = keys[at] as string;
        if (to !== undefined && key >= to) break;
        const row = rows?.rows.get(key) as Stored;
        if (columns.every(([name, value]) => row.entity[name] === value)) page.push(row);
      }
      return page;
    });
    for (const row of found) yield answered(row, select);
  }
}

/** Entities as the client gives them: one after the other, or by page. */
function pagedOf(entities: AsyncGenerator<Entity>): AsyncGenerator<Entity> & { byPage(): AsyncGenerator<Entity[]> } {
  return Object.assign(entities, {
    async *byPage() {
      for await (const entity of entities) yield [entity];
    },
  });
}

/** Place of the first key that is not below `from`. */
function firstFrom(keys: readonly string[], from: string): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] as string) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

function answered({ entity, etag }: Stored, select: readonly string[] | undefined): Entity & { etag: string } {
  if (select === undefined) return { ...entity, etag };
  const fields: Record<string, unknown> = {};
  for (const name of select) {
    const own = name === 'RowKey' ? 'rowKey' : name;
    fields[own] = entity[own];
  }
  return { ...fields, etag } as Entity & { etag: string };
}

interface Filter {
  readonly partition: string;
  readonly from: string;
  readonly to: string | undefined;
  readonly columns: readonly (readonly [string, string])[];
}

/** Reads the one form of filter that is asked with: comparisons with texts, all of which hold. */
function readFilter(filter: string): Filter {
  let partition: string | undefined;
  let from = '';
  let to: string | undefined;
  const columns: [string, string][] = [];
  for (const term of filter.split(' and ')) {
    const [, name = '', operator, value = ''] = /^(\w+) (eq|ge|lt) '([^']*)'$/.exec(term) ?? [];
    if (name === 'PartitionKey' && operator === 'eq') partition = value;
    else if (name === 'RowKey' && operator === 'ge') from = value;
    else if (name === 'RowKey' && operator === 'lt') to = value;
    else if (operator === 'eq') columns.push([name, value]);
    else throw new Error(`a filter that this table cannot read: ${filter}`);
  }
  if (partition === undefined) throw new Error(`expected a filter with a partition, got ${filter}`);
  return { partition, from, to, columns };
}
