import { buffer } from 'node:stream/consumers';
import { StoredFormatError } from '../ports/store.ts';
import type { StorageClients } from './connect.ts';
import { blobPathOf, partitionOf, type Scope } from './keys.ts';
import { saysAbsent, saysChanged, storageCodeOf } from './requests.ts';
import { placeOf, textOfRow } from './schema.ts';
import { type Seals, withoutSeal, withSeal } from './seal.ts';

/**
 * Seals every row and every ledger of one instance and cloud that the first key did not seal: what a former key sealed, and,
 * where that is accepted, what has no seal, for the first start after a version that did not seal, when the person who
 * deploys it says that what is there is good. What is damaged or forged stays as it is. How many were sealed.
 */
export async function sealAll(clients: StorageClients, scope: Scope, seals: Seals): Promise<number> {
  try {
    return (await sealRows(clients, scope, seals)) + (await sealLedgers(clients, scope, seals));
  } catch (error) {
    if (saysAbsent(error)) return 0;
    throw error;
  }
}

async function sealRows({ table, container }: StorageClients, scope: Scope, seals: Seals): Promise<number> {
  const start = partitionOf(scope);
  const filter = `PartitionKey ge '${start}|' and PartitionKey lt '${start}}'`;
  let sealed = 0;
  for await (const entity of table.listEntities({ queryOptions: { filter } })) {
    const { partitionKey = '', rowKey = '', etag } = entity;
    if (partitionKey === partitionOf(scope, 'set-aside')) continue;
    if (entity.seal === undefined && !seals.acceptsUnsealed) continue;
    const place = placeOf(partitionKey, rowKey);
    const text = await soundIn(async () => {
      const found = await textOfRow(entity, place, async (path) => (await readBlob(container, path))?.bytes);
      seals.verify(place, found, entity.seal);
      return found;
    });
    if (text === undefined || seals.isCurrent(place, text, entity.seal)) continue;
    try {
      await table.updateEntity({ partitionKey, rowKey, seal: seals.seal(place, text) }, 'Merge', { etag });
      sealed++;
    } catch (error) {
      // It was written meanwhile, and with that sealed, or deleted.
      if (!saysChanged(error)) throw error;
    }
  }
  return sealed;
}

async function sealLedgers({ container }: StorageClients, scope: Scope, seals: Seals): Promise<number> {
  let sealed = 0;
  for await (const { name } of container.listBlobsFlat({ prefix: blobPathOf(scope, 'ledgers', '', '') })) {
    const found = await readBlob(container, name);
    if (found === undefined) continue;
    const place = `blob ${name}`;
    const text = found.bytes.toString();
    const content = await soundIn(async () => withoutSeal(seals, place, text));
    if (content === undefined) continue;
    const renewed = withSeal(seals, place, content);
    if (renewed === text) continue;
    const conditions = found.etag === undefined ? {} : { ifMatch: found.etag };
    try {
      await container.getBlockBlobClient(name).upload(renewed, renewed.length, { conditions });
      sealed++;
    } catch (error) {
      // Written meanwhile, and with that sealed.
      if (storageCodeOf(error) !== 'ConditionNotMet') throw error;
    }
  }
  return sealed;
}

/** Undefined for what is damaged or forged. */
async function soundIn(read: () => Promise<string>): Promise<string | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof StoredFormatError) return undefined;
    throw error;
  }
}

async function readBlob(
  container: StorageClients['container'],
  path: string,
): Promise<{ readonly bytes: Buffer; readonly etag?: string } | undefined> {
  try {
    const { readableStreamBody, etag } = await container.getBlobClient(path).download();
    const bytes = readableStreamBody ? await buffer(readableStreamBody) : Buffer.alloc(0);
    return { bytes, ...(etag === undefined ? {} : { etag }) };
  } catch (error) {
    if (saysAbsent(error)) return undefined;
    throw error;
  }
}
