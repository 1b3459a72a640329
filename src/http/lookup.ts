import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import type { Operator } from '../operator/operator.ts';
import { json } from './json.ts';
import { limitFields, limitOf } from './limit.ts';
import { readQuery } from './read-body.ts';

const lookupQuery = z.strictObject({ ip: z.string().trim().min(1).max(100) });
const changesQuery = z.strictObject({ target: z.string().min(1).optional(), ...limitFields(1000) });

/** GET /api/lookup?ip=192.0.2.1: where an address stands. */
export async function getLookup(request: HttpRequest, operator: Operator): Promise<HttpResponseInit> {
  const { ip } = readQuery(request, lookupQuery);
  return json(200, await operator.lookup(ip));
}

/** GET /api/changes?target=hub&limit=100: what went into and out of targets, newest first. */
export async function getChanges(request: HttpRequest, operator: Operator): Promise<HttpResponseInit> {
  const { target, ...limit } = readQuery(request, changesQuery);
  const most = limitOf(limit, 100);
  return json(200, { changes: await operator.changes({ most, ...(target === undefined ? {} : { target }) }) });
}
