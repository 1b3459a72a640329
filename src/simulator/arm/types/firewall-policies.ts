import { asReferences, firewallsUnder, policyFailure } from '../firewall-references.ts';
import type { ResourceType } from '../resource-type.ts';

export const firewallPolicies: ResourceType = {
  type: 'Microsoft.Network/firewallPolicies',
  apiVersions: ['2026-01-01'],
  methods: ['GET', 'PUT', 'PATCH', 'DELETE'],
  tracked: true,
  etag: 'own',
  ifMatch: false,
  occupies: 'resource',
  whenBusy: 'refuse',
  readOnly: ['ruleCollectionGroups', 'firewalls', 'childPolicies', 'size'],
  check() {},
  derive({ path: { id } }, state) {
    return {
      ruleCollectionGroups: asReferences(state.childrenOf(id).map((group) => group.path.id)),
      firewalls: asReferences(firewallsUnder(id, state)),
      childPolicies: [],
    };
  },
  touches({ path: { id } }, state) {
    return firewallsUnder(id, state);
  },
  fails({ path: { id } }, state) {
    return policyFailure(id, state);
  },
};
