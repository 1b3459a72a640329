import { objectAt, textAt } from '../core/json.ts';

/** A registry by its resource. */
export interface FoundRegistry {
  readonly resourceId: string;
  /** Its home region as ARM spells it. */
  readonly region: string;
  /** Host names of its dedicated data endpoints; empty while they are off. */
  readonly dataEndpoints: readonly string[];
}

/**
 * The registry of a subscription that answers under a login server; undefined if there is none. Takes the right
 * Microsoft.ContainerRegistry/registries/read. Throws TargetError.
 */
export async function findRegistry(
  loginServer: string,
  place: { readonly cloud: string; readonly subscriptionId: string; readonly armEndpoint?: string },
  signal: AbortSignal,
): Promise<FoundRegistry | undefined> {
  const [{ ArmClient }, { regionName }] = await Promise.all([
    import('../azure/arm/arm-client.ts'),
    import('../acr/derive.ts'),
  ]);
  const arm = await ArmClient.open(place);
  const path = `/subscriptions/${place.subscriptionId}/providers/Microsoft.ContainerRegistry/registries`;
  for (const one of await arm.list(`registries of subscription ${place.subscriptionId}`, signal, path)) {
    const resourceId = textAt(one, 'id');
    const { loginServer: answers, dataEndpointEnabled, dataEndpointHostNames: hosts } = objectAt(one, 'properties');
    if (typeof answers !== 'string' || answers.toLowerCase() !== loginServer || !resourceId) continue;
    return {
      resourceId,
      region: regionName(textAt(one, 'location') ?? ''),
      dataEndpoints:
        dataEndpointEnabled === true && Array.isArray(hosts) ? hosts.filter((host) => typeof host === 'string') : [],
    };
  }
  return undefined;
}
