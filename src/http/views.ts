import * as z from 'zod';
import { adviceMarkdown } from '../messages/registry.ts';
import { changeTicketCsv, changeTicketMarkdown } from '../messages/ticket.ts';
import { planAnswer } from './answers/plans.ts';
import { registriesAnswer } from './answers/registries.ts';
import { holdsAnswer, inboxAnswer, lookupAnswer, statusAnswer } from './answers/status.ts';
import { whyAnswer } from './answers/why.ts';
import { endpoint } from './handle.ts';
import { acceptedFormat, formats, json, problem, text } from './responses.ts';
import { told } from './runs.ts';

const noQuery = z.strictObject({});

/** GET /api/status: state of the source, of every target, and what waits. */
export const getStatus = endpoint({
  query: noQuery,
  responses: { 200: { text: 'The state of the source and of every target, and what waits.', json: statusAnswer } },
  async answer({ operator }) {
    const { lastRun, ...view } = await (await operator()).status();
    return json(200, { ...view, ...(lastRun === undefined ? {} : { lastRun: told(lastRun) }) });
  },
});

/** GET /api/holds: every open hold, of tags and of targets. */
export const getHolds = endpoint({
  query: noQuery,
  responses: { 200: { text: 'Every open hold, of tags and of targets.', json: holdsAnswer } },
  answer: async ({ operator }) => json(200, { holds: await (await operator()).holds() }),
});

/** GET /api/inbox: what waits for a person, most urgent first, each with a suggested answer and its commands. */
export const getInbox = endpoint({
  query: noQuery,
  responses: {
    200: { text: 'What waits for a person, most urgent first; nothing if all is well.', json: inboxAnswer },
  },
  answer: async ({ operator }) => json(200, await (await operator()).inbox()),
});

/** GET /api/registries: registries as they are now, with advice; `?format=markdown` for a change ticket. */
export const getRegistries = endpoint({
  query: z.strictObject({
    format: z.enum(['json', 'markdown'], 'json or markdown').describe('JSON if absent.').optional(),
  }),
  responses: { 200: { text: 'Registries with advice.', json: registriesAnswer, types: ['text/markdown'] } },
  async answer({ operator, query }) {
    const view = await (await operator()).registries();
    return query.format === 'markdown' ? text('text/markdown', adviceMarkdown(view)) : json(200, view);
  },
});

/** GET /api/lookup?ip=192.0.2.1: the tags and targets that hold an address. */
export const getLookup = endpoint({
  query: z.strictObject({ ip: z.string().trim().min(1).max(100).describe('An address or a prefix.') }),
  responses: { 200: { text: 'The tags and targets that hold it, and why.', json: lookupAnswer } },
  answer: async ({ operator, query }) => json(200, await (await operator()).lookup(query.ip)),
});

/** GET /api/why?address=192.0.2.1&at=2024-01-22&target=hub: why it is allowed or not, in each list and target. */
export const getWhy = endpoint({
  query: z.strictObject({
    address: z
      .string()
      .trim()
      .min(1)
      .max(255)
      .describe('An address, a prefix, an inclusive range `a-b`, or a host name.'),
    at: z
      .string()
      .trim()
      .min(1)
      .describe('A date, for the end of that day in UTC, or a time with its zone; now if absent.')
      .optional(),
    target: z.string().min(1).describe('The id of a target: it and its list alone; all if absent.').optional(),
    resolve: z
      .enum(['true', 'false'], 'true or false')
      .describe('`true`: a host name is resolved, as the service sees it, and its addresses are looked at as well.')
      .optional(),
  }),
  responses: {
    200: {
      text: 'Per list and target: what of it is allowed, since when and why, and what holds the rest.',
      json: whyAnswer,
    },
  },
  async answer({ operator, query: { address, at, target, resolve } }) {
    const view = await (await operator()).why({
      address,
      ...(at === undefined ? {} : { at }),
      ...(target === undefined ? {} : { target }),
      ...(resolve === 'true' ? { resolve: true } : {}),
    });
    return json(200, view);
  },
});

/**
 * GET /api/plans/{part} or /api/plans/{run}/{target}: as JSON; with `?format=markdown`, `?format=csv`, or such an Accept
 * header, as a change ticket.
 */
export const getPlan = endpoint({
  query: z.strictObject({
    format: z
      .enum(formats, 'json, markdown or csv')
      .describe('By the header Accept if absent; JSON if that names none of them.')
      .optional(),
  }),
  responses: {
    200: { text: 'The plan, or a change ticket.', json: planAnswer, types: ['text/markdown', 'text/csv'] },
    404: 'No recorded plan is named so.',
  },
  async answer({ request, operator, query: { format = acceptedFormat(request) } }) {
    const id = request.params.id ?? '';
    const plan = await (await operator()).plan(id);
    if (plan === undefined) {
      return problem(404, `No recorded plan has a part with the id "${id}", or is of such a run and target.`, {
        next: 'GET /api/inbox lists the parts that wait (`todo` on the command line), GET /api/runs the runs. Ask by the id of a part, its short id or its target, or by run/target.',
      });
    }
    if (format === 'json') return json(200, plan);
    return format === 'markdown'
      ? text('text/markdown', changeTicketMarkdown(plan))
      : text('text/csv', changeTicketCsv(plan));
  },
});
