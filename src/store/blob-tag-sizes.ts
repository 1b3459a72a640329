import * as z from 'zod';
import type { Size, TagSizes } from '../core/tag-sizes/sizes.ts';
import { StoredFormatError } from '../ports/store.ts';
import type { StoredTagSizes, TagSizesIndex } from '../ports/tag-sizes.ts';
import type { Blobs } from './blobs.ts';
import { blobPathOf, type Scope } from './keys.ts';
import { decodeStored, encodeStored } from './schema.ts';
import { type Seals, withoutSeal, withSeal } from './seal.ts';

/** The form of the index; another number is another form, and the index is made anew in this one. */
const form = 1;

/** Sizes of one tag, IPv4 and IPv6 in turn, in the order of the names below; nothing for a zero: `2992,,688,,8576,`. */
const numbers = (names: readonly string[]) =>
  z.string().regex(new RegExp(`^\\d{0,39}(,\\d{0,39}){${names.length * 2 - 1}}$`));
const changeNames = ['published', 'gained', 'lost'] as const;
const stateNames = ['effective', 'held', 'blocked', 'returned', 'released'] as const;

const count = z.number().int().min(0);
const publication = { digest: z.string(), changeNumber: z.number(), date: z.iso.date() };
const stored = z.object({
  form: z.literal(form),
  publications: z.array(
    z.object({
      ...publication,
      after: z.string().exactOptional(),
      services: z.array(z.string()),
      unreadable: z.boolean().exactOptional(),
      tags: z.record(z.string(), numbers(changeNames)),
    }),
  ),
  ledgers: z.array(
    z.object({
      at: z.iso.datetime(),
      publication: z.object(publication).exactOptional(),
      tags: z.record(z.string(), numbers(stateNames).nullable()),
    }),
  ),
  through: z.string().exactOptional(),
  behind: count,
});

function textOf<N extends string>(names: readonly N[], sizes: Readonly<Record<N, Size>>): string {
  const digits = (text: string) => (text === '0' ? '' : text);
  return names.map((name) => `${digits(sizes[name].ipv4)},${digits(sizes[name].ipv6)}`).join(',');
}

function sizesIn<N extends string>(names: readonly N[], text: string): Record<N, Size> {
  const digits = text.split(',');
  const sizes: Partial<Record<N, Size>> = {};
  for (const [i, name] of names.entries()) sizes[name] = { ipv4: digits[2 * i] || '0', ipv6: digits[2 * i + 1] || '0' };
  return sizes as Record<N, Size>;
}

/** The tags of an entry, each in another form. */
function mapTags<A, B>(tags: Readonly<Record<string, A>>, next: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(tags).map(([tag, value]) => [tag, next(value)]));
}

function encode({ publications, ledgers, ...rest }: TagSizes): z.input<typeof stored> {
  return {
    form,
    publications: publications.map((one) => ({
      ...one,
      services: [...one.services],
      tags: mapTags(one.tags, (change) => textOf(changeNames, change)),
    })),
    ledgers: ledgers.map((one) => ({
      ...one,
      tags: mapTags(one.tags, (state) => (state === null ? null : textOf(stateNames, state))),
    })),
    ...rest,
  };
}

function decode({ form: _, publications, ledgers, ...rest }: z.output<typeof stored>): TagSizes {
  return {
    publications: publications.map((one) => ({
      ...one,
      tags: mapTags(one.tags, (text) => sizesIn(changeNames, text)),
    })),
    ledgers: ledgers.map((one) => ({
      ...one,
      tags: mapTags(one.tags, (text) => (text === null ? null : sizesIn(stateNames, text))),
    })),
    ...rest,
  };
}

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
    const text = withSeal(this.#seals, this.#where, encodeStored(encode(sizes)));
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
    if (read.success) return decode(read.data);
    throw new StoredFormatError(`${this.#where}: it is no index of form ${form}: ${read.error.issues[0]?.message}`);
  }
}
