import type { TableClient, TableEntity } from '@azure/data-tables';
import { StoredFormatError, unlessDamaged } from '../ports/store.ts';
import type { Blobs } from './blobs.ts';
import type { DamagedRow, StoredEntity } from './damaged-row.ts';
import { partitionOf, type Scope } from './keys.ts';
import { saysAbsent } from './requests.ts';
import { checkSchema, decodeStored, placeOf, SchemaError, sealedOf, textOf } from './schema.ts';
import type { Seals } from './seal.ts';

export interface Row {
  readonly key: string;
  readonly value: object;
}

/** What a row held, and the version that held it. */
export interface ReadRow {
  readonly value: object;
  readonly etag: string;
}

/** A row of a range: what it held, or what is wrong with it. */
export interface RangeRow {
  readonly key: string;
  readonly read?: ReadRow;
  readonly fault?: Error;
  readonly damaged?: DamagedRow;
}

/** Reads rows of the service's table, as Rows writes them. */
export class RowReader {
  protected readonly table: TableClient;
  protected readonly blobs: Blobs;
  protected readonly scope: Scope;
  protected readonly seals: Seals | undefined;
  readonly #othersWrite: boolean;

  /**
   * @param seals absent: rows are written without a seal, and none is asked for; `others write` says that the same may be
   * done by an app that is trusted with nothing, so that a newer form is no reason to stop.
   */
  constructor(table: TableClient, blobs: Blobs, scope: Scope, seals?: Seals | 'others write') {
    this.table = table;
    this.blobs = blobs;
    this.scope = scope;
    this.seals = seals === 'others write' ? undefined : seals;
    this.#othersWrite = seals === 'others write';
  }

  async get(partition: string, key: string): Promise<object | undefined> {
    return (await this.read(partition, key))?.value;
  }

  /** Whether there is such a row, damaged or not. */
  async has(partition: string, key: string): Promise<boolean> {
    try {
      const { schema: found } = await this.table.getEntity(partition, key, { queryOptions: { select: ['schema'] } });
      this.#checkColumn(found, placeOf(partition, key));
      return true;
    } catch (error) {
      if (saysAbsent(error)) return false;
      throw error;
    }
  }

  /** Whether there is such a row that this service wrote there. One that is damaged counts as none. */
  async hasOwn(partition: string, key: string): Promise<boolean> {
    return (await unlessDamaged(this.read(partition, key))) !== undefined;
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

  /** The same with what is damaged, each row with its value or its fault, and with its version. */
  async *rangeWithDamage(partition: string, from: string, to: string): AsyncGenerator<RangeRow> {
    for await (const { entity, value, fault } of this.#decoded(partition, from, to, {})) {
      const { rowKey: key, etag = '' } = entity;
      if (fault === undefined) yield { key, ...(value ? { read: { value, etag } } : {}) };
      else yield { key, fault, damaged: { partition, key, entity, text: fault.message } };
    }
  }

  /** Rows that range() passes over, each with what is wrong with it. */
  async damagedIn(partition: string, from = '', to = '~'): Promise<readonly DamagedRow[]> {
    const found: DamagedRow[] = [];
    for await (const { damaged } of this.rangeWithDamage(partition, from, to)) if (damaged) found.push(damaged);
    return found;
  }

  /** Rows of a range, each with its value, or with what is wrong with it. */
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

  /** Rows of a partition from `from` up to, not including, `to`, and when Storage wrote each, ISO 8601; their content is not read. */
  async *ages(
    partition: string,
    from: string,
    to: string,
  ): AsyncGenerator<{ readonly key: string; readonly etag: string; readonly writtenAt: string }> {
    const filter = `PartitionKey eq '${partition}' and RowKey ge '${from}' and RowKey lt '${to}'`;
    for await (const { rowKey: key, etag = '', timestamp } of this.#list({ filter, select: ['RowKey', 'Timestamp'] })) {
      yield { key, etag, writtenAt: new Date(String(timestamp)).toISOString() };
    }
  }

  /** Blobs that rows of this instance and cloud name as their content, damaged rows and those set aside among them. */
  async textsNamed(): Promise<ReadonlySet<string>> {
    const [all, aside] = [partitionOf(this.scope), partitionOf(this.scope, 'set-aside')];
    const named = new Set<string>();
    // Last what was set aside: a row that moves there while the others are read is there before it is gone from where it was.
    for (const place of [`PartitionKey ge '${all}|' and PartitionKey lt '${all}}'`, `PartitionKey eq '${aside}'`]) {
      const filter = `${place} and textBlob ge ''`;
      for await (const { textBlob } of this.#list({ filter, select: ['RowKey', 'textBlob'] }))
        named.add(String(textBlob));
    }
    return named;
  }

  /** The value of a row with its version, for replaceRead(); undefined if there is none. */
  async read(partition: string, key: string): Promise<ReadRow | undefined> {
    let entity: TableEntity & { readonly etag: string };
    try {
      entity = await this.table.getEntity(partition, key);
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
      const pages = this.table.listEntities({ queryOptions }).byPage(maxPageSize === undefined ? {} : { maxPageSize });
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

  /** The form that a row claims in its column, where that can be believed: its seal does not cover it. */
  #checkColumn(found: unknown, where: string): void {
    if (!this.seals) checkSchema(found, where);
  }

  async #decode(partition: string, key: string, entity: Readonly<Record<string, unknown>>): Promise<object> {
    const where = placeOf(partition, key);
    this.#checkColumn(entity.schema, where);
    const sealed = sealedOf(entity, where);
    // First of all: what others put here is not a newer version's either, which would stop everything. The text says its
    // schema itself.
    this.seals?.verify(where, sealed, entity.seal);
    const text = await textOf(sealed, where, (path) => this.blobs.read(path));
    return decodeStored(text, entity.textBlob === undefined ? where : `blob ${entity.textBlob}`);
  }
}
