import type { CatalogSnapshot, StoredSnapshot } from '../core/publication/snapshot.ts';
import {
  type HeldFile,
  type Publications,
  StoredFormatError,
  type StoredPublication,
  unlessDamaged,
} from '../ports/store.ts';
import type { Blobs } from './blobs.ts';
import { decodeSnapshot, encodeSnapshot } from './catalog-codec.ts';
import { blobPathOf, keyOf, partitionOf, type Scope } from './keys.ts';
import { packFile, unpackFile } from './packed-file.ts';
import type { Rows } from './rows.ts';
import { decodeStored, encodeStored, SchemaError } from './schema.ts';
import { type Seals, withoutSeal, withSeal } from './seal.ts';

/** `.json.br`: packed. `.json`: as it came, as earlier versions left it; it is read, and packed by housekeeping. */
const suffixes = { packed: '.json.br', plain: '.json' } as const;

/**
 * Publications as they came, packed, as blobs, each with a row of what is known of it. The row comes last: dying before it
 * leaves a blob that the next attempt writes again. Bytes that go, go after the row that says so, and the packed form is
 * there before the other one goes: dying in between leaves a blob that the next housekeeping finds.
 */
export class BlobPublications implements Publications {
  readonly #rows: Rows;
  readonly #blobs: Blobs;
  readonly #scope: Scope;
  readonly #partition: string;
  readonly #seals: Seals | undefined;

  constructor(rows: Rows, blobs: Blobs, scope: Scope, seals?: Seals) {
    this.#rows = rows;
    this.#blobs = blobs;
    this.#scope = scope;
    this.#partition = partitionOf(scope, 'publications');
    this.#seals = seals;
  }

  async put(record: StoredPublication, bytes: Uint8Array): Promise<void> {
    const key = keyOf(record.digest);
    const known = await unlessDamaged(this.get(record.digest));
    // One that was dropped comes whole again: it may come into force.
    const isKept = known !== undefined && known.dropped === undefined;
    if (isKept && (known.status !== 'imported' || record.status === 'imported')) return;
    await this.#blobs.write(this.#path(record.digest, 'packed'), await packFile(bytes));
    // Not inserted: there may be a row that others put there.
    await this.#rows.replace(this.#partition, { key, value: { publication: record } });
  }

  async bytes(digest: string): Promise<Uint8Array | undefined> {
    return (
      (await this.#packed(digest)) ??
      (await this.#blobs.read(this.#path(digest, 'plain'))) ??
      // Housekeeping may have packed it between the two questions.
      (await this.#packed(digest))
    );
  }

  async get(digest: string): Promise<StoredPublication | undefined> {
    const value = await this.#rows.get(this.#partition, keyOf(digest));
    return (value as { readonly publication: StoredPublication } | undefined)?.publication;
  }

  /** What cannot be read tells nothing: the bytes of the file say the same. */
  async snapshot(digest: string): Promise<StoredSnapshot> {
    const path = this.#snapshotPath(digest);
    const where = `blob ${path}`;
    try {
      const bytes = await this.#blobs.read(path);
      if (bytes === undefined) return {};
      const text = withoutSeal(this.#seals, where, Buffer.from(bytes).toString('latin1'));
      const snapshot = decodeSnapshot(decodeStored(text, where), where);
      return snapshot.digest === digest ? { snapshot } : {};
    } catch (error) {
      if (error instanceof SchemaError) return { newer: true };
      if (error instanceof StoredFormatError) return {};
      throw error;
    }
  }

  async putSnapshot(snapshot: CatalogSnapshot): Promise<void> {
    const path = this.#snapshotPath(snapshot.digest);
    const text = encodeStored(encodeSnapshot(snapshot));
    await this.#blobs.write(path, withSeal(this.#seals, `blob ${path}`, text));
  }

  async all(): Promise<readonly StoredPublication[]> {
    const found: StoredPublication[] = [];
    for await (const { value } of this.#rows.range(this.#partition, '', '~')) {
      found.push((value as { readonly publication: StoredPublication }).publication);
    }
    return found;
  }

  async held(): Promise<readonly HeldFile[]> {
    const folder = blobPathOf(this.#scope, 'publications', '', '');
    const found = new Map<string, HeldFile>();
    for (const { name, size } of await this.#blobs.list(folder)) {
      const file = name.slice(folder.length);
      const suffix = Object.values(suffixes).find((one) => file.endsWith(one));
      if (suffix === undefined) continue;
      const digest = file.slice(0, -suffix.length);
      const before = found.get(digest);
      const isPlain = suffix === suffixes.plain || before?.isPlain === true;
      found.set(digest, { digest, bytes: size + (before?.bytes ?? 0), isPlain });
    }
    return [...found.values()];
  }

  async pack(digest: string): Promise<void> {
    const plain = await this.#blobs.read(this.#path(digest, 'plain'));
    if (plain === undefined) return;
    // One that is there was packed by an attempt that died, or by a run to which the file came again: the same bytes, or better ones.
    if (!(await this.#blobs.has(this.#path(digest, 'packed')))) {
      await this.#blobs.write(this.#path(digest, 'packed'), await packFile(plain));
    }
    await this.#blobs.delete(this.#path(digest, 'plain'));
  }

  async drop(digest: string, at: string): Promise<void> {
    await this.#rows.change(this.#partition, keyOf(digest), async (value) => {
      const known = (value as { readonly publication: StoredPublication } | undefined)?.publication;
      return known && known.dropped === undefined ? { publication: { ...known, dropped: at } } : undefined;
    });
    await this.#blobs.delete(this.#path(digest, 'plain'));
    await this.#blobs.delete(this.#path(digest, 'packed'));
  }

  async #packed(digest: string): Promise<Uint8Array | undefined> {
    const packed = await this.#blobs.read(this.#path(digest, 'packed'));
    return packed && (await unpackFile(packed));
  }

  #path(digest: string, form: keyof typeof suffixes): string {
    return blobPathOf(this.#scope, 'publications', digest, suffixes[form]);
  }

  #snapshotPath(digest: string): string {
    return blobPathOf(this.#scope, 'catalogs', digest, '.json');
  }
}
