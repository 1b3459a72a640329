import type { Configs, KeptConfig } from '../ports/store.ts';
import { Blobs } from './blobs.ts';
import { connectStorage, type StoreConnection } from './connect.ts';
import { keyPart } from './keys.ts';
import { decodeStored, encodeStored } from './stored-json.ts';

/** Configs as blobs. Which app they belong to is told by its queues: its instance stands in the config itself. */
class BlobConfigs implements Configs {
  readonly #given: Blobs;
  readonly #kept: Blobs;
  readonly #path: string;

  constructor(given: Blobs, kept: Blobs, queuePrefix: string) {
    this.#given = given;
    this.#kept = kept;
    // No instance begins with an underscore.
    this.#path = `_config/${keyPart(queuePrefix)}.json`;
  }

  async given(blob: string): Promise<string | undefined> {
    const bytes = await this.#given.read(blob);
    return bytes && Buffer.from(bytes).toString('utf8');
  }

  async lastGood(): Promise<KeptConfig | undefined> {
    const bytes = await this.#kept.read(this.#path);
    if (bytes === undefined) return undefined;
    return decodeStored(Buffer.from(bytes).toString(), `blob ${this.#path}`) as KeptConfig;
  }

  async keep({ text, hash, from, at }: KeptConfig): Promise<void> {
    await this.#kept.write(this.#path, encodeStored({ hash, from, at, text }));
  }
}

/** Opens the configs of an app in its Storage account. Sends no request by itself. */
export async function openConfigs(
  connection: StoreConnection,
  queuePrefix: string,
  answerMilliseconds = 30_000,
  connect: typeof connectStorage = connectStorage,
): Promise<Configs> {
  const { container, configs } = await connect(connection, queuePrefix, answerMilliseconds);
  const blobs = (client: typeof container) => new Blobs(client, answerMilliseconds);
  return new BlobConfigs(blobs(configs), blobs(container), queuePrefix);
}
