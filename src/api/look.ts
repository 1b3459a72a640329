import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import type { Desk } from '../run/desk.ts';
import { json } from './json.ts';
import { most } from './most.ts';
import { readQuery } from './read-body.ts';

const lookupQuery = z.strictObject({ ip: z.string().trim().min(1).max(100) });
const changesQuery = z.strictObject({ target: z.string().min(1).optional(), most });

/** GET /api/lookup?ip=192.0.2.1: where an address stands. */
export async function answerLookup(request: HttpRequest, desk: Desk): Promise<HttpResponseInit> {
  const { ip } = readQuery(request, lookupQuery);
  return json(200, await desk.lookup(ip));
}

/** GET /api/changes?target=hub&most=100: what went into and out of targets, newest first. */
export async function answerChanges(request: HttpRequest, desk: Desk): Promise<HttpResponseInit> {
  const { target, most = 100 } = readQuery(request, changesQuery);
  return json(200, { changes: await desk.changes({ most, ...(target === undefined ? {} : { target }) }) });
}
