import type { ContainerClient } from '@azure/storage-blob';
import { type Family, families } from '../core/address/family.ts';
import type { FeedList, Feeds, PublishedText, Pull } from '../ports/feeds.ts';
import { keyOf, partitionOf, type Scope } from './keys.ts';
import { saysAbsent, withinTime } from './requests.ts';
import type { Rows } from './rows.ts';

type StoredList = Omit<FeedList, 'feed' | 'family'>;

/** Where the digest of a published blob is kept: its own ETag says nothing of its content. */
const metadataKey = 'listetag';

/**
 * A row a feed and family, so that each is changed in one conditional request; and, in a table of its own that the app
 * which serves feeds may write, a row for the last pull of a client and one for the last time it was refused.
 */
export class TableFeeds implements Feeds {
  readonly #rows: Rows;
  readonly #pulls: Rows;
  readonly #formerPulls: Rows;
  readonly #partition: string;
  readonly #now: () => Date;
  readonly #container: (name: string) => ContainerClient;
  readonly #answerMilliseconds: number;

  constructor(
    rows: { readonly lists: Rows; readonly pulls: Rows; readonly formerPulls: Rows },
    scope: Scope,
    now: () => Date,
    container: (name: string) => ContainerClient,
    answerMilliseconds: number,
  ) {
    this.#rows = rows.lists;
    this.#pulls = rows.pulls;
    this.#formerPulls = rows.formerPulls;
    this.#partition = partitionOf(scope, 'feeds');
    this.#now = now;
    this.#container = container;
    this.#answerMilliseconds = answerMilliseconds;
  }

  async get(feed: string, family: Family): Promise<FeedList | undefined> {
    const stored = listIn(await this.#rows.get(this.#partition, keyOf('list', feed, family)));
    return stored && { feed, family, ...stored };
  }

  async put(
    { feed, family, entries, mark, version, origin }: Parameters<Feeds['put']>[0],
    expected: string | undefined,
  ): Promise<'written' | 'changed'> {
    let result: 'written' | 'changed' = 'changed';
    await this.#rows.change(this.#partition, keyOf('list', feed, family), (value) => {
      const now = listIn(value);
      result = now?.version === expected ? 'written' : 'changed';
      if (result === 'changed') return undefined;
      const changedAt = this.#now().toISOString();
      const since = now?.since ?? changedAt;
      const list: StoredList = { entries, mark, version, since, changedAt, ...(origin ? { origin } : {}) };
      return { list };
    });
    return result;
  }

  async lists(feed: string): Promise<readonly FeedList[]> {
    const from = keyOf('list', feed);
    const lists: FeedList[] = [];
    for await (const { key, value } of this.#rows.everyRow(this.#partition, `${from}|`, `${from}}`)) {
      const family = families.find((one) => key === keyOf('list', feed, one));
      const stored = listIn(value);
      if (family && stored) lists.push({ feed, family, ...stored });
    }
    return lists;
  }

  async pulls(feed: string): Promise<readonly Pull[]> {
    const pulls = new Map<string, Pull>();
    const from = keyOf('pull', feed);
    // Where an earlier version noted them; what is newer takes their place.
    for (const rows of [this.#formerPulls, this.#pulls]) {
      for await (const row of rows.range(this.#partition, `${from}|`, `${from}}`)) {
        const pull = pullIn(row.value);
        if (pull) pulls.set(pull.client, { ...pulls.get(pull.client), ...pull });
      }
    }
    return [...pulls.values()];
  }

  async notePulls(pulls: readonly Pull[]): Promise<void> {
    await this.#pulls.replaceAll(
      this.#partition,
      pulls.map((pull) => ({
        // A refusal has a row of its own behind that of the pull: neither has to be read to keep the other.
        key: keyOf('pull', pull.feed, pull.client, ...(pull.at === undefined ? ['refused'] : [])),
        value: { pull },
      })),
    );
  }

  async published(container: string, blob: string): Promise<string | undefined> {
    const client = this.#container(container).getBlockBlobClient(blob);
    try {
      return await this.#within(`${container}/${blob}`, async (abortSignal) => {
        const { metadata } = await client.getProperties({ abortSignal });
        return metadata?.[metadataKey];
      });
    } catch (error) {
      if (saysAbsent(error) || (error as { statusCode?: number }).statusCode === 404) return undefined;
      throw error;
    }
  }

  async publish(container: string, blob: string, { text, etag, mediaType }: PublishedText): Promise<void> {
    const there = this.#container(container);
    const bytes = Buffer.from(text);
    await this.#within(`${container}/${blob}`, async (abortSignal) => {
      await there.createIfNotExists({ abortSignal });
      await there.getBlockBlobClient(blob).upload(bytes, bytes.length, {
        blobHTTPHeaders: { blobContentType: mediaType, blobCacheControl: 'no-cache' },
        metadata: { [metadataKey]: etag },
        abortSignal,
      });
    });
  }

  #within<T>(what: string, call: (signal: AbortSignal) => Promise<T>): Promise<T> {
    return withinTime(this.#answerMilliseconds, `blob ${what}`, call);
  }
}

function listIn(value: object | undefined): StoredList | undefined {
  return (value as { readonly list: StoredList } | undefined)?.list;
}

/** Undefined for what is no pull: an app that faces the internet writes these rows, and what it writes proves nothing. */
function pullIn(value: object): Pull | undefined {
  const { pull } = value as { readonly pull?: Partial<Record<keyof Pull, unknown>> };
  if (typeof pull !== 'object' || pull === null) return undefined;
  const { feed, client, at, family, etag, refusedAt } = pull;
  if (typeof feed !== 'string' || typeof client !== 'string') return undefined;
  if (![at, refusedAt].every((time) => time === undefined || isTime(time))) return undefined;
  if (etag !== undefined && typeof etag !== 'string') return undefined;
  return family === undefined || family === 'all' || families.some((one) => one === family)
    ? (pull as Pull)
    : undefined;
}

/** Whether it is a time as this service writes it: such texts sort as the times do. */
function isTime(value: unknown): boolean {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return !Number.isNaN(time) && new Date(time).toISOString() === value;
}
