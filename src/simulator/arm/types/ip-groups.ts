import { asReferences, firewallsNaming, ipGroupFailure, policiesNaming, usersOf } from '../firewall-references.ts';
import { ArmError, arrayAt, objectAt, readAddressText } from '../json.ts';
import type { ResourceType } from '../resource-type.ts';

/** Entries a group, from the documented limits of Azure Firewall. */
const maxEntries = 5_000;

export const ipGroups: ResourceType = {
  type: 'Microsoft.Network/ipGroups',
  apiVersions: ['2026-01-01'],
  methods: ['GET', 'PUT', 'PATCH', 'DELETE'],
  tracked: true,
  etag: 'own',
  // The specification has no If-Match for IP groups.
  ifMatch: false,
  occupies: 'resource',
  whenBusy: 'refuse',
  readOnly: ['firewalls', 'firewallPolicies'],
  check({ body }) {
    const entries = arrayAt(objectAt(body, 'properties'), 'ipAddresses');
    if (entries.length === 0) {
      throw new ArmError(400, 'IPGroupsIPAddressCountZero', 'IpGroups must have at least one IP address.');
    }
    if (entries.length > maxEntries) {
      // The code is not documented.
      const message = `IpGroups can have at most ${maxEntries} IP addresses, got ${entries.length}.`;
      throw new ArmError(400, 'IPGroupsIPAddressCountExceeded', message);
    }
    const seen = new Set<unknown>();
    for (const entry of entries) {
      // Addresses, prefixes and ranges, IPv4 only.
      if (typeof entry !== 'string' || readAddressText(entry).family !== 'ipv4') {
        throw new ArmError(400, 'InvalidAddressPrefixFormat', `Address prefix ${String(entry)} has an invalid format.`);
      }
      // What Azure does with duplicates is not documented, so nobody may rely on it here.
      if (seen.has(entry)) {
        throw new ArmError(400, 'InvalidAddressPrefixFormat', `Address prefix ${entry} stands in the list twice.`);
      }
      seen.add(entry);
    }
  },
  checkRemoval({ path: { id } }, state) {
    const users = usersOf(id, state);
    if (users.length === 0) return;
    // The code is not documented.
    throw new ArmError(400, 'InUseIpGroupCannotBeDeleted', `IP group ${id} is in use by ${users.join(', ')}.`);
  },
  derive({ body, path: { id } }, state) {
    const stored = objectAt(body, 'properties');
    return {
      firewalls: [...arrayAt(stored, 'firewalls'), ...asReferences(firewallsNaming(id, state))],
      firewallPolicies: [...arrayAt(stored, 'firewallPolicies'), ...asReferences(policiesNaming(id, state))],
    };
  },
  touches({ path: { id } }, state) {
    return usersOf(id, state);
  },
  fails({ path: { id } }, state) {
    return ipGroupFailure(id, state);
  },
};
