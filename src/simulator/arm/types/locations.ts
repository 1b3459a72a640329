import type { ResourceType } from '../resource-type.ts';

/**
 * A location of a subscription, seeded with what the Service Tag Discovery API answers there:
 * `{"properties": {"serviceTags": {"changeNumber", "cloud", "values"}}}`, a publication's document. Real ARM shows no
 * such resource; its list of service tags is served by `serve-service-tags.ts`.
 */
export const locations: ResourceType = {
  type: 'Microsoft.Network/locations',
  apiVersions: undefined,
  methods: ['GET'],
  tracked: false,
  etag: 'none',
  ifMatch: false,
  occupies: 'resource',
  whenBusy: 'refuse',
  readOnly: [],
  check() {},
};
