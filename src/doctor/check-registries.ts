import { messageOf } from '../core/errors.ts';
import { quantity } from '../core/judge/arithmetic.ts';
import { TargetError } from '../ports/target.ts';
import type { RunContext } from '../run/context.ts';
import { bad, type Check, good } from './check.ts';
import { unanswered } from './check-rights.ts';

/** Whether every registry that lists follow can be read, one line each: targets of a list whose registry never was are not written. */
export async function checkRegistries(context: RunContext, signal: AbortSignal): Promise<Check[]> {
  return Promise.all(
    Object.entries(context.loaded.config.registries).map(async ([name, { resourceId }]): Promise<Check> => {
      const of = `registry ${name}`;
      if (resourceId === undefined) return good(of, 'entered by hand in the config, so nothing is read');
      try {
        const { regions } = await context.readRegistry(resourceId, signal);
        return good(of, `readable, in ${quantity(regions.length, 'region')}`);
      } catch (error) {
        if (signal.aborted) return bad(of, 'cannot be read: no answer in time', unanswered);
        return bad(of, `cannot be read: ${messageOf(error)}`, nextOf(error, name, resourceId));
      }
    }),
  );
}

function nextOf(error: unknown, name: string, resourceId: string): string {
  if (!(error instanceof TargetError)) return 'put right what the message says';
  if (error.status === 404) return `check registries.${name}.resourceId: nothing is at ${resourceId}`;
  if (error.kind !== 'forbidden') return 'the message says what to do';
  // Azure answers 403 to whoever signed in without the right; without a sign-in no answer, or 401.
  if (error.status === 403) {
    const replicas = 'Microsoft.ContainerRegistry/registries/replications/read';
    return `have Microsoft.ContainerRegistry/registries/read and ${replicas} granted at ${resourceId}`;
  }
  return 'sign in with `az login`, or give the app a managed identity';
}
