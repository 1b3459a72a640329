import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { DecisionRejected } from '../operator/operator.ts';
import { RequestError, type Service } from '../run/service.ts';
import { checkAccess, signInOf } from './access.ts';
import { BadRequest, problem } from './problem.ts';

/**
 * A route: reads the request, asks the service (or another part of the product), gives the answer. Throws BadRequest,
 * RequestError or WordRefused.
 */
export type Route<T = Service> = (request: HttpRequest, asked: T) => Promise<HttpResponseInit>;

/**
 * Runs a route and turns every error into a problem answer, in this one place. What nobody expected is logged in full
 * and answered with its message only: who gets here has shown a key, or a token whose role is checked here.
 */
export async function handle<T>(
  route: Route<T>,
  request: HttpRequest,
  context: InvocationContext,
  open: () => Promise<T>,
): Promise<HttpResponseInit> {
  try {
    checkAccess(request, context.functionName, signInOf(process.env));
    return await route(request, await open());
  } catch (error) {
    if (error instanceof BadRequest) {
      return problem(error.status, error.message, error.issues.length > 0 ? { issues: error.issues } : {});
    }
    if (error instanceof DecisionRejected) return problem(409, error.message);
    if (error instanceof RequestError) return problem(400, error.message);
    context.error(error);
    const message = error instanceof Error ? error.message : String(error);
    return problem(500, message, { next: `The log has the details under invocation ${context.invocationId}.` });
  }
}
