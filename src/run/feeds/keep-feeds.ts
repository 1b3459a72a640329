import { deviceState } from '../../core/feed/device-state.ts';
import { feedText } from '../../core/feed/feed-text.ts';
import { type FeedConfig, publishFeed } from '../../targets/feed.ts';
import type { Parts } from '../parts.ts';
import { announce } from '../sweep.ts';
import { feedsOf, listsOf } from './feed-desk.ts';

/** Puts right what is published and not as served, and tells of devices that do not pull: once a state. */
export async function keepFeeds(parts: Parts): Promise<void> {
  for (const { id, settings } of feedsOf(parts)) {
    await tellOfDevices(parts, id, settings);
    if (await publishFeed(parts.feeds, settings)) parts.log('feed published anew', { feed: settings.name });
  }
}

async function tellOfDevices(parts: Parts, target: string, { name, devices }: FeedConfig): Promise<void> {
  const watched = Object.entries(devices).filter(([, { pullEvery }]) => pullEvery !== undefined);
  if (watched.length === 0) return;
  const pulls = new Map((await parts.feeds.pulls(name)).map((pull) => [pull.client, pull]));
  const now = parts.now();
  for (const [device, { pullEvery = 0 }] of watched) {
    const pull = pulls.get(device);
    const family = pull?.family === undefined || pull.family === 'all' ? undefined : pull.family;
    const lists = await listsOf(parts, name, family);
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
      parts,
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
