import { feedText } from '../core/feed.ts';
import type { FeedContext } from '../run/context.ts';
import { feedsOf, listsOf } from './feed-server.ts';

/** Devices of a feed that have, and have not, pulled what is served now. */
export interface FeedDevices {
  readonly have: readonly string[];
  readonly lack: readonly string[];
}

/** By target, for every feed of the config that names devices: what a list gained has reached nobody before it is pulled. */
export async function whoHasIt(context: FeedContext): Promise<ReadonlyMap<string, FeedDevices>> {
  const found = new Map<string, FeedDevices>();
  for (const { id, settings } of feedsOf(context)) {
    const pulls = new Map((await context.feeds.pulls(settings.name)).map((pull) => [pull.client, pull]));
    const have: string[] = [];
    const lack: string[] = [];
    for (const device of Object.keys(settings.devices)) {
      const pull = pulls.get(device);
      const family = pull?.family === undefined || pull.family === 'all' ? undefined : pull.family;
      const served = feedText((await listsOf(context, settings.name, family)).flatMap(({ entries }) => entries));
      (served && pull?.etag === served.etag ? have : lack).push(device);
    }
    if (have.length + lack.length > 0) found.set(id, { have, lack });
  }
  return found;
}
