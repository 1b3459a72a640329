import { app } from '@azure/functions';
import type { Route } from '../src/http/handle.ts';
import { keyLevelOf } from '../src/http/key-level.ts';
import { routeFor, routes } from '../src/http/routes.ts';
import { openProduct } from './open-service.ts';

/**
 * Registers the functions of some rows of the table, rows of one name as one function. What an app loads before it is
 * registered is paid on every cold start, also by the timer that needs none of it.
 */
export function registerHttp(wanted: (route: Route) => boolean): void {
  for (const [name, rows] of Map.groupBy(routes.filter(wanted), (route) => route.name)) {
    const [first] = rows as [Route];
    app.http(name, {
      route: first.path,
      methods: rows.flatMap(({ methods }) => methods),
      authLevel: keyLevelOf(first, process.env),
      async handler(request, context) {
        const route = routeFor(name, request.method);
        if (route === undefined) return { status: 404 };
        const { handle } = await import('../src/http/handle.ts');
        return handle(route, request, context, openProduct(context));
      },
    });
  }
}
