import type { HttpHandler, InvocationContext } from '@azure/functions';
import type { Route } from '../src/http/handle.ts';

/**
 * A handler whose route is loaded with its first request. What an app loads before it is registered is paid on every cold
 * start, also by the timer that needs none of it.
 */
export function route<T>(load: () => Promise<Route<T>>, open: (context: InvocationContext) => Promise<T>): HttpHandler {
  return async (request, context) => {
    const [{ handle }, loaded] = await Promise.all([import('../src/http/handle.ts'), load()]);
    return handle(loaded, request, context, () => open(context));
  };
}
