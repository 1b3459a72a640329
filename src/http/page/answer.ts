import type { Endpoint } from '../handle.ts';
import { page } from './app.ts';

/** Hands a request of the Functions host to the page's router, and its answer back. */
export const answerPage: Endpoint = {
  // Statuses and their pages are the router's.
  responses: {},
  async answer(call) {
    const { method, url, headers, body: sent } = call.request;
    const request = new Request(url, {
      method,
      headers: new Headers([...headers.entries()]),
      // As it comes: who has not signed in decides otherwise how much of the memory of all a form takes.
      ...(method === 'POST' && sent !== null ? { body: sent, duplex: 'half' as const } : {}),
    });
    const answer = await page.fetch(request, { call });
    const { status, body } = answer;
    return {
      status,
      headers: Object.fromEntries(answer.headers),
      ...(body === null ? {} : { body: await new Response(body).bytes() }),
    };
  },
};
