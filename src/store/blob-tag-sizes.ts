import { z } from 'zod';
import type { TagSizes } from '../core/tag-sizes/sizes.ts';
import { StoredFormatError } from '../ports/store.ts';
import type { StoredTagSizes, TagSizesIndex } from '../ports/tag-sizes.ts';
import type { Blobs } from './blobs.ts';
import { blobPathOf, type Scope } from './keys.ts';
import { decodeStored, encodeStored } from './schema.ts';
import { type Seals, withoutSeal, withSeal } from './seal.ts';

/** The form of the index; another number is another form, and the index is made anew in this one. */
const form = 1;

const count = z.number().int().min(0);
const addresses = z.string().regex(/^\d{1,39}$/);
const size = z.strictObject({ ipv4: addresses, ipv6: addresses });
const publication = { digest: z.string(), changeNumber: z.number(), date: z.iso.date() };
const stored = z.object({
  form: z.literal(form),
  publications: z.array(
    z.strictObject({
      ...publication,
      after: z.string().exactOptional(),
      services: z.array(z.string()),
      unreadable: z.boolean().exactOptional(),
      tags: z.record(z.string(), z.strictObject({ published: size, gained: size, lost: size })),
    }),
  ),
  ledgers: z.array(
    z.strictObject({
      at: z.iso.datetime(),
      publication: z.strictObject(publication).exactOptional(),
      tags: z.record(
        z.string(),
        z.strictObject({ effective: size, held: size, blocked: size, returned: size, released: size }).nullable(),
      ),
    }),
  ),
  through: z.string().exactOptional(),
  behind: count,
});

/** The index as one blob, sealed like a ledger. It is read and written whole, so that no reader sees a part of one. */
export class BlobTagSizes implements TagSizesIndex {
  readonly #blobs: Blobs;
  readonly #path: string;
  readonly #seals: Seals | undefined;

  constructor(blobs: Blobs, scope: Scope, seals?: Seals) {
    this.#blobs = blobs;
    this.#path = blobPathOf(scope, 'index', 'tag-sizes', '.json');
    this.#seals = seals;
  }

  async read(): Promise<StoredTagSizes> {
    const found = await this.#blobs.readWithMetadata(this.#path);
    if (found === undefined) return {};
    const version = found.etag === undefined ? {} : { version: found.etag };
    try {
      return { sizes: this.#decode(found.bytes), ...version };
    } catch (error) {
      // A newer version's is another matter: that must not be written over.
      if (!(error instanceof StoredFormatError)) throw error;
      return { damage: error.message, ...version };
    }
  }

  async write(sizes: TagSizes, { version }: Pick<StoredTagSizes, 'version'>): Promise<'written' | 'changed'> {
    const text = withSeal(this.#seals, this.#where, encodeStored({ form, ...sizes }));
    const written =
      version === undefined
        ? await this.#blobs.create(this.#path, text)
        : await this.#blobs.replace(this.#path, text, { etag: version });
    return written ? 'written' : 'changed';
  }

  get #where(): string {
    return `blob ${this.#path}`;
  }

  #decode(bytes: Uint8Array): TagSizes {
    const text = withoutSeal(this.#seals, this.#where, Buffer.from(bytes).toString());
    const read = stored.safeParse(decodeStored(text, this.#where));
    if (read.success) {
      const { form: _, ...sizes } = read.data;
      return sizes;
    }
    throw new StoredFormatError(`${this.#where}: it is no index of form ${form}: ${read.error.issues[0]?.message}`);
  }
}
