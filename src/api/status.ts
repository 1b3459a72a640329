import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import type { Desk } from '../run/desk.ts';
import { adviceMarkdown } from '../text/advice.ts';
import { json } from './json.ts';
import { readQuery } from './read-body.ts';

const registriesQuery = z.strictObject({ format: z.enum(['json', 'markdown'], 'json or markdown').optional() });
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

/** GET /api/registries: registries as they are now, with advice; `?format=markdown` for a change ticket. */
export async function answerRegistries(request: HttpRequest, desk: Desk): Promise<HttpResponseInit> {
  const { format } = readQuery(request, registriesQuery);
  const view = await desk.registries();
  return format === 'markdown'
    ? {
        status: 200,
        headers: { 'content-type': 'text/markdown; charset=utf-8', 'cache-control': 'no-store' },
        body: adviceMarkdown(view),
      }
    : json(200, view);
}
