import { app } from '@azure/functions';
import type { Route } from '../src/http/handle.ts';
import { pageRoute } from '../src/http/page/route.ts';
import { routeFor, routes } from '../src/http/routes.ts';
import { SettingsError, signInSettings } from '../src/run/settings.ts';
import { openProduct } from './open-service.ts';

/**
 * Registers the functions of some rows of the table, rows of one name as one function. What an app loads before it is
 * registered is paid on every cold start, also by the timer that needs none of it.
 */
export function registerHttp(wanted: (route: Route) => boolean): void {
  for (const [name, rows] of Map.groupBy([...routes, pageRoute].filter(wanted), (route) => route.name)) {
    const [first] = rows as [Route];
    app.http(name, {
      route: first.under === 'root' ? first.path : `api/${first.path}`,
      methods: rows.flatMap(({ methods }) => methods),
      authLevel: keyLevelOf(first, process.env),
      async handler(request, context) {
        const route = routeFor(rows, request.method);
        if (route === undefined) {
          const { problem } = await import('../src/http/responses.ts');
          return problem(404, `No route takes ${request.method} here.`, {
            next: 'GET /api/openapi.json has the routes that there are.',
          });
        }
        const { handle } = await import('../src/http/handle.ts');
        return handle(route, request, context, openProduct(context));
      },
    });
  }
}

/** Whether the host asks for a key in front of a route: the level at which its function is registered. */
export function keyLevelOf(
  { authLevel = 'function' }: { readonly authLevel?: 'anonymous' | 'function' },
  env: Readonly<Record<string, string | undefined>>,
): 'anonymous' | 'function' {
  try {
    // Where everyone must sign in, the platform asks for a token and the API for its role; a key would only be shared.
    return signInSettings(env).required ? 'anonymous' : authLevel;
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    // Every request is refused with the reason, by admit() in src/http/access.ts. Behind a key, callers with a token would not learn it.
    return 'anonymous';
  }
}
