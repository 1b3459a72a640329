import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob';
import { configAuthor } from '../core/decisions/person.ts';
import { type Configs, type GivenConfig, type KeptConfig, StoredFormatError } from '../ports/store.ts';
import { connectStorage, type StoreConnection } from './connect.ts';
import { keyPart } from './keys.ts';
import { creatingPlace, saysAbsent, saysPresent, storageCodeOf, withinTime } from './requests.ts';
import { decodeStored, encodeStored } from './schema.ts';
import { type SealOptions, Seals, withoutSeal, withSeal } from './seal.ts';

/** What Storage says of a blob that others moved to an archive, or encrypted with a key of theirs. */
const notToBeHad = new Set(['BlobArchived', 'BlobBeingRehydrated', 'BlobUsesCustomerSpecifiedEncryption']);

interface BlobFound {
  readonly bytes: Uint8Array;
  readonly metadata: Readonly<Record<string, string>>;
  readonly etag?: string;
}

export interface ListedBlob {
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  readonly lastModified: Date;
  readonly etag: string;
}

/** Whole blobs of the service's container, written and read at once. */
export class Blobs {
  readonly #container: ContainerClient;
  readonly #answerMilliseconds: number;

  constructor(container: ContainerClient, answerMilliseconds: number) {
    this.#container = container;
    this.#answerMilliseconds = answerMilliseconds;
  }

  /** Writes a blob whole, in place of what is there. Readers see the old or the new one, never a part. */
  async write(path: string, content: Uint8Array | string): Promise<void> {
    const bytes = typeof content === 'string' ? Buffer.from(content) : content;
    await this.#write(path, (blob, abortSignal) =>
      blob.upload(bytes, bytes.length, { blobHTTPHeaders: { blobContentType: 'application/json' }, abortSignal }),
    );
  }

  /** The bytes, or undefined if there is no such blob. */
  async read(path: string): Promise<Uint8Array | undefined> {
    return (await this.readWithMetadata(path))?.bytes;
  }

  /** The same with what its writer noted beside it; names in lower case. */
  async readWithMetadata(path: string): Promise<BlobFound | undefined> {
    // One GET, not downloadToBuffer(): that asks twice, and could join two versions of a blob.
    return await this.#unlessAbsent(path, async (blob, abortSignal) => {
      const { readableStreamBody, metadata = {}, etag } = await blob.download(0, undefined, { abortSignal });
      const chunks: Uint8Array[] = [];
      for await (const chunk of readableStreamBody ?? []) {
        chunks.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk);
      }
      const names = Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value]);
      return {
        bytes: Buffer.concat(chunks),
        metadata: Object.fromEntries(names),
        ...(etag === undefined ? {} : { etag }),
      };
    });
  }

  /** Writes a blob in place of the one that was read; `false` if another writer was faster. */
  async replace(path: string, content: string, { etag }: Pick<BlobFound, 'etag'>): Promise<boolean> {
    const bytes = Buffer.from(content);
    const conditions = etag === undefined ? {} : { ifMatch: etag };
    try {
      await this.#write(path, (blob, abortSignal) => blob.upload(bytes, bytes.length, { conditions, abortSignal }));
      return true;
    } catch (error) {
      if (storageCodeOf(error) !== 'ConditionNotMet') throw error;
      return false;
    }
  }

  /** Writes a blob where there is none yet; `false` if there is one. */
  async create(path: string, content: string): Promise<boolean> {
    const bytes = Buffer.from(content);
    const conditions = { ifNoneMatch: '*' };
    try {
      await this.#write(path, (blob, abortSignal) => blob.upload(bytes, bytes.length, { conditions, abortSignal }));
      return true;
    } catch (error) {
      if (!saysPresent(error)) throw error;
      return false;
    }
  }

  async has(path: string): Promise<boolean> {
    return (await this.#unlessAbsent(path, (blob, abortSignal) => blob.getProperties({ abortSignal }))) !== undefined;
  }

  /** Blobs whose names begin with `prefix`, in the order of names. */
  async list(prefix: string): Promise<readonly ListedBlob[]> {
    const found: ListedBlob[] = [];
    try {
      for await (const { name, properties } of this.#container.listBlobsFlat({ prefix })) {
        const { contentLength: size = 0, lastModified, etag } = properties;
        found.push({ name, size, lastModified, etag });
      }
    } catch (error) {
      if (!saysAbsent(error)) throw error;
    }
    return found;
  }

  /**
   * Removes a blob; one that is not there is no error. @param etag only while it is as it was listed: one that was written
   * since stays.
   */
  async delete(path: string, etag?: string): Promise<void> {
    const conditions = etag === undefined ? {} : { ifMatch: etag };
    try {
      await this.#call(path, (blob, abortSignal) => blob.delete({ conditions, abortSignal }));
    } catch (error) {
      if (!saysAbsent(error) && storageCodeOf(error) !== 'ConditionNotMet') throw error;
    }
  }

  async #unlessAbsent<T>(
    path: string,
    read: (blob: BlockBlobClient, abortSignal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await this.#call(path, read);
    } catch (error) {
      if (saysAbsent(error)) return undefined;
      const code = storageCodeOf(error) ?? '';
      if (!notToBeHad.has(code)) throw error;
      throw new StoredFormatError(
        `blob ${path}: it is there and cannot be read (${code}): another program changed it; put it into the hot tier, or restore its former version`,
        { cause: error },
      );
    }
  }

  #write<T>(path: string, call: (blob: BlockBlobClient, abortSignal: AbortSignal) => Promise<T>): Promise<T> {
    return creatingPlace(
      () => this.#call(path, call),
      () => this.#container.createIfNotExists(),
    );
  }

  async #call<T>(path: string, call: (blob: BlockBlobClient, abortSignal: AbortSignal) => Promise<T>): Promise<T> {
    const blob = this.#container.getBlockBlobClient(path);
    return await withinTime(this.#answerMilliseconds, `blob ${path}`, (abortSignal) => call(blob, abortSignal));
  }
}

/** Configs as blobs. The queue prefix says which app they belong to: the instance is known from the config alone. */
class BlobConfigs implements Configs {
  readonly #given: Blobs;
  readonly #kept: Blobs;
  readonly #path: string;
  readonly #seals: Seals | undefined;

  constructor(given: Blobs, kept: Blobs, queuePrefix: string, seals: Seals | undefined) {
    this.#given = given;
    this.#kept = kept;
    this.#seals = seals;
    // No instance begins with an underscore.
    this.#path = `_config/${keyPart(queuePrefix)}.json`;
  }

  async given(blob: string): Promise<GivenConfig | undefined> {
    const found = await this.#given.readWithMetadata(blob);
    if (found === undefined) return undefined;
    const { author, authorid } = found.metadata;
    const by = configAuthor(author, authorid);
    return { text: Buffer.from(found.bytes).toString('utf8'), ...(by ? { by } : {}) };
  }

  async give(blob: string, text: string): Promise<void> {
    if ((await this.given(blob))?.text !== text) await this.#given.write(blob, text);
  }

  async lastGood(): Promise<KeptConfig | undefined> {
    const bytes = await this.#kept.read(this.#path);
    if (bytes === undefined) return undefined;
    const text = withoutSeal(this.#seals, `blob ${this.#path}`, Buffer.from(bytes).toString());
    return decodeStored(text, `blob ${this.#path}`) as KeptConfig;
  }

  async keep({ text, hash, from, at, by }: KeptConfig): Promise<void> {
    const stored = encodeStored({ hash, from, at, ...(by === undefined ? {} : { by }), text });
    await this.#kept.write(this.#path, withSeal(this.#seals, `blob ${this.#path}`, stored));
  }
}

/** Opens the configs of an app in its Storage account. Sends no request by itself. */
export async function openConfigs(
  connection: StoreConnection,
  queuePrefix: string,
  seal: SealOptions | undefined,
  connect: typeof connectStorage = connectStorage,
): Promise<Configs> {
  const answerMilliseconds = 30_000;
  const { container, configs } = await connect(connection, queuePrefix, answerMilliseconds);
  const blobs = (client: typeof container) => new Blobs(client, answerMilliseconds);
  return new BlobConfigs(blobs(configs), blobs(container), queuePrefix, seal && new Seals(seal));
}
