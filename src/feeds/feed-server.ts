import { type Family, families, familyNames } from '../core/address/family.ts';
import { faultOf, messageOf } from '../core/errors.ts';
import { clientAddress, feedText, matchesEtag, unchangedSince } from '../core/feed.ts';
import type { FeedList, PublishedText, Pull } from '../ports/feeds.ts';
import type { FeedContext } from '../run/context.ts';
import { type FeedConfig, formatNamed, lastChanged, servedText } from '../targets/feed.ts';
import { type Access, accessOf, claimedBy, type Shown, withoutPeople } from './access.ts';
import type { Brake } from './brake.ts';
import { FormatError } from './format.ts';
import { defaultFormat } from './formats/index.ts';

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

/** `brake`: one for all feed servers of a process, which live no longer than a request. */
export function makeFeedServer(
  context: FeedContext,
  env: Readonly<Record<string, string | undefined>>,
  brake: Brake,
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
          await note(context, { feed: feed.name, client: access.device, refusedAt: at });
        }
        return access;
      }
      const asked = families.filter((family) => request.family === undefined || family === request.family);
      const lists = await storedLists(context, feed.name, asked);
      let served: PublishedText | undefined;
      try {
        served = servedText(feed, lists, asked, formatNamed(request.format ?? feed.format));
      } catch (error) {
        if (!(error instanceof FormatError)) throw error;
        context.log('feed not in its format', { feed: feed.name, error: error.message });
        const wrong = error.kind === 'nothing' && request.format !== undefined;
        return { kind: wrong ? 'wrong-format' : 'not-in-format', text: error.message };
      }
      const list = feedText(lists.flatMap(({ entries }) => entries));
      if (!served || !list) {
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
          : matchesEtag(ifNoneMatch, served.etag);
      if (!request.headOnly) {
        // Of the list, whatever the format: it is compared with what the device should have.
        const { etag } = list;
        await note(context, { feed: feed.name, client: access.client, at, family: request.family ?? 'all', etag });
      }
      return {
        kind: 'list',
        same,
        ...served,
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
export function feedsOf({ loaded }: Pick<FeedContext, 'loaded'>): { id: string; settings: FeedConfig }[] {
  return Object.entries(loaded.config.targets)
    .filter(([, { kind }]) => kind === 'feed' || kind === 'feed-names')
    .map(([id, { settings }]) => ({ id, settings: settings as FeedConfig }));
}

/** The good lists of a feed, IPv4 first. */
export async function listsOf(context: Pick<FeedContext, 'feeds'>, feed: string, only?: Family): Promise<FeedList[]> {
  const wanted = families.filter((family) => only === undefined || family === only);
  return (await storedLists(context, feed, wanted)).filter(({ entries }) => entries.length > 0);
}

/** The same with those that had entries and have none now: they changed too. */
async function storedLists(
  { feeds }: Pick<FeedContext, 'feeds'>,
  feed: string,
  wanted: readonly Family[],
): Promise<FeedList[]> {
  const lists = await Promise.all(wanted.map((family) => feeds.get(feed, family)));
  return lists.filter((list) => list !== undefined);
}

/** Records a pull. A firewall gets its list even if that fails. */
async function note(context: FeedContext, pull: Pull): Promise<void> {
  try {
    await context.feeds.notePull(pull);
  } catch (error) {
    const client = withoutPeople(pull.client);
    // An error of the store names the row, and the row the client.
    const text = client === pull.client ? messageOf(error) : faultOf(error);
    context.log('pull not taken down', { feed: pull.feed, client, error: text });
  }
}
