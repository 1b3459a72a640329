import type { TestProject } from 'vitest/node';
import { startAzurite } from '../src/local/azurite.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Connection string of the Azurite that all tests of a run share; each test takes an instance name of its own. */
    azurite: string;
  }
}

/** One Azurite in memory for the whole test run. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const azurite = await startAzurite({});
  project.provide('azurite', azurite.connectionString);
  return () => azurite.close();
}
