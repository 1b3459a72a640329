import type { InvocationContext } from '@azure/functions';
import type { FeedServer } from '../src/feeds/feed-server.ts';
import type { Operator } from '../src/operator/operator.ts';
import type { Service } from '../src/run/service.ts';

/**
 * The service as the settings describe it now, logging into the invocation. Loaded with the first invocation and not
 * before, so that a fault in it is answered and logged by name, where one at start would leave no function at all.
 */
export async function openService(context: Pick<InvocationContext, 'log'>): Promise<Service> {
  const log = logInto(context);
  await observed(log);
  const { createService } = await import('../src/composition-root.ts');
  return createService(process.env, log);
}

/** The desk, opened in the same way. */
export async function openOperator(context: Pick<InvocationContext, 'log'>): Promise<Operator> {
  const { createOperator } = await import('../src/composition-root.ts');
  return createOperator(process.env, logInto(context));
}

/** What firewalls that pull ask, opened in the same way. */
export async function openFeeds(context: Pick<InvocationContext, 'log'>): Promise<FeedServer> {
  const { createFeedServer } = await import('../src/composition-root.ts');
  return createFeedServer(process.env, logInto(context));
}

/** Nothing of it is loaded, and nothing leaves, unless the settings name a place for telemetry. */
async function observed(log: ReturnType<typeof logInto>): Promise<void> {
  if (!process.env.APPLICATIONINSIGHTS_CONNECTION_STRING) return;
  const { startTelemetry } = await import('../src/telemetry/telemetry.ts');
  await startTelemetry(process.env, log);
}

function logInto(context: Pick<InvocationContext, 'log'>) {
  return (message: string, fields?: Readonly<Record<string, unknown>>) =>
    context.log(JSON.stringify({ message, ...fields }));
}
