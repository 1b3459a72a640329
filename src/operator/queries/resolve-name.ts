import { lookup } from 'node:dns/promises';
import { RequestError } from '../../run/service.ts';

/**
 * The addresses of a host name as this process sees them: a private zone or a hosts file counts, as it does for whatever
 * runs beside it. Throws RequestError where the resolver has none.
 */
export async function resolveName(name: string): Promise<readonly string[]> {
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address);
  } catch (error) {
    // Whatever the resolver says, the rest of the answer needs no name: it is asked again without.
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error;
    throw new RequestError(
      `resolve: expected addresses of ${name}, got none (${error.code}): check the name, ask without it, or ask about an address`,
    );
  }
}
