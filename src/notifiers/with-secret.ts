import { inspect } from 'node:util';
import { NotifierError } from '../ports/notifier.ts';

/**
 * Makes what needs a secret. `complains` recognizes what the library says of a secret that it cannot use: that becomes a
 * NotifierError with our `advice`, since the library's own text may repeat the secret. Any other error is no word on the
 * secret and is passed on, unless the secret stands in it.
 */
export function withSecret<T>(
  secret: string,
  make: (secret: string) => T,
  complains: (error: Error) => boolean,
  advice: string,
): T {
  try {
    return make(secret);
  } catch (error) {
    if (error instanceof Error && complains(error)) throw new NotifierError('refused', advice);
    if (!inspect(error).includes(secret)) throw error;
    const what = error instanceof Error ? error.name : typeof error;
    throw new Error(`an unexpected ${what}; its text holds a secret and is left out`);
  }
}
