import { Feed } from 'feed';
import * as z from 'zod';
import { visible } from '../core/visible-text.ts';
import { changeLines, changeTitle } from '../messages/changes.ts';
import { withEntities } from '../messages/fit.ts';
import type { Operator } from '../operator/operator.ts';
import type { ChangesQuery, ChangeView } from '../operator/queries/changes.ts';
import { RequestError } from '../run/service.ts';
import { type Call, endpoint } from './handle.ts';
import { problem, text } from './responses.ts';

/** Ranges that one feed tells of at most. */
const maxChanges = 1_000;
/** Pages that are looked through for the first change. */
const maxPages = 8;

/** GET /api/atom/targets/{id}: changes of one target, an entry a run. */
export const getTargetFeed = feedOf('target');

/** GET /api/atom/lists/{id}: changes of every target of a list, an entry a run and target. */
export const getListFeed = feedOf('list');

function feedOf(what: 'target' | 'list') {
  return endpoint({
    query: z.strictObject({}),
    responses: {
      200: { text: 'The newest changes, an entry a run and target.', types: ['application/atom+xml'] },
      404: `There is no such ${what}, and no change of a former one.`,
    },
    async answer({ operator, request }) {
      const id = request.params.id ?? '';
      try {
        const changes = await newest(await operator(), { [what]: id, most: maxChanges });
        return text('application/atom+xml', atomOf(`Changes of ${what} ${id}`, changes, request));
      } catch (error) {
        if (error instanceof RequestError) return problem(404, error.message);
        throw error;
      }
    },
  });
}

/** The first page that is not empty: the changes of one list may lie far behind those of others. */
async function newest(operator: Operator, query: ChangesQuery): Promise<readonly ChangeView[]> {
  let after: string | undefined;
  for (let page = 0; page < maxPages; page++) {
    const { changes, next } = await operator.changes({ ...query, after });
    if (changes.length > 0 || next === undefined) return changes;
    after = next;
  }
  return [];
}

/** The feed as text. Its addresses carry no key: readers keep them. Names come from configs, and titles are HTML to readers. */
function atomOf(title: string, changes: readonly ChangeView[], { url }: Pick<Call['request'], 'url'>): string {
  const { origin, pathname } = new URL(url);
  const self = `${origin}${pathname}`;
  const [newest] = changes;
  const feed = new Feed({
    // The library escapes this one.
    title: visible(title),
    id: self,
    link: `${origin}/api/changes`,
    feedLinks: { atom: self },
    // What never changed has no time of its own; readers look for a newer one than they know.
    updated: new Date(newest?.at ?? 0),
    author: { name: 'service-tag-sync' },
    generator: false,
  });
  const byRun = Map.groupBy(changes, ({ run, target }) => JSON.stringify([run, target]));
  for (const own of byRun.values()) {
    const [first] = own;
    if (first === undefined) continue;
    const run = `${origin}/api/runs/${encodeURIComponent(first.run)}`;
    feed.addItem({
      title: withEntities(visible(changeTitle(own))),
      id: `${run}#${encodeURIComponent(first.target)}`,
      link: run,
      date: new Date(first.at),
      content: `<ul>${changeLines(own)
        .map((line) => `<li>${withEntities(visible(line))}</li>`)
        .join('')}</ul>`,
    });
  }
  return feed.atom1();
}
