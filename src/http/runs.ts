import * as z from 'zod';
import type { DomainEvent } from '../core/event.ts';
import { textOf } from '../messages/text-of.ts';
import type { RunRequest } from '../run/service.ts';
import { actorOf } from './actor.ts';
import type { ToldEvent } from './answers/events.ts';
import { dryRunAnswer, requestedAnswer, runAnswer, runsAnswer, type Told } from './answers/runs.ts';
import { endpoint } from './handle.ts';
import { continuation, limitFields, limitOf } from './read-request.ts';
import { BadRequest, json, problem, withNext, withRun } from './responses.ts';

/**
 * POST /api/runs: 202 with the run that will look at what is asked, a new one or one that is queued, and every target
 * which that one covers. A dry run is answered at once with
 * its plans: it may write nothing, and putting it into the queue would be a write.
 */
export const postRuns = endpoint({
  body: z.strictObject({
    dryRun: z.boolean().describe('Answer with the plans and change nothing anywhere.').optional(),
    targets: z.array(z.string().min(1)).min(1).describe('Ids of the targets to look at; all if absent.').optional(),
    config: z
      .union([z.string().min(1), z.record(z.string(), z.unknown())])
      .describe(
        'With `dryRun`: a config to go by instead of the deployed one, as an object or as its text, which may hold comments.',
      )
      .optional(),
  }),
  responses: {
    200: { text: 'Of a dry run: the plans, and what would happen.', json: dryRunAnswer },
    202: {
      text: 'The run that will look at what is asked, new or queued, with every target that it covers.',
      json: requestedAnswer,
    },
  },
  async answer({ service: open, settings, request, body: { dryRun, targets, config } }) {
    const service = await open();
    const wanted: RunRequest = { trigger: 'http', ...(targets === undefined ? {} : { targets }) };
    if (dryRun === true) {
      const text = typeof config === 'string' ? config : JSON.stringify(config);
      const dry = await service.dryRun({ ...wanted, ...(config === undefined ? {} : { config: text }) });
      return json(200, { dryRun: true, ...told(dry) } as const);
    }
    if (config !== undefined) {
      throw new BadRequest('Expected config together with dryRun: true; a run goes by the config that is deployed.');
    }
    const { easyAuth } = await settings();
    const requested = await service.requestRun({ ...wanted, by: actorOf(request, undefined, easyAuth) });
    return withRun(json(202, requested), requested);
  },
});

/** GET /api/runs?limit=20: newest first, without their events. */
export const getRuns = endpoint({
  query: z.strictObject({ ...limitFields(100, 20), after: continuation }),
  responses: {
    200: { text: 'Runs, newest first, without their events; with `next` where there are more.', json: runsAnswer },
  },
  async answer({ operator, request, query: { after, ...limit } }) {
    const { runs, next } = await (await operator()).runs({ most: limitOf(limit, 20), after });
    const summaries = runs.map((run) => ({ ...run, href: `/api/runs/${encodeURIComponent(run.run)}` }));
    return withNext(json(200, { runs: summaries, ...(next === undefined ? {} : { next }) }), request, next);
  },
});

/** GET /api/runs/{id}: everything about one run, its plans in short, events with their words. */
export const getRun = endpoint({
  responses: {
    200: {
      text: 'The run with its outcomes, its plans in short, and its events, each with its words.',
      json: runAnswer,
    },
    404: 'There is no such run.',
  },
  async answer({ operator, request }) {
    const id = request.params.id ?? '';
    const run = await (await operator()).run(id);
    if (run === undefined) {
      return problem(404, `No run has the id "${id}".`, { next: 'GET /api/runs lists the runs there are.' });
    }
    return json(200, told(run));
  },
});

/** A view with the words of each of its events. */
export function told<V extends { readonly events: readonly DomainEvent[] }>(view: V): Told<V> {
  return { ...view, events: view.events.map(withWords) };
}

function withWords(event: DomainEvent): ToldEvent {
  // Not `text`: some events have one of their own, and what came over HTTP is put into words again.
  return { ...event, words: textOf(event) };
}
