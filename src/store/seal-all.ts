import { buffer } from 'node:stream/consumers';
import type { StorageClients } from './connect.ts';
import { blobPathOf, partitionOf, type Scope } from './keys.ts';
import { saysAbsent, saysChanged } from './requests.ts';
import { placeOf, textOfRow } from './schema.ts';
import { type Seals, withoutSeal, withSeal } from './seal.ts';

/**
 * Seals every row and every ledger of one instance and cloud that has no seal yet: for the first start after a version
 * that did not seal, when the person who deploys it says that what is there is good. How many there were.
 */
export async function sealAll({ table, container }: StorageClients, scope: Scope, seals: Seals): Promise<number> {
  const start = partitionOf(scope);
  const filter = `PartitionKey ge '${start}|' and PartitionKey lt '${start}}'`;
  let sealed = 0;
  try {
    for await (const entity of table.listEntities({ queryOptions: { filter } })) {
      const { partitionKey = '', rowKey = '', etag } = entity;
      if (entity.seal !== undefined || partitionKey === partitionOf(scope, 'set-aside')) continue;
      const place = placeOf(partitionKey, rowKey);
      const text = await textOfRow(entity, place, async (path) => readBlob(container, path));
      try {
        await table.updateEntity({ partitionKey, rowKey, seal: seals.seal(place, text) }, 'Merge', { etag });
        sealed++;
      } catch (error) {
        // It was written meanwhile, and with that sealed, or deleted.
        if (!saysChanged(error)) throw error;
      }
    }
    for await (const { name } of container.listBlobsFlat({ prefix: blobPathOf(scope, 'ledgers', '', '') })) {
      const text = (await readBlob(container, name))?.toString();
      if (text === undefined || withoutSeal(undefined, name, text) !== text) continue;
      const content = withSeal(seals, `blob ${name}`, text);
      await container.getBlockBlobClient(name).upload(content, content.length);
      sealed++;
    }
  } catch (error) {
    if (!saysAbsent(error)) throw error;
  }
  return sealed;
}

async function readBlob(container: StorageClients['container'], path: string): Promise<Buffer | undefined> {
  try {
    const { readableStreamBody } = await container.getBlobClient(path).download();
    return readableStreamBody ? await buffer(readableStreamBody) : Buffer.alloc(0);
  } catch (error) {
    if (saysAbsent(error)) return undefined;
    throw error;
  }
}
