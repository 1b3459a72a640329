import { deviceState, feedText } from '../core/feed.ts';
import type { FeedContext } from '../run/context.ts';
import { announce } from '../run/enqueue-notices.ts';
import { type FeedConfig, publishFeed } from '../targets/feed.ts';
import { feedsOf, listsOf } from './feed-server.ts';

/** Puts right what is published and not as served, and tells of devices that do not pull: once a state. */
export async function keepFeeds(context: FeedContext): Promise<void> {
  for (const { id, settings } of feedsOf(context)) {
    await tellOfDevices(context, id, settings);
    if (await publishFeed(context.feeds, settings)) context.log('feed published anew', { feed: settings.name });
  }
}

async function tellOfDevices(context: FeedContext, target: string, { name, devices }: FeedConfig): Promise<void> {
  const watched = Object.entries(devices).filter(([, { pullEvery }]) => pullEvery !== undefined);
  if (watched.length === 0) return;
  const pulls = new Map((await context.feeds.pulls(name)).map((pull) => [pull.client, pull]));
  const now = context.now();
  for (const [device, { pullEvery = 0 }] of watched) {
    const pull = pulls.get(device);
    const family = pull?.family === undefined || pull.family === 'all' ? undefined : pull.family;
    const lists = await listsOf(context, name, family);
    const current = feedText(lists.flatMap(({ entries }) => entries));
    const since = lists.map((list) => list.since).sort()[0];
    if (!current || since === undefined) continue;
    const state = deviceState({
      pullEvery,
      since,
      ...(pull?.at === undefined ? {} : { pulledAt: pull.at }),
      ...(pull?.etag === undefined ? {} : { etag: pull.etag }),
      current: current.etag,
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
