import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import type { RunRequest, Service } from '../run/service.ts';
import { json } from './json.ts';
import { limitFields, limitOf } from './limit.ts';
import { BadRequest, problem } from './problem.ts';
import { readBody, readQuery } from './read-body.ts';
import { dryRunJson, runJson, runSummaryJson, withRun } from './run-json.ts';

const bodySchema = z.strictObject({
  /** Answer with the plans and change nothing anywhere. */
  dryRun: z.boolean().optional(),
  /** Ids of the targets to look at; all if absent. */
  targets: z.array(z.string().min(1)).min(1).optional(),
  /** With dryRun: a config to go by instead of the one in force, as an object or as its text (which may hold comments). */
  config: z.union([z.string().min(1), z.record(z.string(), z.unknown())]).optional(),
});

const querySchema = z.strictObject(limitFields(100));

/** /api/runs: GET lists, POST asks for a run. */
export async function handleRuns(request: HttpRequest, service: Service): Promise<HttpResponseInit> {
  return request.method === 'POST' ? postRun(request, service) : listRuns(request, service);
}

/**
 * POST /api/runs: 202 with the run that will look at what is asked, a new one or one that is queued, and every target
 * which that one covers. A dry run is answered at once with
 * its plans: it may write nothing, and putting it into the queue would be a write.
 */
async function postRun(request: HttpRequest, service: Service): Promise<HttpResponseInit> {
  const body = await readBody(request, bodySchema);
  const wanted: RunRequest = { trigger: 'http', ...(body.targets === undefined ? {} : { targets: body.targets }) };
  const { config } = body;
  if (body.dryRun === true) {
    const text = typeof config === 'string' ? config : JSON.stringify(config);
    return json(
      200,
      dryRunJson(await service.dryRun({ ...wanted, ...(config === undefined ? {} : { config: text }) })),
    );
  }
  if (config !== undefined) {
    throw new BadRequest('Expected config together with dryRun: true; a run goes by the config that is deployed.');
  }
  const requested = await service.requestRun(wanted);
  return withRun(json(202, requested), requested);
}

/** GET /api/runs?limit=20: newest first, without their events. */
async function listRuns(request: HttpRequest, service: Service): Promise<HttpResponseInit> {
  const limit = limitOf(readQuery(request, querySchema), 20);
  return json(200, { runs: (await service.runs(limit)).map(runSummaryJson) });
}

/** GET /api/runs/{id}: everything about one run, events with their words. */
export async function getRun(request: HttpRequest, service: Service): Promise<HttpResponseInit> {
  const id = request.params.id ?? '';
  const run = await service.run(id);
  if (run === undefined) {
    return problem(404, `No run has the id "${id}".`, { next: 'GET /api/runs lists the runs there are.' });
  }
  return json(200, runJson(run));
}
