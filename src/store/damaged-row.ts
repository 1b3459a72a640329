import { createHash } from 'node:crypto';
import type { TableClient } from '@azure/data-tables';
import type { Blobs } from './blobs.ts';
import { blobPathOf, keyOf, partitionOf, type Scope } from './keys.ts';
import { saysChanged, saysPresent } from './requests.ts';

export type StoredEntity = Record<string, unknown> & { readonly rowKey: string; readonly etag?: string };

/** A row whose content cannot be what this service wrote there. */
export interface DamagedRow {
  readonly partition: string;
  readonly key: string;
  readonly entity: StoredEntity;
  /** Where it is and what is wrong, for people. */
  readonly text: string;
}

/** A row holds 252 properties and 1 MiB, two bytes a character: one that is nearly full has no room for where it was. */
const mostProperties = 200;
const mostCharacters = 400_000;

/**
 * Moves a damaged row out of the way, as it is, into a partition of its own, or into a blob that a row there names: from
 * then on it is absent where it was. Dying in between leaves it in both places, and the next attempt goes on. What took
 * its place since it was read stays.
 */
export async function setAsideRow(
  { table, blobs, scope }: { readonly table: TableClient; readonly blobs: Blobs; readonly scope: Scope },
  { partition, key, entity }: DamagedRow,
): Promise<void> {
  const { etag, timestamp, partitionKey, rowKey, ...properties } = entity;
  const name = createHash('sha256').update(`${partition} ${key} ${etag}`).digest('hex').slice(0, 32);
  const place = { partitionKey: partitionOf(scope, 'set-aside'), rowKey: keyOf(name) };
  const text = JSON.stringify(properties, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));
  const path = blobPathOf(scope, 'set-aside', name, '.json');
  const fits = Object.keys(properties).length <= mostProperties && text.length <= mostCharacters;
  if (!fits) await blobs.write(path, text);
  try {
    const kept = fits ? properties : { wasBlob: path };
    await table.createEntity({ ...kept, ...place, wasPartition: partition, wasKey: key });
  } catch (error) {
    if (!saysPresent(error)) throw error;
  }
  try {
    await table.deleteEntity(partition, key, etag === undefined ? {} : { etag });
  } catch (error) {
    if (!saysChanged(error)) throw error;
  }
}
