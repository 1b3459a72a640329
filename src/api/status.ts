import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import type { Desk } from '../run/desk.ts';
import { json } from './json.ts';
import { readQuery } from './read-body.ts';

const nothing = z.strictObject({});

/** GET /api/status: where everything stands. */
export async function answerStatus(request: HttpRequest, desk: Desk): Promise<HttpResponseInit> {
  readQuery(request, nothing);
  return json(200, await desk.status());
}

/** GET /api/holds: every open hold, of tags and of targets. */
export async function answerHolds(request: HttpRequest, desk: Desk): Promise<HttpResponseInit> {
  readQuery(request, nothing);
  return json(200, { holds: await desk.holds() });
}
