import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { adviceMarkdown } from '../messages/registry.ts';
import type { Operator } from '../operator/operator.ts';
import { json } from './json.ts';
import { readQuery } from './read-body.ts';

const registriesQuery = z.strictObject({ format: z.enum(['json', 'markdown'], 'json or markdown').optional() });
const nothing = z.strictObject({});

/** GET /api/status: where everything stands. */
export async function getStatus(request: HttpRequest, operator: Operator): Promise<HttpResponseInit> {
  readQuery(request, nothing);
  return json(200, await operator.status());
}

/** GET /api/holds: every open hold, of tags and of targets. */
export async function getHolds(request: HttpRequest, operator: Operator): Promise<HttpResponseInit> {
  readQuery(request, nothing);
  return json(200, { holds: await operator.holds() });
}

/** GET /api/registries: registries as they are now, with advice; `?format=markdown` for a change ticket. */
export async function getRegistries(request: HttpRequest, operator: Operator): Promise<HttpResponseInit> {
  const { format } = readQuery(request, registriesQuery);
  const view = await operator.registries();
  return format === 'markdown'
    ? {
        status: 200,
        headers: { 'content-type': 'text/markdown; charset=utf-8', 'cache-control': 'no-store' },
        body: adviceMarkdown(view),
      }
    : json(200, view);
}
