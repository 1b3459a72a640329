import { type Family, families, familyNames } from '../core/address/family.ts';
import { clientAddress, matchesEtag, unchangedSince } from '../core/feed.ts';
import type { FeedContext } from '../run/context.ts';
import { type FeedConfig, formatNamed, lastChanged, servedText } from '../targets/feed.ts';
import { type Access, accessOf, claimedBy, type Shown } from './access.ts';
import type { FeedMemory } from './feed-memory.ts';
import { FormatError } from './format.ts';
import { defaultFormat } from './formats/index.ts';
import type { RenderedList } from './served-lists.ts';

interface FeedRequest extends Shown {
  readonly feed: string;
  readonly family?: Family;
  /** Id of a format; that of the feed if absent. */
  readonly format?: string;
  readonly ifNoneMatch?: string;
  readonly ifModifiedSince?: string;
  /** Only the head is asked for: the client has nothing afterwards. */
  readonly headOnly: boolean;
}

export type FeedResponse =
  | { readonly kind: 'unknown' }
  | Exclude<Access, { kind: 'client' }>
  /** Too many wrong credentials: they are not looked at before so many seconds have passed. */
  | { readonly kind: 'braked'; readonly seconds: number }
  /** No good list yet. */
  | { readonly kind: 'not-yet' }
  /** The requested format takes nothing of what the feed holds. */
  | { readonly kind: 'wrong-format'; readonly text: string }
  /** The list is over a limit of its format, or has nothing that the format of the config takes. */
  | { readonly kind: 'not-in-format'; readonly text: string }
  /** By the config, the feed never has entries of the requested family. */
  | { readonly kind: 'no-such-family'; readonly text: string }
  | {
      readonly kind: 'list';
      /** The client has it already. */
      readonly same: boolean;
      readonly text: string;
      readonly etag: string;
      /** With its charset. */
      readonly mediaType: string;
      readonly entries: number;
      /** ISO 8601; absent where the text may have changed at another time than the list. */
      readonly changedAt?: string;
      /** Whole seconds since it last changed. */
      readonly ageSeconds: number;
    };

/** Serves firewalls. Depends on the config and the store alone. */
export interface FeedServer {
  ask(request: FeedRequest): Promise<FeedResponse>;
}

/** `memory`: one for all feed servers of a process, which live no longer than a request. */
export function makeFeedServer(
  context: FeedContext,
  env: Readonly<Record<string, string | undefined>>,
  { brake, lists: kept, pulls }: Pick<FeedMemory, 'brake' | 'lists' | 'pulls'>,
): FeedServer {
  return {
    async ask(request) {
      const found = feedsOf(context).find(({ settings }) => settings.name === request.feed);
      if (!found) return { kind: 'unknown' };
      const feed = found.settings;
      const now = context.now();
      const at = now.toISOString();
      const claimed = claimedBy(feed, request);
      const address = clientAddress(request.forwardedFor, feed.proxies);
      const attempt = { feed: feed.name, now, ...claimed, ...(address === undefined ? {} : { address }) };
      const seconds = claimed && brake.waitOf(attempt);
      if (seconds !== undefined) {
        context.log('feed braked', { feed: feed.name, ...claimed, address, seconds });
        return { kind: 'braked', seconds };
      }
      const access = accessOf(feed, request, env);
      if (claimed && access.kind === 'refused') brake.wrong(attempt);
      if (claimed && access.kind === 'client') brake.right(attempt);
      if (access.kind !== 'client') {
        context.log('feed refused', { feed: feed.name, ...access });
        if (access.kind === 'refused' && access.device !== undefined) {
          pulls.note(context.feeds, { feed: feed.name, client: access.device, refusedAt: at });
        }
        return access;
      }
      const asked = families.filter((family) => request.family === undefined || family === request.family);
      const lists = (await kept.of(context.feeds, feed.name)).filter(({ family }) => asked.includes(family));
      const format = request.format ?? feed.format;
      let list: RenderedList | undefined;
      try {
        list = kept.text(lists, [...asked, format], () => servedText(feed, lists, asked, formatNamed(format)));
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        context.log('feed not in its format', { feed: feed.name, error: error.message });
        const wrong = error.kind === 'nothing' && request.format !== undefined;
        return { kind: wrong ? 'wrong-format' : 'not-in-format', text: error.message };
      }
      if (!list) {
        const text = request.family && neverServed(context, found.id, request.family);
        return text ? { kind: 'no-such-family', text } : { kind: 'not-yet' };
      }
      const changedAt = lastChanged(lists)?.changedAt ?? at;
      // An edit of `format` in the config changes the text and no list: then the ETag alone tells.
      const dated = request.format !== undefined || feed.format === defaultFormat.id;
      const { ifNoneMatch, ifModifiedSince } = request;
      const same =
        ifNoneMatch === undefined
          ? dated && unchangedSince(ifModifiedSince, changedAt, now)
          : matchesEtag(ifNoneMatch, list.served.etag);
      if (!request.headOnly) {
        const { etag } = list;
        pulls.note(context.feeds, {
          feed: feed.name,
          client: access.client,
          at,
          family: request.family ?? 'all',
          etag,
        });
      }
      return {
        kind: 'list',
        same,
        ...list.served,
        entries: lists.reduce((sum, { entries }) => sum + entries.length, 0),
        ...(dated ? { changedAt } : {}),
        ageSeconds: Math.max(0, Math.floor((Date.parse(at) - Date.parse(changedAt)) / 1000)),
      };
    },
  };
}

/** Why a feed never serves a family, by the config; undefined if it does, now or later. */
function neverServed({ loaded, targets }: FeedContext, id: string, family: Family): string | undefined {
  const target = loaded.config.targets[id];
  const definition = targets.get(id)?.definition;
  if (!target || !definition) return undefined;
  if (definition.holds === 'names') {
    // Units of host names are stored under one family.
    const served = definition.layout(target.settings).families.includes(family);
    return served ? undefined : 'This feed holds host names, which are of no family.';
  }
  const has = loaded.config.lists[target.list]?.families ?? families;
  if (has.includes(family)) return undefined;
  return `The list of this feed has no ${familyNames[family]}, only ${has.map((one) => familyNames[one]).join(' and ')}.`;
}

/** Every feed of the config, with the id of its target. */
export function feedsOf({
  loaded,
}: {
  readonly loaded: Pick<FeedContext['loaded'], 'config'>;
}): { id: string; settings: FeedConfig }[] {
  return Object.entries(loaded.config.targets)
    .filter(([, { kind }]) => kind === 'feed' || kind === 'feed-names')
    .map(([id, { settings }]) => ({ id, settings: settings as FeedConfig }));
}
