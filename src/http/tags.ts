import * as z from 'zod';
import { listAnswer, regionWeeksAnswer, tagHistoryAnswer, tagsAnswer } from './answers/tags.ts';
import { endpoint } from './handle.ts';
import { json } from './responses.ts';

const name = z.string().trim().min(1).max(200);
const moment = 'a date (UTC), a time with its zone, or a span before now such as `180d`';
const period = {
  since: name.describe(`From here on: ${moment}.`).optional(),
  until: name.describe(`Up to here: ${moment}; that very time does not belong to it.`).optional(),
};

/** GET /api/lists/{name}: what a list allows now, whatever its targets hold. */
export const getList = endpoint({
  query: z.strictObject({}),
  responses: {
    200: { text: 'What the list allows now: what its targets are to hold, whatever they hold.', json: listAnswer },
  },
  answer: async ({ operator, request }) => json(200, await (await operator()).list(request.params.name ?? '')),
});

/** GET /api/tags: every tag that a list selects, as it is now. */
export const getTags = endpoint({
  query: z.strictObject({}),
  responses: {
    200: {
      text: 'Every tag that a list selects: its sizes in addresses, as decimal texts, its lists, holds and last change.',
      json: tagsAnswer,
    },
  },
  answer: async ({ operator }) => json(200, await (await operator()).tags()),
});

/** GET /api/tags/{tag}/history?since=180d: how large a tag was over time. */
export const getTagHistory = endpoint({
  query: z.strictObject(period),
  responses: {
    200: {
      text: 'How large the tag was from each of its changes on, oldest first: published, allowed, held, and what came back. `behind` counts what is kept and not looked at yet.',
      json: tagHistoryAnswer,
    },
  },
  async answer({ operator, request, query }) {
    return json(200, await (await operator()).tagHistory(request.params.tag ?? '', query));
  },
});

/** GET /api/region-weeks?service=Storage: what each region gained and lost, by week. */
export const getRegionWeeks = endpoint({
  query: z.strictObject({ service: name.describe('Its name, `Storage`.'), ...period }),
  responses: {
    200: {
      text: 'What the regional tags of a service gained and lost in publications, by week; half a year up to the newest publication if no period is named.',
      json: regionWeeksAnswer,
    },
  },
  answer: async ({ operator, query }) => json(200, await (await operator()).regionWeeks(query)),
});
