import type { Service } from './service.ts';

/** Opens the service from the environment's settings: the only place that knows every folder. */
export async function wire(_env: NodeJS.ProcessEnv = process.env): Promise<Service> {
  throw new Error('The service is not wired yet.');
}
