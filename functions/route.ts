import type { HttpHandler, InvocationContext } from '@azure/functions';
import type { Route } from '../src/api/answer.ts';

/**
 * A handler whose route is loaded with its first request. What an app loads before it is registered is paid on every cold
 * start, also by the timer that needs none of it.
 */
export function route<T>(load: () => Promise<Route<T>>, open: (context: InvocationContext) => Promise<T>): HttpHandler {
  return async (request, context) => {
    const [{ answer }, loaded] = await Promise.all([import('../src/api/answer.ts'), load()]);
    return answer(loaded, request, context, () => open(context));
  };
}
