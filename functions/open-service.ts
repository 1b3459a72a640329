import type { InvocationContext } from '@azure/functions';
import type { Service } from '../src/run/service.ts';

/**
 * The service as the settings describe it now, logging into the invocation. Loaded with the first invocation and not
 * before, so that a fault in it is answered and logged by name, where one at start would leave no function at all.
 */
export async function openService(context: Pick<InvocationContext, 'log'>): Promise<Service> {
  const { wire } = await import('../src/run/wire.ts');
  return wire(process.env, (message, fields) => context.log(JSON.stringify({ message, ...fields })));
}
