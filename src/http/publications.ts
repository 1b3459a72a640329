import * as z from 'zod';
import { diffAnswer, publicationsAnswer } from './answers/changes.ts';
import { endpoint } from './handle.ts';
import { json, problem } from './responses.ts';

const which = z.string().trim().min(1).max(100);
const how = 'a number, a date (the newest of that day or before), `latest`, or the beginning of a digest';

/** GET /api/publications: every file that is kept, newest first. */
export const getPublications = endpoint({
  query: z.strictObject({}),
  responses: {
    200: {
      text: 'Every file that is kept, newest first; of those that were refused or wait also why.',
      json: publicationsAnswer,
    },
  },
  answer: async ({ operator }) => json(200, { publications: await (await operator()).publications() }),
});

/** GET /api/publications/{number}: the bytes of a kept file as they came. */
export const getPublication = endpoint({
  query: z.strictObject({}),
  responses: {
    200: {
      text: 'The file as it came, byte for byte; one that is no JSON as it is.',
      types: ['application/json', 'application/octet-stream'],
    },
    404: 'No file is kept by that name.',
    410: 'The file is no longer kept as it came; what it says is.',
    500: 'The file is damaged, or the request failed in an unexpected way.',
  },
  async answer({ operator, request }) {
    const id = request.params.id ?? '';
    const found = await (await operator()).publication(id);
    if (found === undefined) {
      return problem(404, `No publication is kept by ${JSON.stringify(id)}: expected ${how}.`, {
        next: 'GET /api/publications lists those that are kept.',
      });
    }
    const { publication } = found;
    if (found.kind === 'dropped') {
      return problem(410, found.why, { next: 'GET /api/diff still compares it with others.' });
    }
    if (found.kind === 'damaged') {
      return problem(500, found.why, { next: 'GET /api/publications lists the others that are kept.' });
    }
    return {
      status: 200 as const,
      headers: {
        'content-type': publication.digest.startsWith('raw-') ? 'application/octet-stream' : 'application/json',
        'content-disposition': `attachment; filename="${publication.file.replace(/[^\w.-]/g, '_')}"`,
        etag: `"${publication.digest}"`,
        'cache-control': 'no-store',
      },
      body: found.bytes,
    };
  },
});

/** GET /api/diff?from=403&to=404: how two kept publications differ, by addresses. */
export const getDiff = endpoint({
  query: z.strictObject({
    from: which.describe(`A kept publication: ${how}.`),
    to: which.describe('Another one, in the same way.'),
    tag: which.describe('Only this tag, `Storage.WestUS`; `*` stands for any text.').optional(),
    region: which.describe('Only tags with this after their dot, `WestUS`.').optional(),
  }),
  responses: {
    200: { text: 'Every tag that differs, with the ranges it gained and lost and their sums.', json: diffAnswer },
  },
  answer: async ({ operator, query: { from, to, ...filter } }) =>
    json(200, await (await operator()).diff(from, to, filter)),
});
