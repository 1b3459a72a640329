import { placeOf } from '../../src/store/schema.ts';
import { Seals } from '../../src/store/seal.ts';
import { soundLine } from '../histories/storage/line.ts';
import type { World } from '../histories/world/world.ts';

type Row = Record<string, unknown> & { readonly partitionKey: string; readonly rowKey: string };

/** Something stored: a row, or a blob by its name. */
export interface Stored {
  readonly container?: string;
  readonly row?: Row;
  readonly bytes?: Uint8Array;
  /** As messages name it. */
  readonly place: string;
  /** The kind of thing it is: what damages of two of one kind come to is the same. */
  readonly kind: string;
}

/** How something stored is not what the service stored there. */
export const damages = ['cut', 'empty', 'unsealed', 'of a newer version', 'deleted'] as const;
export type Damage = (typeof damages)[number];

const containers = ['service-tag-sync', 'service-tag-sync-config'];
const newer = 99;
const seals = new Seals({ keys: ['a-key-that-seals-what-a-history-stores'] });

/** Everything that is stored, rows first, in the order in which it came there. */
export function storedIn({ account }: World): Stored[] {
  const rows = [...account.table.entities()].flat().map((entity): Stored => {
    const row = entity as Row;
    const { partitionKey, rowKey } = row;
    return { row, place: placeOf(partitionKey, rowKey), kind: `row ${kindOf(partitionKey, rowKey)}` };
  });
  const blobs = containers.flatMap((container) =>
    [...account.container(container).blobs()]
      // What is locked by them is in their leases.
      .filter(([name]) => !name.includes('/leases/'))
      .map(([name, bytes]): Stored => ({ container, bytes, place: name, kind: `blob ${folderOf(name)}` })),
  );
  return [...rows, ...blobs];
}

/** `run / plan` of `hub|Public|run|20260112t080000z-bc3a8626` and `plan|hub`. */
function kindOf(partition: string, key: string): string {
  const [, , name = ''] = partition.split('|');
  const own = ['run', 'state', 'targets', 'feeds'].includes(name) ? ` / ${key.split('|')[0]}` : '';
  return `${name}${own}${key.includes('-done-') ? ' / done' : ''}`;
}

function folderOf(name: string): string {
  return name.startsWith('_config') ? 'config' : (name.split('/')[2] ?? name);
}

/** Does the damage; false where it makes no difference, such as a seal taken from what has none. */
export async function damage(world: World, stored: Stored, how: Damage): Promise<boolean> {
  return stored.row === undefined ? damageBlob(world, stored, how) : damageRow(world, stored.row, how);
}

/** Puts what was damaged back as it was. */
export async function restore({ account }: World, { row, container, place, bytes }: Stored): Promise<void> {
  if (row !== undefined) await account.table.client(soundLine).upsertEntity(row, 'Replace');
  else if (container !== undefined && bytes !== undefined) {
    await account.container(container).client(soundLine).getBlockBlobClient(place).upload(bytes, bytes.length);
  }
}

async function damageRow({ account }: World, row: Row, how: Damage): Promise<boolean> {
  const table = account.table.client(soundLine);
  const { text0, seal, ...bare } = row;
  if (how === 'deleted') {
    await table.deleteEntity(row.partitionKey, row.rowKey, {});
    return true;
  }
  const text = typeof text0 === 'string' ? text0 : '';
  if (text === '' || (how === 'unsealed' && seal === undefined)) return false;
  const sealed = (content: string) => ({
    text0: content,
    seal: seals.seal(placeOf(row.partitionKey, row.rowKey), content),
  });
  const damaged = {
    cut: { ...row, text0: text.slice(0, -Math.ceil(text.length / 3)) },
    empty: { ...bare, seal },
    unsealed: { ...bare, text0 },
    'of a newer version': { ...row, ...sealed(text.replace(/^\{"schema":\d+/, `{"schema":${newer}`)) },
  }[how];
  await table.upsertEntity(damaged, 'Replace');
  return true;
}

async function damageBlob({ account }: World, { container = '', place, bytes = Buffer.of() }: Stored, how: Damage) {
  const blob = account.container(container).client(soundLine).getBlockBlobClient(place);
  if (how === 'deleted') {
    await blob.delete();
    return true;
  }
  const text = Buffer.from(bytes).toString('utf8');
  const content = {
    cut: bytes.subarray(0, Math.floor((bytes.length * 2) / 3)),
    empty: Buffer.of(),
    unsealed: Buffer.from(text.replace(/,"seal":"[^"]+"\}$/, '}')),
    'of a newer version': Buffer.from(newerText(text, place)),
  }[how];
  if (Buffer.compare(content, bytes) === 0) return false;
  await blob.upload(content, content.length);
  return true;
}

function newerText(text: string, place: string): string {
  const found = /,"seal":"[^"]+"\}$/.exec(text);
  const own = (found ? `${text.slice(0, found.index)}}` : text).replace(/^\{"schema":\d+/, `{"schema":${newer}`);
  return found ? `${own.slice(0, -1)},"seal":"${seals.seal(`blob ${place}`, own)}"}` : own;
}
