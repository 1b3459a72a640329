import { checkIpGroups } from '../check-ip-groups.ts';
import { ipGroupsIn } from '../firewall-references.ts';
import type { ResourceType } from '../resource-type.ts';

/** Different IP groups that a firewall with rules of its own may use; documented. */
const maxIpGroups = 50;

export const azureFirewalls: ResourceType = {
  type: 'Microsoft.Network/azureFirewalls',
  apiVersions: ['2026-01-01'],
  methods: ['GET', 'PUT', 'PATCH', 'DELETE'],
  tracked: true,
  etag: 'own',
  ifMatch: false,
  occupies: 'resource',
  whenBusy: 'refuse',
  readOnly: ['ipGroups'],
  check(write) {
    checkIpGroups(write, [write.body], maxIpGroups);
  },
  derive({ body }) {
    return { ipGroups: [...ipGroupsIn(body).values()].map((id) => ({ id, changeNumber: '1' })) };
  },
};
