import type { Family } from '../core/address/family.ts';

/** One family of a list that is served over HTTP. */
export interface FeedList {
  readonly feed: string;
  readonly family: Family;
  /** CIDR prefixes, one a line when served. Empty: it had some and has none now. */
  readonly entries: readonly string[];
  /** `instance/target` of its writer. */
  readonly mark: string;
  /** Changes with the content and the mark. */
  readonly version: string;
  /** When it first had entries, and when they last changed, ISO 8601. */
  readonly since: string;
  readonly changedAt: string;
  /** Of its last change; absent in lists from before that was kept. */
  readonly origin?: ListOrigin;
}

/** Where the entries of a list come from. */
export interface ListOrigin {
  /** Service Tags that the list selects, those that follow from registries among them. */
  readonly tags: readonly string[];
  /** The publication in force; absent before the first. */
  readonly changeNumber?: number;
}

/** What one client of a feed did last. */
export interface Pull {
  readonly feed: string;
  /** A device of the config, `key`, or `signed-in:` and the name in the token. */
  readonly client: string;
  /** When it last had the list, or got the answer that it has it (304), ISO 8601; absent before the first time. */
  readonly at?: string;
  /** What it asked for then, and the ETag of what it has. */
  readonly family?: Family | 'all';
  readonly etag?: string;
  /** When its credentials were last refused, ISO 8601. */
  readonly refusedAt?: string;
}

/** A list as a static blob. */
export interface PublishedText {
  readonly text: string;
  readonly etag: string;
  /** With its charset. */
  readonly mediaType: string;
}

/** Lists for firewalls that pull, and who pulled them. */
export interface Feeds {
  /** Undefined before its first entries. */
  get(feed: string, family: Family): Promise<FeedList | undefined>;
  /**
   * Writes one family if its version is still `expected` (undefined: it does not exist). `changed`: another writer was faster,
   * and nothing was written.
   */
  put(
    list: Pick<FeedList, 'feed' | 'family' | 'entries' | 'mark' | 'version' | 'origin'>,
    expected: string | undefined,
  ): Promise<'written' | 'changed'>;
  /**
   * All lists of a feed at once, IPv4 first, those that have no entries now among them; none before the first entries. Throws
   * StoredFormatError if one is damaged: the other one alone is not the list.
   */
  lists(feed: string): Promise<readonly FeedList[]>;
  pulls(feed: string): Promise<readonly Pull[]>;
  /**
   * Records what clients did: pulls, each with its time, and refusals, each with its own. At most one of either for a client.
   * One takes the place of the one before, whoever wrote that, so that nothing has to be read.
   */
  notePulls(pulls: readonly Pull[]): Promise<void>;
  /** ETag of what is published as a static blob; undefined if nothing is. */
  published(container: string, blob: string): Promise<string | undefined>;
  publish(container: string, blob: string, content: PublishedText): Promise<void>;
}
