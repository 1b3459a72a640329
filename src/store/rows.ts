import { createHash } from 'node:crypto';
import type { TableEntity, TransactionAction } from '@azure/data-tables';
import { type DamagedRow, setAsideRow } from './damaged-row.ts';
import { blobPathOf } from './keys.ts';
import {
  creatingPlace,
  inTransactions,
  saysAbsent,
  saysChanged,
  saysPresent,
  submitOrSingly,
  transactionRows,
} from './requests.ts';
import { type RangeRow, type ReadRow, type Row, RowReader } from './row-reader.ts';
import { encodeStored, placeOf, schema, sealedOf, splitText } from './schema.ts';

export interface NewRow extends Row {
  /** Short ASCII texts that queries filter by. */
  readonly columns?: Readonly<Record<string, string>>;
}

interface ChangeOptions {
  readonly columns?: Readonly<Record<string, string>>;
  /** Undefined in it: there was no such row. */
  readonly seen?: { readonly row: ReadRow | undefined };
}

const changeAttempts = 100;

/**
 * Rows of the service's table: each holds one JSON value, spread over properties where it is long, in a blob where a row
 * cannot hold it. Such a blob is named by its content and written before its row, so dying in between leaves at most a
 * blob that nothing names, which the next attempt uses.
 */
export class Rows extends RowReader {
  /** Moves a row that damagedIn() gave out of the way: from then on it is absent where it was. */
  async setAside(row: DamagedRow): Promise<void> {
    await setAsideRow({ table: this.table, blobs: this.blobs, scope: this.scope }, row);
  }

  /** `known`: a row of this key was there and stays as it is. */
  async insert(partition: string, row: NewRow): Promise<'inserted' | 'known'> {
    try {
      const entity = await this.#encode(partition, row);
      await this.#write(() => this.table.createEntity(entity));
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
      const creating = async (row: NewRow): Promise<TransactionAction> => [
        'create',
        await this.#encode(partition, row),
      ];
      for await (const { actions } of inTransactions(rows, creating)) {
        await this.#write(() => this.table.submitTransaction(actions));
      }
      return 'inserted';
    } catch (error) {
      if (saysPresent(error)) return 'known';
      throw error;
    }
  }

  /**
   * Replaces a row, or inserts it, by what `next` makes of its value now (undefined: no such row); nothing if that gives
   * undefined. Conditional: when another writer was faster, `next` is called again with what it wrote. Resolves to the row
   * as it was found or written.
   * @param given `columns` are those of the row afterwards; `seen` is the row as it was read before, or that there was none, which saves
   * reading it again: what is written holds only if it is still that. Nothing is left as it is on the word of `seen` alone.
   */
  async change(
    partition: string,
    key: string,
    next: (value: object | undefined) => object | undefined | Promise<object | undefined>,
    { columns = {}, seen }: ChangeOptions = {},
  ): Promise<ReadRow | undefined> {
    let known = seen;
    for (let attempt = 0; attempt < changeAttempts; attempt++) {
      const found = known ? known.row : await this.read(partition, key);
      const value = await next(found?.value);
      if (value === undefined && known === undefined) return found;
      known = undefined;
      if (value === undefined) continue;
      const written = await this.replaceRead(partition, { key, value, columns }, found);
      if (written !== 'changed') return written;
    }
    throw new Error(
      `${placeOf(partition, key)}: another process changed it each of the ${changeAttempts} times we tried; try again later`,
    );
  }

  /**
   * Replaces a row as it was read (undefined: there was none) without reading it again; the version that it has from now on.
   * `changed`: another writer was faster.
   */
  async replaceRead(
    partition: string,
    row: NewRow,
    read: Pick<ReadRow, 'etag'> | undefined,
  ): Promise<ReadRow | 'changed'> {
    const entity = await this.#encode(partition, row);
    try {
      const { etag = '' } = await this.#write(() =>
        read === undefined
          ? this.table.createEntity(entity)
          : this.table.updateEntity(entity, 'Replace', { etag: read.etag }),
      );
      return { value: row.value, etag };
    } catch (error) {
      if (!(read === undefined ? saysPresent(error) : saysChanged(error))) throw error;
      return 'changed';
    }
  }

  /**
   * The change() of many rows of one partition, read by one request and written by as few as they fit. `from` and `to` bound
   * what is read: the rows of all `keys` lie between them. A row that another writer was faster with, or that is damaged,
   * goes the way of change(). `seen` are all rows from `from` to `to` as they were read before, which saves reading them;
   * a row that is left as it is on their word is one for which `next` gives undefined for good.
   */
  async changeAll(
    partition: string,
    {
      keys,
      from,
      to,
      seen,
    }: {
      readonly keys: readonly string[];
      readonly from: string;
      readonly to: string;
      readonly seen?: readonly RangeRow[];
    },
    next: (value: object | undefined) => object | undefined,
  ): Promise<void> {
    const found = new Map<string, ReadRow>();
    for await (const { key, read } of seen ?? this.rangeWithDamage(partition, from, to)) if (read) found.set(key, read);
    const changed = keys.flatMap((key) => {
      const value = next(found.get(key)?.value);
      return value === undefined ? [] : [{ key, value }];
    });
    const action = async ({ key, value }: NewRow): Promise<TransactionAction> => {
      const [entity, read] = [await this.#encode(partition, { key, value }), found.get(key)];
      return read === undefined ? ['create', entity] : ['update', entity, 'Replace', { etag: read.etag }];
    };
    for await (const { rows, actions } of inTransactions(changed, action)) {
      try {
        await this.#write(() => this.table.submitTransaction(actions));
      } catch (error) {
        if (!saysPresent(error) && !saysChanged(error)) throw error;
        for (const { key } of rows) await this.change(partition, key, next);
      }
    }
  }

  /** Puts a row in place of what is there, whatever that is, damaged or not. */
  async replace(partition: string, row: NewRow): Promise<void> {
    const entity = await this.#encode(partition, row);
    await this.#write(() => this.table.upsertEntity(entity, 'Replace'));
  }

  /** The same with many, each of another key. */
  async replaceAll(partition: string, rows: readonly NewRow[]): Promise<void> {
    const action = async (row: NewRow): Promise<TransactionAction> => [
      'upsert',
      await this.#encode(partition, row),
      'Replace',
    ];
    for await (const { actions } of inTransactions(rows, action)) {
      const single = ([, entity]: TransactionAction) => this.table.upsertEntity(entity, 'Replace');
      await this.#write(() => submitOrSingly(this.table, actions, single));
    }
  }

  async delete(partition: string, keys: readonly string[]): Promise<void> {
    for (let at = 0; at < keys.length; at += transactionRows) {
      await this.table.submitTransaction(
        keys
          .slice(at, at + transactionRows)
          .map((key): TransactionAction => ['delete', { partitionKey: partition, rowKey: key }]),
      );
    }
  }

  /** One that another process removed is no error. */
  async deleteIfThere(partition: string, key: string): Promise<void> {
    try {
      await this.delete(partition, [key]);
    } catch (error) {
      if (!saysAbsent(error)) throw error;
    }
  }

  /** Deletes a row as it was read: one that was written since stays, and one that is gone is no error. */
  async deleteRead(partition: string, key: string, { etag }: Pick<ReadRow, 'etag'>): Promise<void> {
    try {
      await this.table.deleteEntity(partition, key, { etag });
    } catch (error) {
      if (!saysChanged(error) && !saysAbsent(error)) throw error;
    }
  }

  #write<T>(request: () => Promise<T>): Promise<T> {
    return creatingPlace(request, () => this.table.createTable());
  }

  async #encode(partition: string, row: NewRow): Promise<TableEntity> {
    const text = encodeStored(row.value);
    const content = splitText(text) ?? { textBlob: await this.#putText(text) };
    const where = placeOf(partition, row.key);
    return {
      partitionKey: partition,
      rowKey: row.key,
      schema,
      ...(this.seals ? { seal: this.seals.seal(where, sealedOf(content, where)) } : {}),
      ...row.columns,
      ...content,
    };
  }

  async #putText(text: string): Promise<string> {
    const path = blobPathOf(this.scope, 'texts', createHash('sha256').update(text).digest('hex'), '.json');
    await this.blobs.write(path, text);
    return path;
  }
}
