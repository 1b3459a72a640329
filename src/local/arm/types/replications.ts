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
  check() {},
};
