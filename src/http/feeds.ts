import * as z from 'zod';
import type { FeedResponse } from '../feeds/feed-server.ts';
import { feedFormats } from '../feeds/formats/index.ts';
import { endpoint } from './handle.ts';
import { BadRequest, type JsonAnswer, type OtherAnswer, type ProblemDetails, problem } from './responses.ts';

/** Seconds after which a device may ask again where there is nothing to serve. */
const retrySeconds = '300';

const formatIds = [...feedFormats.keys()];
const mediaTypes = [...new Set([...feedFormats.values()].map(({ mediaType }) => mediaType))];

/**
 * GET and HEAD /api/feeds/{name}?family=ipv4&format=plain: the list, one CIDR a line or in another format. Whatever else goes wrong is never
 * 200: devices take any page with that status for a list. Only wrong credentials are 401, because some devices stop
 * enforcing on it; too many of them are 429; what is our own fault, a missing secret among it, is 503, on which all keep their last list.
 */
export const getFeed = endpoint({
  // Not strict: some devices add parameters of their own.
  query: z.object({
    family: z.enum(['ipv4', 'ipv6'], 'ipv4 or ipv6').describe('Addresses of one family only.').optional(),
    format: z
      .enum(formatIds, `one of ${formatIds.join(', ')}`)
      .describe('Format of the list; that of the feed in the config if absent. See docs/feed-formats.md.')
      .optional(),
  }),
  responses: {
    200: { text: 'The list: one prefix or host name a line, or as its format has it.', types: mediaTypes },
    304: {
      text: 'The list is the one that `If-None-Match` names, or has not changed since `If-Modified-Since`.',
      types: [],
    },
    401: 'The name and secret, the key, or the token are missing or wrong.',
    403: 'The list may not be had from this address, or not without the app role.',
    404: 'There is no such feed, or it has no addresses of the family.',
    429: 'Too many wrong secrets came from this address; the header Retry-After says how long to wait.',
    503: 'There is no list yet, it does not fit its format, or it cannot be served at the moment; devices keep their last one.',
  },
  async answer({ request, context, feeds, signedIn, query: { family, format } }) {
    const header = (name: string) => request.headers.get(name) ?? undefined;
    const [authorization, forwardedFor] = ['authorization', 'x-forwarded-for'].map(header);
    const [ifNoneMatch, ifModifiedSince] = ['if-none-match', 'if-modified-since'].map(header);
    const key = header('x-functions-key') ?? request.query.get('code') ?? undefined;
    const headOnly = request.method === 'HEAD';
    try {
      const server = await feeds();
      const answer = await server.ask({
        feed: request.params.name ?? '',
        headOnly,
        ...(family === undefined ? {} : { family }),
        ...(format === undefined ? {} : { format }),
        ...(authorization === undefined ? {} : { authorization }),
        ...(forwardedFor === undefined ? {} : { forwardedFor }),
        ...(ifNoneMatch === undefined ? {} : { ifNoneMatch }),
        ...(ifModifiedSince === undefined ? {} : { ifModifiedSince }),
        ...(key === undefined ? {} : { key }),
        ...(signedIn === undefined ? {} : { signedIn }),
      });
      if (answer.kind === 'broken') context.warn(`feed ${request.params.name}: ${answer.text}`);
      return responseOf(answer, headOnly);
    } catch (error) {
      if (error instanceof BadRequest) throw error;
      context.error('the feed could not be served:', error);
      return later('The list cannot be served at the moment.', 'Keep the last list; the log says what is wrong.');
    }
  },
});

function responseOf(
  answer: FeedResponse,
  headOnly: boolean,
): OtherAnswer<200 | 304> | JsonAnswer<401 | 403 | 404 | 429 | 503, ProblemDetails> {
  switch (answer.kind) {
    case 'unknown':
      return problem(404, 'There is no feed of this name.', { next: 'See the targets of kind feed in the config.' });
    case 'asks':
      return challenged('Expected HTTP Basic with the name of a device and its secret, a key, or a sign-in, got none.');
    case 'refused':
      return challenged('The name and secret, the key, or the token do not give access to this list.');
    case 'braked': {
      const refused = problem(429, 'Too many wrong names, secrets or keys came from this address.', {
        next: `Wait ${answer.seconds} seconds, and correct the secret of the device.`,
      });
      return { ...refused, headers: { ...refused.headers, 'retry-after': String(answer.seconds) } };
    }
    case 'no-role':
      return problem(403, 'Expected the app role "feed", got a sign-in without it.', {
        next: 'Have the role assigned in Entra and get a new token.',
      });
    case 'elsewhere':
      return problem(403, 'This list may not be had from this address.', {
        next: 'See `addresses` and `proxies` of the feed in the config.',
      });
    case 'broken':
      return later(
        'No access can be given: a setting with a secret is missing, or its secret is too short.',
        'The log names the setting.',
      );
    case 'not-yet':
      return later('There is no list yet.', 'It is there after the first run that fills it; see /api/runs.');
    case 'wrong-format':
      throw new BadRequest(`${capital(answer.text)}. Ask for another format, or without one.`);
    case 'not-in-format':
      return later(`${capital(answer.text)}.`, 'Choose another format, or divide the list: it is never cut.');
    case 'no-such-family':
      return problem(404, answer.text, { next: 'Ask without `family`, or for another one.' });
    case 'list': {
      const headers = {
        etag: answer.etag,
        ...(answer.changedAt === undefined ? {} : { 'last-modified': new Date(answer.changedAt).toUTCString() }),
        'x-list-age': String(answer.ageSeconds),
        'x-list-entries': String(answer.entries),
        'cache-control': 'private, no-cache',
        vary: 'authorization',
      };
      if (answer.same) return { status: 304, headers };
      return {
        status: 200,
        headers: { ...headers, 'content-type': answer.mediaType },
        ...(headOnly ? {} : { body: answer.text }),
      };
    }
  }
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function challenged(detail: string): JsonAnswer<401, ProblemDetails> {
  const refused = problem(401, detail);
  return { ...refused, headers: { ...refused.headers, 'www-authenticate': 'Basic realm="feeds", charset="UTF-8"' } };
}

function later(detail: string, next: string): JsonAnswer<503, ProblemDetails> {
  const refused = problem(503, detail, { next });
  return { ...refused, headers: { ...refused.headers, 'retry-after': retrySeconds } };
}
