import { ArmClient } from '../azure/arm/arm-client.ts';
import type { ArmPlace } from '../azure/arm/arm-connection.ts';
import { objectAt, textAt } from '../azure/arm/json.ts';
import type { Registry } from '../core/registry.ts';
import { registryOf } from './registry-of.ts';

/** A registry is read at the beginning of every run: one that cannot be read within this time is left as it was. */
const budgetMs = 30_000;

/**
 * Reads a registry and its replications; writes nothing. Needs Microsoft.ContainerRegistry/registries/read and
 * registries/replications/read. Throws TargetError that says what is missing. Raw, because the SDK's models drop
 * `endpointProtocol` and the security perimeter.
 */
export async function readRegistry(resourceId: string, place: ArmPlace, signal: AbortSignal): Promise<Registry> {
  const [, , subscriptionId = '', , group = '', , , , name = ''] = resourceId.split('/');
  const arm = await ArmClient.open({ ...place, subscriptionId, pace: { budgetMs } });
  const subject = `registry ${name} (resource group ${group})`;
  const raw = await arm.read(subject, signal, resourceId);
  // Only this tier has replicas.
  const hasReplicas = textAt(objectAt(raw, 'sku'), 'name') === 'Premium';
  const replications = hasReplicas ? await arm.list(subject, signal, `${resourceId}/replications`) : [];
  return registryOf(resourceId, raw, replications);
}
