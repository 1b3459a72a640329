import type { Endpoint } from '../handle.ts';
import { page } from './app.ts';

/** Hands a request of the Functions host to the page's router, and its answer back. */
export const answerPage: Endpoint = {
  // Statuses and their pages are the router's.
  responses: {},
  async answer(call) {
    const { method, url, headers } = call.request;
    const bytes = method === 'POST' ? await call.request.arrayBuffer() : undefined;
    const request = new Request(url, {
      method,
      headers: new Headers([...headers.entries()]),
      ...(bytes === undefined ? {} : { body: bytes }),
    });
    const { status, headers: sent, body } = await page.fetch(request, { call });
    return {
      status,
      headers: Object.fromEntries(sent),
      ...(body === null ? {} : { body: await new Response(body).bytes() }),
    };
  },
};
