import type { Past, Retention } from '../ports/retention.ts';
import type { Blobs } from './blobs.ts';
import { blobPathOf, keyOf, partitionOf, type Scope } from './keys.ts';
import type { Rows } from './rows.ts';

/** Rows of one table, with the blobs that hold what is too long for them. */
export interface Place {
  readonly rows: Rows;
  readonly blobs: Blobs;
}

/** Pulls of clients that are not known, in the tables that have had them. */
export async function pastPulls(
  tables: readonly Rows[],
  scope: Scope,
  { before, known }: Parameters<Retention['pastPulls']>[0],
): Promise<readonly Past[]> {
  const partition = partitionOf(scope, 'feeds');
  const kept = new Set(
    [...known].flatMap(([feed, clients]) =>
      [...clients].flatMap((client) => [keyOf('pull', feed, client), keyOf('pull', feed, client, 'refused')]),
    ),
  );
  const found: Past[] = [];
  for (const rows of tables) {
    for await (const { key, etag, writtenAt } of rows.ages(partition, 'pull|', 'pull}')) {
      if (kept.has(key) || writtenAt >= before) continue;
      found.push({ name: key, remove: () => rows.deleteRead(partition, key, { etag }) });
    }
  }
  return found;
}

/**
 * Blobs that no row names. Rows are read only where a blob is old enough: most instances have none. A blob is written anew by
 * everyone who is about to name it, so that one that is old, and still as it was listed, is named by nobody who begins now.
 */
export async function pastTexts(
  places: readonly Place[],
  scope: Scope,
  { before }: Parameters<Retention['pastTexts']>[0],
): Promise<readonly Past[]> {
  const found: Past[] = [];
  for (const { rows, blobs } of places) {
    const listed = await blobs.list(blobPathOf(scope, 'texts', '', ''));
    const old = listed.filter(({ lastModified }) => lastModified.toISOString() < before);
    if (old.length === 0) continue;
    const named = await rows.textsNamed();
    for (const { name, etag } of old) {
      if (!named.has(name)) found.push({ name, remove: () => blobs.delete(name, etag) });
    }
  }
  return found;
}
