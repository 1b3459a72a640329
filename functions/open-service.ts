import type { Service } from '../src/run/service.ts';

/**
 * The service as the settings describe it now. Loaded with the first invocation and not before, so that a fault in it
 * is answered and logged by name, where one at start would leave no function at all.
 */
export async function openService(): Promise<Service> {
  const { wire } = await import('../src/run/wire.ts');
  return wire(process.env);
}
