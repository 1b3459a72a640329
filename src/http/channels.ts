import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import type { Service } from '../run/service.ts';
import { json } from './json.ts';
import { readBody } from './read-body.ts';

const bodySchema = z.strictObject({
  /** Ids of channels; all if absent. */
  channels: z.array(z.string().min(1)).min(1).optional(),
});

/** POST /api/channels/test: sends a test message now; 200 if every receiver took it, else 502, with each one's answer. */
export async function postTestChannels(request: HttpRequest, service: Service): Promise<HttpResponseInit> {
  const { channels } = await readBody(request, bodySchema);
  const tests = await service.testChannels(channels);
  return json(tests.every(({ ok }) => ok) ? 200 : 502, { channels: tests });
}
