import { app, type InvocationContext } from '@azure/functions';
import type { Product } from '../src/http/handle.ts';
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

/** Whether the end of the app writes what feeds have gathered. Only then is there anything, and is what writes it loaded. */
let settlesAtEnd = false;

/** What routes may ask, each part opened in the same way when it is asked for. */
export function openProduct(context: Pick<InvocationContext, 'log'>): Product {
  const load = () => import('../src/composition-root.ts');
  return {
    service: () => openService(context),
    operator: async () => (await load()).createOperator(process.env, logInto(context)),
    feeds: async () => {
      const { createFeedServer, settleFeeds } = await load();
      if (!settlesAtEnd) app.hook.appTerminate(settleFeeds);
      settlesAtEnd = true;
      return createFeedServer(process.env, logInto(context));
    },
    settings: async () => (await import('../src/run/settings.ts')).readSettings(process.env),
  };
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
