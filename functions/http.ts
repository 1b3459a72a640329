import { app } from '@azure/functions';
import type { Route } from '../src/http/handle.ts';
import { routeFor, routes } from '../src/http/routes.ts';
import { openProduct } from './open-service.ts';

/** Where everybody must sign in, the platform asks for a token and the API for its role; a key would only be shared. */
function signInRequired(): boolean {
  const { SERVICE_TAG_SYNC_EASY_AUTH, SERVICE_TAG_SYNC_SIGN_IN } = process.env;
  return SERVICE_TAG_SYNC_EASY_AUTH === '1' && SERVICE_TAG_SYNC_SIGN_IN === 'required';
}

/**
 * Registers the functions of some rows of the table, rows of one name as one function. What an app loads before it is
 * registered is paid on every cold start, also by the timer that needs none of it.
 */
export function registerHttp(wanted: (route: Route) => boolean): void {
  for (const [name, rows] of Map.groupBy(routes.filter(wanted), (route) => route.name)) {
    const [{ path, authLevel = 'function' }] = rows as [Route];
    app.http(name, {
      route: path,
      methods: rows.flatMap(({ methods }) => methods),
      authLevel: signInRequired() ? 'anonymous' : authLevel,
      async handler(request, context) {
        const route = routeFor(name, request.method);
        if (route === undefined) return { status: 404 };
        const { handle } = await import('../src/http/handle.ts');
        return handle(route, request, context, openProduct(context));
      },
    });
  }
}
