import type { Route } from '../handle.ts';

/**
 * The page for people, all of its paths as one function; no part of the API, so not in its OpenAPI document. The host asks
 * for no key: a browser cannot send one with every link. The page itself asks who is there, see session.ts.
 */
export const pageRoute: Route = {
  name: 'page',
  methods: ['GET', 'POST'],
  under: 'root',
  path: 'ui/{*path}',
  authLevel: 'anonymous',
  summary: 'The page for people who look after the service.',
  load: async () => (await import('./answer.ts')).answerPage,
};
