import * as z from 'zod';
import { changesCsv, changesMarkdown } from '../messages/changes.ts';
import { changeKinds } from '../operator/queries/change-kinds.ts';
import { changesAnswer, versionAnswer } from './answers/changes.ts';
import { endpoint } from './handle.ts';
import { continuation, limitFields, limitOf } from './read-request.ts';
import { acceptedFormat, formats, json, text, withNext } from './responses.ts';

const name = z.string().min(1).max(200);
const moment = 'a date (UTC), a time with its zone, or a span before now such as `7d`';

/** GET /api/changes?target=hub&since=7d: what went into and out of targets, newest first. */
export const getChanges = endpoint({
  query: z.strictObject({
    since: name
      .describe(
        `From here on: ${moment}; the number of a publication, for what came since a newer one was seen; or \`latest\` of GET /api/version, for what came after that.`,
      )
      .optional(),
    until: name.describe(`Up to here: ${moment}; what happened at that very time does not belong to it.`).optional(),
    target: name.describe('The id of a target; all targets if absent.').optional(),
    list: name.describe('The name of a list.').optional(),
    tag: name.describe('The tag that caused it, `Storage.WestUS`; `*` stands for any text.').optional(),
    region: name.describe('What follows the dot of that tag, `WestUS`.').optional(),
    direction: z.enum(['add', 'remove'], 'add or remove').describe('Additions or removals alone.').optional(),
    kind: z
      .enum(Object.keys(changeKinds), `one of ${Object.keys(changeKinds).join(', ')}`)
      .describe('What caused it.')
      .optional(),
    by: name.describe('A part of the name of the person who decided it.').optional(),
    after: continuation,
    format: z
      .enum(formats, 'json, markdown or csv')
      .describe('By the header Accept if absent; JSON if that names none of them.')
      .optional(),
    ...limitFields(1000, 100),
  }),
  responses: {
    200: {
      text: 'Changes, newest first. `next`, or the header Link, says where the rest begins: a page may hold few of them, or none, and still go on.',
      json: changesAnswer,
      types: ['text/markdown', 'text/csv'],
    },
  },
  async answer({ operator, request, query: { format = acceptedFormat(request), kind, limit, most, ...query } }) {
    const view = await (await operator()).changes({
      ...query,
      kind: kind === undefined ? undefined : changeKinds[kind],
      most: limitOf({ limit, most }, 100),
    });
    if (format === 'json') return withNext(json(200, view), request, view.next);
    const document =
      format === 'markdown'
        ? text('text/markdown', changesMarkdown(view.changes))
        : text('text/csv', changesCsv(view.changes));
    return withNext(document, request, view.next);
  },
});

/** GET /api/version: the number of the last change, and the publication in force. */
export const getVersion = endpoint({
  query: z.strictObject({}),
  responses: { 200: { text: 'The number of the last change, and the publication in force.', json: versionAnswer } },
  answer: async ({ operator }) => json(200, await (await operator()).version()),
});
