import type { ResourceType } from '../resource-type.ts';

export const resourceGroups: ResourceType = {
  type: 'Microsoft.Resources/resourceGroups',
  apiVersions: undefined,
  methods: ['GET'],
  tracked: true,
  etag: 'none',
  ifMatch: false,
  occupies: 'resource',
  whenBusy: 'refuse',
  readOnly: [],
  check() {},
};
