import { createHash } from 'node:crypto';
import type { TableClient, TableEntity, TransactionAction } from '@azure/data-tables';
import { StoredFormatError, unlessDamaged } from '../ports/store.ts';
import type { Blobs } from './blobs.ts';
import { type DamagedRow, type StoredEntity, setAsideRow } from './damaged-row.ts';
import { blobPathOf, type Scope } from './keys.ts';
import { inTransactions, saysAbsent, saysChanged, saysPresent, transactionRows, upsertAll } from './requests.ts';
import {
  checkSchema,
  decodeStored,
  encodeStored,
  placeOf,
  SchemaError,
  schema,
  sealedOf,
  splitText,
  textOf,
} from './schema.ts';
import type { Seals } from './seal.ts';

type Row = { readonly key: string; readonly value: object };

export interface NewRow extends Row {
  /** Short ASCII texts that queries filter by. */
  readonly columns?: Readonly<Record<string, string>>;
}

const changeAttempts = 100;

/**
 * Rows of the service's table: each holds one JSON value, spread over properties where it is long, in a blob where a row
 * cannot hold it. Such a blob is named by its content and written before its row, so dying in between leaves at most a
 * blob that nothing names, which the next attempt uses.
 */
export class Rows {
  readonly #table: TableClient;
  readonly #blobs: Blobs;
  readonly #scope: Scope;
  readonly #seals: Seals | undefined;
  readonly #othersWrite: boolean;

  /**
   * @param seals absent: rows are written without a seal, and none is asked for; `others write` says that the same may be
   * done by an app that is trusted with nothing, so that a newer form is no reason to stop.
   */
  constructor(table: TableClient, blobs: Blobs, scope: Scope, seals?: Seals | 'others write') {
    this.#table = table;
    this.#blobs = blobs;
    this.#scope = scope;
    this.#seals = seals === 'others write' ? undefined : seals;
    this.#othersWrite = seals === 'others write';
  }

  async get(partition: string, key: string): Promise<object | undefined> {
    return (await this.#read(partition, key))?.value;
  }

  /** Whether there is such a row, damaged or not. */
  async has(partition: string, key: string): Promise<boolean> {
    try {
      const { schema: found } = await this.#table.getEntity(partition, key, { queryOptions: { select: ['schema'] } });
      this.#checkColumn(found, placeOf(partition, key));
      return true;
    } catch (error) {
      if (saysAbsent(error)) return false;
      throw error;
    }
  }

  /** Whether there is such a row that this service wrote there. One that is damaged counts as none. */
  async hasOwn(partition: string, key: string): Promise<boolean> {
    return (await unlessDamaged(this.#read(partition, key))) !== undefined;
  }

  /**
   * Rows of a partition in the order of keys, from `from` up to, not including, `to`; those whose columns are as given.
   * Keys hold no quotes. What is damaged, or not sealed by this service, is passed over: one such row must not stop what
   * the others are for. `damagedIn()` names it, and Damage reports it.
   * @param atOnce rows that one request asks for; as many as Storage gives, 1,000, if absent. For who reads a few of many.
   */
  async *range(
    partition: string,
    from: string,
    to: string,
    columns: Readonly<Record<string, string>> = {},
    atOnce?: number,
  ): AsyncGenerator<Row> {
    for await (const { entity, value } of this.#decoded(partition, from, to, columns, atOnce)) {
      if (value !== undefined) yield { key: entity.rowKey, value };
    }
  }

  /** The same; throws StoredFormatError for what range() passes over: for whom a part is worse than nothing. */
  async *everyRow(partition: string, from: string, to: string): AsyncGenerator<Row> {
    for await (const { entity, value, fault } of this.#decoded(partition, from, to, {})) {
      if (value === undefined) throw fault;
      yield { key: entity.rowKey, value };
    }
  }

  /** Rows that range() passes over, each with what is wrong with it. */
  async damagedIn(partition: string, from = '', to = '~'): Promise<readonly DamagedRow[]> {
    const found: DamagedRow[] = [];
    for await (const { entity, fault } of this.#decoded(partition, from, to, {})) {
      if (fault !== undefined) found.push({ partition, key: entity.rowKey, entity, text: fault.message });
    }
    return found;
  }

  /** Moves a row that damagedIn() gave out of the way: from then on it is absent where it was. */
  async setAside(row: DamagedRow): Promise<void> {
    await setAsideRow({ table: this.#table, blobs: this.#blobs, scope: this.#scope }, row);
  }

  /** Rows of a range with value or fault. */
  async *#decoded(
    partition: string,
    from: string,
    to: string,
    columns: Readonly<Record<string, string>>,
    atOnce?: number,
  ): AsyncGenerator<{ readonly entity: StoredEntity; readonly value?: object; readonly fault?: Error }> {
    const filter = [
      `PartitionKey eq '${partition}'`,
      `RowKey ge '${from}'`,
      `RowKey lt '${to}'`,
      ...Object.entries(columns).map(([name, value]) => `${name} eq '${value}'`),
    ].join(' and ');
    for await (const entity of this.#list({ filter }, atOnce)) {
      try {
        yield { entity, value: await this.#decode(partition, entity.rowKey, entity) };
      } catch (error) {
        const newer = this.#othersWrite && error instanceof SchemaError;
        if (!newer && !(error instanceof StoredFormatError)) throw error;
        yield { entity, fault: error };
      }
    }
  }

  async keys(partition: string): Promise<readonly string[]> {
    const keys: string[] = [];
    const select = ['RowKey', 'schema'];
    for await (const entity of this.#list({ filter: `PartitionKey eq '${partition}'`, select })) {
      this.#checkColumn(entity.schema, placeOf(partition, entity.rowKey));
      keys.push(entity.rowKey);
    }
    return keys;
  }

  /** `known`: a row of this key was there and stays as it is. */
  async insert(partition: string, row: NewRow): Promise<'inserted' | 'known'> {
    try {
      await this.#table.createEntity(await this.#encode(partition, row));
      return 'inserted';
    } catch (error) {
      if (saysPresent(error)) return 'known';
      throw error;
    }
  }

  /** The same, in place of what this service did not write there: the key of a row to come can often be told before. */
  async insertOwn(partition: string, row: NewRow): Promise<'inserted' | 'known'> {
    if ((await this.insert(partition, row)) === 'inserted') return 'inserted';
    if (await this.hasOwn(partition, row.key)) return 'known';
    await this.replace(partition, row);
    return 'inserted';
  }

  /**
   * Inserts rows in their order, in as few transactions as they fit; the last row is in the last one, so it is there
   * only if all are. `known`: a row of one of these keys was there; of the transaction that held it nothing was written.
   */
  async insertAll(partition: string, rows: readonly NewRow[]): Promise<'inserted' | 'known'> {
    try {
      for await (const batch of inTransactions(rows, (row) => this.#encode(partition, row))) {
        await this.#table.submitTransaction(batch);
      }
      return 'inserted';
    } catch (error) {
      if (saysPresent(error)) return 'known';
      throw error;
    }
  }

  /**
   * Replaces a row, or inserts it, by what `next` makes of its value now (undefined: no such row); nothing if that gives
   * undefined. Conditional: when another writer was faster, `next` is called again with what it wrote. `columns` are
   * those of the row afterwards.
   */
  async change(
    partition: string,
    key: string,
    next: (value: object | undefined) => object | undefined | Promise<object | undefined>,
    columns: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    for (let attempt = 0; attempt < changeAttempts; attempt++) {
      const found = await this.#read(partition, key);
      const value = await next(found?.value);
      if (value === undefined) return;
      const entity = await this.#encode(partition, { key, value, columns });
      try {
        if (found === undefined) await this.#table.createEntity(entity);
        else await this.#table.updateEntity(entity, 'Replace', { etag: found.etag });
        return;
      } catch (error) {
        if (!(found === undefined ? saysPresent(error) : saysChanged(error))) throw error;
      }
    }
    throw new Error(
      `${placeOf(partition, key)}: another process changed it each of the ${changeAttempts} times we tried; try again later`,
    );
  }

  /** Puts a row in place of what is there, whatever that is, damaged or not. */
  async replace(partition: string, row: NewRow): Promise<void> {
    await this.#table.upsertEntity(await this.#encode(partition, row), 'Replace');
  }

  /** The same with many, each of another key. */
  async replaceAll(partition: string, rows: readonly NewRow[]): Promise<void> {
    await upsertAll(this.#table, rows, (row) => this.#encode(partition, row));
  }

  async delete(partition: string, keys: readonly string[]): Promise<void> {
    for (let at = 0; at < keys.length; at += transactionRows) {
      await this.#table.submitTransaction(
        keys
          .slice(at, at + transactionRows)
          .map((key): TransactionAction => ['delete', { partitionKey: partition, rowKey: key }]),
      );
    }
  }

  async #read(partition: string, key: string): Promise<{ value: object; etag: string } | undefined> {
    let entity: TableEntity & { readonly etag: string };
    try {
      entity = await this.#table.getEntity(partition, key);
    } catch (error) {
      if (saysAbsent(error)) return undefined;
      throw error;
    }
    return { value: await this.#decode(partition, key, entity), etag: entity.etag };
  }

  /** Follows every page: Storage may end one after any number of rows, also after none. */
  async *#list(
    queryOptions: { filter: string; select?: string[] },
    maxPageSize?: number,
  ): AsyncGenerator<StoredEntity> {
    try {
      const pages = this.#table.listEntities({ queryOptions }).byPage(maxPageSize === undefined ? {} : { maxPageSize });
      for await (const page of pages) {
        for (const entity of page) {
          const { rowKey } = entity;
          if (rowKey !== undefined) yield { ...entity, rowKey };
        }
      }
    } catch (error) {
      if (!saysAbsent(error)) throw error;
    }
  }

  async #encode(partition: string, row: NewRow): Promise<TableEntity> {
    const text = encodeStored(row.value);
    const content = splitText(text) ?? { textBlob: await this.#putText(text) };
    const where = placeOf(partition, row.key);
    return {
      partitionKey: partition,
      rowKey: row.key,
      schema,
      ...(this.#seals ? { seal: this.#seals.seal(where, sealedOf(content, where)) } : {}),
      ...row.columns,
      ...content,
    };
  }

  /** The form that a row claims in its column, where that can be believed: its seal does not cover it. */
  #checkColumn(found: unknown, where: string): void {
    if (!this.#seals) checkSchema(found, where);
  }

  async #decode(partition: string, key: string, entity: Readonly<Record<string, unknown>>): Promise<object> {
    const where = placeOf(partition, key);
    this.#checkColumn(entity.schema, where);
    const sealed = sealedOf(entity, where);
    // First of all: what others put here is not a newer version's either, which would stop everything. The text says its
    // schema itself.
    this.#seals?.verify(where, sealed, entity.seal);
    const text = await textOf(sealed, where, (path) => this.#blobs.read(path));
    return decodeStored(text, entity.textBlob === undefined ? where : `blob ${entity.textBlob}`);
  }

  async #putText(text: string): Promise<string> {
    const path = blobPathOf(this.#scope, 'texts', createHash('sha256').update(text).digest('hex'), '.json');
    await this.#blobs.write(path, text);
    return path;
  }
}
