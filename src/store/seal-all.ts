import { unlessDamaged } from '../ports/store.ts';
import { Blobs } from './blobs.ts';
import type { StorageClients } from './connect.ts';
import { blobPathOf, partitionOf, type Scope } from './keys.ts';
import { saysAbsent, saysChanged } from './requests.ts';
import { placeOf, sealedOf } from './schema.ts';
import { type Seals, withoutSeal, withSeal } from './seal.ts';

/** How long Storage may take to answer for one ledger. */
const answerMilliseconds = 30_000;

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

async function sealRows({ table }: StorageClients, scope: Scope, seals: Seals): Promise<number> {
  const start = partitionOf(scope);
  const filter = `PartitionKey ge '${start}|' and PartitionKey lt '${start}}'`;
  let sealed = 0;
  for await (const entity of table.listEntities({ queryOptions: { filter } })) {
    const { partitionKey = '', rowKey = '', etag } = entity;
    if (partitionKey === partitionOf(scope, 'set-aside')) continue;
    const place = placeOf(partitionKey, rowKey);
    const text = await unlessDamaged(soundText(seals, place, entity));
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
  const blobs = new Blobs(container, answerMilliseconds);
  let sealed = 0;
  for await (const { name } of container.listBlobsFlat({ prefix: blobPathOf(scope, 'ledgers', '', '') })) {
    const place = `blob ${name}`;
    const found = await unlessDamaged(soundLedger(blobs, seals, name, place));
    if (found === undefined) continue;
    const renewed = withSeal(seals, place, found.content);
    // Another writer that was faster sealed it with that.
    if (renewed !== found.text && (await blobs.replace(name, renewed, found))) sealed++;
  }
  return sealed;
}

/** Throws StoredFormatError for what is damaged or forged. */
async function soundText(seals: Seals, place: string, entity: Readonly<Record<string, unknown>>): Promise<string> {
  const text = sealedOf(entity, place);
  seals.verify(place, text, entity.seal);
  return text;
}

/** A ledger as it is stored, and without its seal; undefined if it is gone. Throws as soundText() does. */
async function soundLedger(blobs: Blobs, seals: Seals, name: string, place: string) {
  const found = await blobs.readWithMetadata(name);
  if (found === undefined) return undefined;
  const text = Buffer.from(found.bytes).toString();
  return { ...found, text, content: withoutSeal(seals, place, text) };
}
