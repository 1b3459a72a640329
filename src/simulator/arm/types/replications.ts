import { ArmError } from '../arm-error.ts';
import { objectAt } from '../json.ts';
import type { ResourceType } from '../resource-type.ts';

export const replications: ResourceType = {
  type: 'Microsoft.ContainerRegistry/registries/replications',
  apiVersions: ['2025-11-01'],
  methods: ['GET', 'PUT', 'PATCH', 'DELETE'],
  tracked: true,
  etag: 'none',
  ifMatch: false,
  occupies: 'parent',
  whenBusy: 'refuse',
  readOnly: ['status'],
  check({ path, state }) {
    const registry = state.get(path.parent ?? '');
    const sku = String(objectAt(registry?.body ?? {}, 'sku').name);
    // The code of this refusal is not documented.
    if (sku !== 'Premium')
      throw new ArmError(400, 'InvalidReplication', `Replicas need the SKU Premium, it is ${sku}.`);
  },
};
