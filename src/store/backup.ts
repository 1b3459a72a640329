import { buffer } from 'node:stream/consumers';
import { connectStorage, type StoreConnection } from './connect.ts';
import { blobPathOf, partitionOf, type Scope } from './keys.ts';
import { saysAbsent } from './requests.ts';
import { checkSchema } from './schema.ts';

interface BackupOptions {
  readonly connection: StoreConnection;
  readonly scope: Scope;
  readonly queuePrefix: string;
}

/** One line of a backup: what it is of first, then rows and blobs in any order, and at the end how many there were. */
export type BackupLine =
  | {
      readonly schema: 1;
      readonly kind: 'backup';
      readonly instance: string;
      readonly cloud: string;
      readonly at: string;
    }
  | { readonly kind: 'row'; readonly row: Readonly<Record<string, string | number | boolean>> }
  | { readonly kind: 'blob'; readonly path: string; readonly base64: string }
  | { readonly kind: 'end'; readonly rows: number; readonly blobs: number };

/** Thrown for a backup that cannot be taken or restored; nothing was written then. */
class BackupError extends Error {
  override name = 'BackupError';
}

export interface Backup {
  take(): AsyncIterable<BackupLine>;
  /** Throws BackupError. */
  restore(lines: readonly BackupLine[]): Promise<{ readonly rows: number; readonly blobs: number }>;
}

/**
 * Everything that one instance keeps in one cloud: ledgers, answers, runs, history, publications. Leases are left out, and
 * so are operations under way: they are over before a restore, and their addresses are signed by Azure.
 */
export async function* exportScope(options: BackupOptions, now: Date): AsyncGenerator<BackupLine> {
  const { scope, connection, queuePrefix } = options;
  const { table, container } = await connectStorage(connection, queuePrefix, 30_000);
  yield { schema: 1, kind: 'backup', ...scope, at: now.toISOString() };
  let rows = 0;
  let blobs = 0;
  try {
    for await (const entity of table.listEntities({ queryOptions: { filter: inScope(scope) } })) {
      const { etag, timestamp, ...properties } = entity;
      if (properties.partitionKey === partitionOf(scope, 'operations')) continue;
      checkSchema(properties.schema, `row ${properties.partitionKey} ${properties.rowKey}`);
      yield { kind: 'row', row: plain(properties) };
      rows++;
    }
    const leases = blobPathOf(scope, 'leases', '', '');
    for await (const { name } of container.listBlobsFlat({ prefix: folderOf(scope) })) {
      if (name.startsWith(leases)) continue;
      const { readableStreamBody } = await container.getBlobClient(name).download();
      const bytes = readableStreamBody ? await buffer(readableStreamBody) : Buffer.alloc(0);
      yield { kind: 'blob', path: name, base64: bytes.toString('base64') };
      blobs++;
    }
  } catch (error) {
    if (!saysAbsent(error)) throw error;
  }
  yield { kind: 'end', rows, blobs };
}

/**
 * Puts a backup back where nothing of this instance and cloud is stored, or only what an import of the same backup put there
 * before it died. The whole backup is looked at before anything is written. Throws BackupError for a backup of something
 * else, a damaged one, or a place that holds anything else.
 */
export async function importScope(
  options: BackupOptions,
  lines: readonly BackupLine[],
): Promise<{ readonly rows: number; readonly blobs: number }> {
  const { scope, connection, queuePrefix } = options;
  const [head] = lines;
  const end = lines.at(-1);
  if (head?.kind !== 'backup' || end?.kind !== 'end') {
    throw new BackupError('expected a whole backup, from its first to its last line, got a part of one: take it again');
  }
  checkSchema(head.schema, 'the backup');
  if (head.instance !== scope.instance || head.cloud !== scope.cloud) {
    throw new BackupError(
      `expected a backup of ${scope.instance} (${scope.cloud}), got one of ${head.instance} (${head.cloud}): every key begins with these names; restore it under a config with the same`,
    );
  }
  const rows = lines.flatMap((line) => (line.kind === 'row' ? [line.row] : []));
  const blobs = lines.flatMap((line) => (line.kind === 'blob' ? [line] : []));
  if (rows.length !== end.rows || blobs.length !== end.blobs) {
    throw new BackupError(
      `expected ${end.rows} rows and ${end.blobs} blobs, got ${rows.length} and ${blobs.length}: the backup is damaged`,
    );
  }
  const strays = [
    ...rows.map((row) => String(row.partitionKey)).filter((key) => !key.startsWith(`${partitionOf(scope)}|`)),
    ...blobs.map(({ path }) => path).filter((path) => !path.startsWith(folderOf(scope))),
  ];
  if (strays.length > 0)
    throw new BackupError(`expected keys of ${head.instance} alone, got ${strays[0]}: the backup is damaged`);
  const { table, container } = await connectStorage(connection, queuePrefix, 30_000);
  await table.createTable();
  await container.createIfNotExists();
  const wanted = new Set(rows.map(textOf));
  const there = new Set<string>();
  for await (const entity of table.listEntities({ queryOptions: { filter: inScope(scope) } })) {
    const { etag, timestamp, ...properties } = entity;
    const text = textOf(plain(properties));
    if (!wanted.has(text)) {
      throw new BackupError(
        `expected nothing stored under ${scope.instance} (${scope.cloud}) but rows of this backup, got the row ${entity.partitionKey} ${entity.rowKey}: restore into an empty account`,
      );
    }
    there.add(text);
  }
  // Blobs first: rows name them.
  for (const { path, base64 } of blobs) {
    const bytes = Buffer.from(base64, 'base64');
    await container.getBlockBlobClient(path).upload(bytes, bytes.length);
  }
  for (const row of rows.filter((one) => !there.has(textOf(one)))) {
    await table.createEntity({ ...row, partitionKey: String(row.partitionKey), rowKey: String(row.rowKey) });
  }
  return { rows: rows.length, blobs: blobs.length };
}

/** The same for the same row, in whatever order Storage gives its columns. */
function textOf(row: Readonly<Record<string, string | number | boolean>>): string {
  return JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** `|` comes before `}`: everything that begins with the scope's names, and nothing of a longer name. */
function inScope(scope: Scope): string {
  const start = partitionOf(scope);
  return `PartitionKey ge '${start}|' and PartitionKey lt '${start}}'`;
}

function folderOf(scope: Scope): string {
  return blobPathOf(scope, '', '', '').replace(/\/+$/, '/');
}

function plain(properties: Readonly<Record<string, unknown>>): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(properties).flatMap(([name, value]) => {
      if (value === undefined || name === 'odata.metadata') return [];
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return [[name, value]];
      throw new BackupError(
        `row ${String(properties.rowKey)}: expected text, number or boolean in ${name}, got ${typeof value}`,
      );
    }),
  );
}
