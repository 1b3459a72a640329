import { bearerTokenAuthenticationPolicyName } from '@azure/core-rest-pipeline';
import { asTargetError, unreadable } from '../azure/arm/arm-error.ts';
import { type ArmPlace, reachArm } from '../azure/arm/arm-reach.ts';
import { type Exchange, exchangePolicy, inExchange } from '../azure/arm/exchange.ts';
import { isObject, type JsonObject, objectAt, textAt } from '../azure/arm/json.ts';
import { paceOf } from '../azure/arm/retry.ts';
import type { Registry } from '../core/registry.ts';
import { registryOf } from './registry-of.ts';

export /** A registry is read at the beginning of every run: who cannot be read within this time is left as it was. */
const budgetMs = 30_000;

/**
 * Reads a registry and its replications; writes nothing. Needs Microsoft.ContainerRegistry/registries/read and
 * registries/replications/read. Throws TargetError that says what is missing.
 */
export async function readRegistry(resourceId: string, place: ArmPlace, signal: AbortSignal): Promise<Registry> {
  const [, , subscriptionId = '', , group = '', , , , name = ''] = resourceId.split('/');
  // The package's own small entry points: the whole of it takes a third of a second to load.
  const [{ createContainerRegistryManagement }, registries, replications] = await Promise.all([
    import('@azure/arm-containerregistry/api'),
    import('@azure/arm-containerregistry/api/registries'),
    import('@azure/arm-containerregistry/api/replications'),
  ]);
  const { cloud, endpoint, credential, http } = await reachArm(place);
  const client = createContainerRegistryManagement(credential, subscriptionId, {
    endpoint,
    httpClient: http,
    credentials: { scopes: [cloud.scope] },
  });
  const pace = paceOf({ budgetMs });
  client.pipeline.removePolicy({ name: 'defaultRetryPolicy' });
  client.pipeline.addPolicy(exchangePolicy(pace), { beforePolicies: [bearerTokenAuthenticationPolicyName] });
  const subject = `registry ${name} (resource group ${group})`;

  /** The raw answers of a call: the SDK's models drop the fields they do not know. */
  const answersOf = async (call: () => Promise<unknown>): Promise<readonly unknown[]> => {
    signal.throwIfAborted();
    const exchange: Exchange = { subject, signal, answers: [] };
    try {
      await inExchange(exchange, call);
    } catch (error) {
      signal.throwIfAborted();
      throw asTargetError(subject, error, exchange.answers.length > 0);
    }
    return exchange.answers;
  };

  const [raw] = await answersOf(() => registries.get(client, group, name, { abortSignal: signal }));
  if (!isObject(raw)) throw unreadable(subject, 'Azure answered something that is not a resource');
  const pages =
    // Only this tier has replicas.
    textAt(objectAt(raw, 'sku'), 'name') === 'Premium'
      ? await answersOf(async () => {
          for await (const _ of replications.list(client, group, name, { abortSignal: signal })) {
            // Walking to the end is what fetches all pages.
          }
        })
      : [];
  return registryOf(
    resourceId,
    raw,
    pages.flatMap((page) => valuesIn(subject, page)),
  );
}

function valuesIn(subject: string, page: unknown): JsonObject[] {
  const values = isObject(page) ? page.value : undefined;
  if (!Array.isArray(values) || !values.every(isObject)) {
    throw unreadable(subject, 'Azure answered its replications without a list of them');
  }
  return values;
}
