import { feedText } from '../core/feed.ts';
import type { FeedList, Feeds, PublishedText } from '../ports/feeds.ts';
import { Kept } from './kept.ts';

/** A list as text, and what of it is the same in every format. */
export interface RenderedList {
  readonly served: PublishedText;
  /** ETag of the plain list, by which pulls are compared with what a device should have. */
  readonly etag: string;
}

/** Characters of texts that are kept: a list of the most entries that a feed takes by default has some 900,000. */
const mostCharacters = 16_000_000;

/** Lists as they are stored, read once a minute, and their texts, made once a version. */
export class ServedLists {
  readonly #elapsed: () => number;
  readonly #lists = new Map<string, Kept<readonly FeedList[]>>();
  readonly #texts = new Map<string, RenderedList>();
  #characters = 0;

  constructor(elapsed: () => number) {
    this.#elapsed = elapsed;
  }

  /** @param feed one of the config: what strangers ask for is not kept. Throws what Feeds.lists() throws. */
  of(feeds: Feeds, feed: string): Promise<readonly FeedList[]> {
    const kept = this.#lists.get(feed) ?? new Kept<readonly FeedList[]>(this.#elapsed);
    this.#lists.set(feed, kept);
    return kept.get(() => feeds.lists(feed));
  }

  /**
   * The text of lists, which `render` makes if it is not kept; undefined if there is nothing in them.
   * @param form what else the text depends on: the families asked for, and the format.
   */
  text(
    lists: readonly FeedList[],
    form: readonly string[],
    render: () => PublishedText | undefined,
  ): RenderedList | undefined {
    const versions = lists.map(({ feed, family, version, changedAt }) => [feed, family, version, changedAt]);
    const key = JSON.stringify([form, versions]);
    const known = this.#texts.get(key);
    if (known !== undefined) return known;
    const served = render();
    const list = feedText(lists.flatMap(({ entries }) => entries));
    if (served === undefined || list === undefined) return undefined;
    const made = { served, etag: list.etag };
    this.#keep(key, made);
    return made;
  }

  /** The texts made first leave where all together are too long; what a newer version replaced is among them. */
  #keep(key: string, text: RenderedList): void {
    this.#texts.set(key, text);
    this.#characters += text.served.text.length;
    for (const [oldest, { served }] of this.#texts) {
      if (this.#characters <= mostCharacters) break;
      this.#texts.delete(oldest);
      this.#characters -= served.text.length;
    }
  }
}
