import { asReferences, checkIpGroups, firewallsUnder, ipGroupsIn, policyFailure } from '../firewall-references.ts';
import { ArmError, arrayAt, isJson, objectAt, readAddressText } from '../json.ts';
import type { ResourceType, Write } from '../resource-type.ts';

/** Different IP groups that a firewall with rules of its own may use; documented. */
const mostIpGroupsOfFirewall = 50;

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
    checkIpGroups(write, [write.body], mostIpGroupsOfFirewall);
  },
  derive({ body }) {
    return { ipGroups: [...ipGroupsIn(body).values()].map((id) => ({ id, changeNumber: '1' })) };
  },
};

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

/** Documented limits of Azure Firewall Policy. */
const maxGroups = 90;
const maxBytes = 2 * 1024 * 1024;
const mostIpGroupsOfPolicy = 600;
const priorities = { from: 100, to: 65_000 };

export const ruleCollectionGroups: ResourceType = {
  type: 'Microsoft.Network/firewallPolicies/ruleCollectionGroups',
  apiVersions: ['2026-01-01'],
  methods: ['GET', 'PUT', 'DELETE'],
  tracked: false,
  etag: 'own',
  ifMatch: false,
  // One at a time a policy.
  occupies: 'parent',
  whenBusy: 'refuse',
  nullWhenUnchanged: true,
  readOnly: ['size'],
  check(write) {
    const { path, body, state } = write;
    const properties = objectAt(body, 'properties');
    const { priority } = properties;
    if (typeof priority !== 'number' || priority < priorities.from || priority > priorities.to) {
      throw refusal(write, `priority ${String(priority)} is not from ${priorities.from} to ${priorities.to}`);
    }
    const siblings = state.childrenOf(path.parent ?? '').filter(({ path: { id } }) => id !== write.stored?.path.id);
    if (siblings.length >= maxGroups) throw refusal(write, `a policy holds at most ${maxGroups} of them`);
    const bytes = Buffer.byteLength(JSON.stringify(body));
    if (bytes > maxBytes) throw refusal(write, `${bytes} bytes are more than ${maxBytes}`);
    for (const collection of arrayAt(properties, 'ruleCollections').filter(isJson)) {
      for (const rule of arrayAt(collection, 'rules').filter(isJson)) checkAddresses(write, rule);
    }
    checkIpGroups(write, [...siblings.map((group) => group.body), body], mostIpGroupsOfPolicy);
  },
  touches({ path: { parent } }, state) {
    return parent === undefined ? [] : [parent, ...firewallsUnder(parent, state)];
  },
  fails({ path: { parent } }, state) {
    if (parent === undefined) return undefined;
    return policyFailure(parent, state);
  },
};

function checkAddresses(write: Write, rule: Record<string, unknown>): void {
  for (const field of ['sourceAddresses', 'destinationAddresses']) {
    for (const entry of arrayAt(rule, field)) {
      // Addresses, prefixes, ranges and service tags.
      const good = readAddressText(String(entry)).family !== undefined || /^(\*|[A-Za-z][\w.-]*)$/.test(String(entry));
      if (!good) throw refusal(write, `${field} of rule ${String(rule.name)} holds ${String(entry)}`);
    }
  }
}

/** The codes of these refusals are not documented. */
function refusal({ path }: Write, why: string): ArmError {
  return new ArmError(400, 'InvalidRuleCollectionGroup', `Rule collection group ${path.name} is invalid: ${why}.`);
}
