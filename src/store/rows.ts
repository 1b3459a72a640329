import { createHash } from 'node:crypto';
import type { TableClient, TableEntity, TransactionAction } from '@azure/data-tables';
import type { Blobs } from './blobs.ts';
import { blobPathOf, type Scope } from './keys.ts';
import { saysAbsent, saysChanged, saysPresent } from './requests.ts';
import { checkSchema, decodeStored, encodeStored, joinText, StoredFormatError, schema, splitText } from './schema.ts';

interface Row {
  readonly key: string;
  readonly value: object;
}

export interface NewRow extends Row {
  /** Short ASCII texts that queries filter by. */
  readonly columns?: Readonly<Record<string, string>>;
}

/** A transaction takes 100 entities and 4 MiB; what is left of it is room for the parts' headers. */
const transactionRows = 100;
const transactionBytes = 3_500_000;
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

  constructor(table: TableClient, blobs: Blobs, scope: Scope) {
    this.#table = table;
    this.#blobs = blobs;
    this.#scope = scope;
  }

  async get(partition: string, key: string): Promise<object | undefined> {
    return (await this.#read(partition, key))?.value;
  }

  /** Whether there is such a row, without its content. */
  async has(partition: string, key: string): Promise<boolean> {
    try {
      const { schema: found } = await this.#table.getEntity(partition, key, { queryOptions: { select: ['schema'] } });
      checkSchema(found, whereIs(partition, key));
      return true;
    } catch (error) {
      if (saysAbsent(error)) return false;
      throw error;
    }
  }

  /** Rows of a partition in the order of keys, from `from` up to, not including, `to`; those whose columns are as given. Keys hold no quotes. */
  async *range(
    partition: string,
    from: string,
    to: string,
    columns: Readonly<Record<string, string>> = {},
  ): AsyncGenerator<Row> {
    const filter = [
      `PartitionKey eq '${partition}'`,
      `RowKey ge '${from}'`,
      `RowKey lt '${to}'`,
      ...Object.entries(columns).map(([name, value]) => `${name} eq '${value}'`),
    ].join(' and ');
    for await (const entity of this.#list({ filter })) {
      yield { key: entity.rowKey, value: await this.#decode(partition, entity.rowKey, entity) };
    }
  }

  async keys(partition: string): Promise<readonly string[]> {
    const keys: string[] = [];
    const select = ['RowKey', 'schema'];
    for await (const entity of this.#list({ filter: `PartitionKey eq '${partition}'`, select })) {
      checkSchema(entity.schema, whereIs(partition, entity.rowKey));
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

  /**
   * Inserts rows in their order, in as few transactions as they fit; the last row is in the last one, so it is there
   * only if all are. `known`: a row of one of these keys was there; of the transaction that held it nothing was written.
   */
  async insertAll(partition: string, rows: readonly NewRow[]): Promise<'inserted' | 'known'> {
    let batch: TransactionAction[] = [];
    let bytes = 0;
    try {
      for (const row of rows) {
        const entity = await this.#encode(partition, row);
        const size = JSON.stringify(entity).length + 1_000;
        if (batch.length === transactionRows || (batch.length > 0 && bytes + size > transactionBytes)) {
          await this.#table.submitTransaction(batch);
          batch = [];
          bytes = 0;
        }
        batch.push(['create', entity]);
        bytes += size;
      }
      if (batch.length > 0) await this.#table.submitTransaction(batch);
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
      `${whereIs(partition, key)}: another process changed it each of the ${changeAttempts} times we tried; try again later`,
    );
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
  async *#list(queryOptions: {
    filter: string;
    select?: string[];
  }): AsyncGenerator<Record<string, unknown> & { rowKey: string }> {
    try {
      for await (const entity of this.#table.listEntities({ queryOptions })) {
        const { rowKey } = entity;
        if (rowKey !== undefined) yield { ...entity, rowKey };
      }
    } catch (error) {
      if (!saysAbsent(error)) throw error;
    }
  }

  async #encode(partition: string, row: NewRow): Promise<TableEntity> {
    const text = encodeStored(row.value);
    return {
      partitionKey: partition,
      rowKey: row.key,
      schema,
      ...row.columns,
      ...(splitText(text) ?? { textBlob: await this.#putText(text) }),
    };
  }

  async #decode(partition: string, key: string, entity: Readonly<Record<string, unknown>>): Promise<object> {
    const where = whereIs(partition, key);
    checkSchema(entity.schema, where);
    const { textBlob } = entity;
    if (textBlob === undefined) return decodeStored(joinText(entity, where), where);
    const bytes = await this.#blobs.read(String(textBlob));
    if (bytes === undefined) {
      throw new StoredFormatError(`${where}: its content should be in the blob ${textBlob}, which does not exist`);
    }
    return decodeStored(Buffer.from(bytes).toString(), `blob ${textBlob}`);
  }

  async #putText(text: string): Promise<string> {
    const path = blobPathOf(this.#scope, 'texts', createHash('sha256').update(text).digest('hex'), '.json');
    await this.#blobs.write(path, text);
    return path;
  }
}

function whereIs(partition: string, key: string): string {
  return `row ${partition} / ${key}`;
}
