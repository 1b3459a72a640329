import type { TableClient, TableEntity, TransactionAction } from '@azure/data-tables';
import type { Line } from './line.ts';
import { StorageAnswer } from './storage-answer.ts';

type Entity = TableEntity & Record<string, unknown>;

interface Stored {
  readonly entity: Entity;
  readonly etag: string;
  /** ISO 8601. */
  readonly timestamp: string;
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

/** One table of an account. `now`: milliseconds, for when rows were written. */
export class MemoryTable {
  readonly #partitions = new Map<string, Partition>();
  readonly #now: () => number;
  #exists = false;
  #etags = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

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
    partition.set(entity.rowKey, { entity: { ...entity }, etag, timestamp: new Date(this.#now()).toISOString() });
    return { etag };
  }

  /** All or nothing: everything is looked at before anything is done. */
  #transact(actions: readonly TransactionAction[]): void {
    if (actions.length === 0 || actions.length > maxInTransaction) throw StorageAnswer.of(400, 'InvalidInput');
    for (const [action, entity, , options] of actions as readonly FullAction[]) {
      const row = this.#partitions.get(entity.partitionKey)?.rows.get(entity.rowKey);
      const known = row !== undefined;
      if (action === 'create' && known) throw StorageAnswer.of(409, 'EntityAlreadyExists');
      if ((action === 'update' || action === 'delete') && !known) throw StorageAnswer.of(404, 'ResourceNotFound');
      if (action === 'update' && row?.etag !== options?.etag)
        throw StorageAnswer.of(412, 'UpdateConditionNotSatisfied');
    }
    for (const [action, entity] of actions) {
      if (action !== 'delete') this.#put(entity as Entity);
      else this.#partitions.get(entity.partitionKey)?.delete(entity.rowKey);
    }
  }

  #rowsIn(rows: Partition | undefined, { from, to, columns, has }: Omit<Filter, 'partition'>): Stored[] {
    const keys = rows?.keys() ?? [];
    const page: Stored[] = [];
    for (let at = firstFrom(keys, from); at < keys.length; at++) {
      const key = keys[at] as string;
      if (to !== undefined && key >= to) break;
      const row = rows?.rows.get(key) as Stored;
      const fits = columns.every(([name, value]) => row.entity[name] === value);
      if (fits && has.every((name) => typeof row.entity[name] === 'string')) page.push(row);
    }
    return page;
  }

  async *#list(
    ask: <T>(act: () => T) => Promise<T>,
    { filter, select }: { filter: string; select?: string[] },
  ): AsyncGenerator<Entity> {
    const found = await ask(() => {
      const wanted = readFilter(filter);
      // What was there when it was asked, whatever is written while it is read.
      if ('partition' in wanted) return this.#rowsIn(this.#partitions.get(wanted.partition), wanted);
      const names = [...this.#partitions.keys()].filter(
        (name) => name >= wanted.fromPartition && name < wanted.toPartition,
      );
      return names.sort().flatMap((name) => this.#rowsIn(this.#partitions.get(name), wanted));
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

const ownNames: Readonly<Record<string, string>> = { RowKey: 'rowKey', Timestamp: 'timestamp' };

function answered(
  { entity, etag, timestamp }: Stored,
  select: readonly string[] | undefined,
): Entity & { etag: string } {
  const whole: Record<string, unknown> = { ...entity, timestamp };
  const names = select?.map((name) => ownNames[name] ?? name) ?? Object.keys(whole);
  return { ...Object.fromEntries(names.map((name) => [name, whole[name]])), etag } as Entity & { etag: string };
}

interface Filter {
  readonly from: string;
  readonly to: string | undefined;
  readonly columns: readonly (readonly [string, string])[];
  /** Columns that a row must have, with a text in it. */
  readonly has: readonly string[];
}

type Wanted = Filter &
  ({ readonly partition: string } | { readonly fromPartition: string; readonly toPartition: string });

/** Reads the forms of filters that are asked with: comparisons with texts, all of which hold. */
function readFilter(filter: string): Wanted {
  const terms = filter.split(' and ').map((term) => {
    const [, name = '', operator = '', value = ''] = /^(\w+) (eq|ge|lt) '([^']*)'$/.exec(term) ?? [];
    return { name, operator, value };
  });
  const bound = (name: string, operator: string) =>
    terms.find((one) => one.name === name && one.operator === operator)?.value;
  const others = terms.filter(({ name }) => name !== 'PartitionKey' && name !== 'RowKey');
  const columns = others.filter(({ operator }) => operator === 'eq').map(({ name, value }) => [name, value] as const);
  const has = others.filter(({ operator, value }) => operator === 'ge' && value === '').map(({ name }) => name);
  if (columns.length + has.length < others.length) throw new Error(`a filter that this table cannot read: ${filter}`);
  const rows = { from: bound('RowKey', 'ge') ?? '', to: bound('RowKey', 'lt'), columns, has };
  const partition = bound('PartitionKey', 'eq');
  if (partition !== undefined) return { ...rows, partition };
  const [fromPartition, toPartition] = [bound('PartitionKey', 'ge'), bound('PartitionKey', 'lt')];
  if (fromPartition === undefined || toPartition === undefined) {
    throw new Error(`expected a filter with a partition, got ${filter}`);
  }
  return { ...rows, fromPartition, toPartition };
}
