import { type Family, families } from '../core/address/family.ts';
import { deviceState, feedText } from '../core/feed.ts';
import type { FeedList, Pull } from '../ports/feeds.ts';
import { unlessDamaged } from '../ports/store.ts';
import type { FeedContext } from '../run/context.ts';
import { announce } from '../run/enqueue-notices.ts';
import { type FeedConfig, publishFeed } from '../targets/feed.ts';
import { feedsOf } from './feed-server.ts';
import { FormatError } from './format.ts';

/** Republishes blobs that differ from the served list, and reports devices that do not pull: once a state. */
export async function keepFeeds(context: FeedContext): Promise<void> {
  for (const { id, settings } of feedsOf(context)) {
    await tellOfDevices(context, id, settings);
    // A damaged list fails its target in the next run; here it must not keep the other feeds, and the channels, waiting.
    try {
      if (await unlessDamaged(publishFeed(context.feeds, settings)))
        context.log('feed published anew', { feed: settings.name });
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      context.log('feed not in its format', { feed: settings.name, error: error.message });
    }
  }
}

async function tellOfDevices(context: FeedContext, target: string, { name, devices }: FeedConfig): Promise<void> {
  const watched = Object.keys(devices).filter((device) => devices[device]?.pullEvery !== undefined);
  const now = context.now();
  for (const { device, pull, lists, etag } of await lastPulls(context, name, watched)) {
    const since = lists.map((list) => list.since).sort()[0];
    if (etag === undefined || since === undefined) continue;
    const pullEvery = devices[device]?.pullEvery ?? 0;
    const state = deviceState({
      pullEvery,
      since,
      ...(pull?.at === undefined ? {} : { pulledAt: pull.at }),
      ...(pull?.etag === undefined ? {} : { etag: pull.etag }),
      current: etag,
      now,
    });
    if (state.kind === 'pulls') continue;
    const refusedAt = pull?.refusedAt !== undefined && pull.refusedAt > state.since ? pull.refusedAt : undefined;
    await announce(
      context,
      `device-${name}-${device}-${state.since}-${state.has}`,
      [
        {
          kind: 'device-does-not-pull',
          target,
          feed: name,
          device,
          since: state.since,
          has: state.has,
          pullEvery,
          ...(refusedAt === undefined ? {} : { refusedAt }),
        },
      ],
      now.toISOString(),
    );
  }
}

/** Who may pull, by feed: its devices, and whoever has its key. Who signs in is known by a token alone. */
export function feedClients(config: FeedContext['loaded']['config']): ReadonlyMap<string, readonly string[]> {
  return new Map(
    feedsOf({ loaded: { config } }).map(({ settings }) => [settings.name, ['key', ...Object.keys(settings.devices)]]),
  );
}

/** Devices of a feed that have, and have not, pulled the lists that are served now. */
export interface FeedDevices {
  readonly have: readonly string[];
  readonly lack: readonly string[];
}

/** By target, for every feed of the config that names devices. An addition takes effect when the devices have pulled it. */
export async function whoHasIt(context: FeedContext): Promise<ReadonlyMap<string, FeedDevices>> {
  const found = new Map<string, FeedDevices>();
  for (const { id, settings } of feedsOf(context)) {
    const have: string[] = [];
    const lack: string[] = [];
    for (const { device, pull, etag } of await lastPulls(context, settings.name, Object.keys(settings.devices))) {
      (etag !== undefined && pull?.etag === etag ? have : lack).push(device);
    }
    if (have.length + lack.length > 0) found.set(id, { have, lack });
  }
  return found;
}

interface LastPull {
  readonly device: string;
  /** Absent: the device has never pulled. */
  readonly pull?: Pull;
  /** The lists that the device is served now, and their etag; no etag: none is ready. */
  readonly lists: readonly FeedList[];
  readonly etag?: string;
}

/** The last pull of each device. A device that pulls one family alone is compared with that family alone. */
async function lastPulls(context: FeedContext, feed: string, devices: readonly string[]): Promise<LastPull[]> {
  if (devices.length === 0) return [];
  const [all, pulled] = await Promise.all([unlessDamaged(context.feeds.lists(feed)), context.feeds.pulls(feed)]);
  const pulls = new Map(pulled.map((pull) => [pull.client, pull]));
  const served = new Map((['all', ...families] as const).map((family) => [family, servedIn(all ?? [], family)]));
  return devices.map((device) => {
    const pull = pulls.get(device);
    return { device, ...(served.get(pull?.family ?? 'all') ?? { lists: [] }), ...(pull ? { pull } : {}) };
  });
}

/** The lists of a family, or all, that have entries, and the etag of their plain text. */
function servedIn(all: readonly FeedList[], family: Family | 'all'): Pick<LastPull, 'lists' | 'etag'> {
  const lists = all.filter((list) => list.entries.length > 0 && (family === 'all' || list.family === family));
  const etag = feedText(lists.flatMap(({ entries }) => entries))?.etag;
  return { lists, ...(etag === undefined ? {} : { etag }) };
}
