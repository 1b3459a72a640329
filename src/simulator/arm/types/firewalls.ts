import {
  asReferences,
  checkIpGroups,
  firewallsNaming,
  firewallsUnder,
  ipGroupFailure,
  ipGroupsIn,
  policiesNaming,
  policyFailure,
  usersOf,
} from '../firewall-references.ts';
import { ArmError, arrayAt, isJson, isPort, type Json, objectAt, readAddressText } from '../json.ts';
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
    for (const collection of arrayAt(objectAt(write.body, 'properties'), 'networkRuleCollections').filter(isJson)) {
      for (const rule of arrayAt(objectAt(collection, 'properties'), 'rules').filter(isJson)) {
        // The message is reported, the code is not documented.
        checkRule('AzureFirewallRule', 'AzureFirewallRule', rule);
      }
    }
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
    const sharing = siblings.find((group) => objectAt(group.body, 'properties').priority === priority);
    if (sharing !== undefined) {
      const message = `Invalid Firewall Policy ${path.parent?.split('/').at(-1)}. Priority ${priority} used for more than one rule group.`;
      throw new ArmError(400, 'FirewallPolicyRuleGroupPrioritiesMustBeUnique', message);
    }
    const collections = arrayAt(properties, 'ruleCollections').filter(isJson);
    for (const rule of collections.flatMap((one) => arrayAt(one, 'rules').filter(isJson))) {
      checkRule('Firewall Policy Rule Condition', 'FirewallPolicyRuleCondition', rule);
    }
    checkUnique(path, collections);
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

/** Codes and messages of Azure's own list of errors of firewall policies; a classic firewall words them alike. */
function checkRule(what: string, code: string, rule: Json): void {
  const name = String(rule.name);
  for (const entry of ['sourceAddresses', 'destinationAddresses'].flatMap((field) =>
    arrayAt(rule, field).map(String),
  )) {
    // Addresses, prefixes, ranges and service tags.
    if (readAddressText(entry).family !== undefined || /^(\*|[A-Za-z][\w.-]*)$/.test(entry)) continue;
    const message = `${what} ${name}: Invalid IP address value or range ${entry}.`;
    throw new ArmError(400, `${code}InvalidIpAddressOrRangeFormat`, message);
  }
  if (arrayAt(rule, 'destinationPorts').every((port) => isPort(String(port), 1, 65_535))) return;
  const message = `${what} ${name}: Invalid port value or range. User ports must be in [1, 65535]`;
  throw new ArmError(400, `${code}InvalidPortOrRangeFormat`, message);
}

/** Names of rules are unique in their collection, priorities of collections in their group. */
function checkUnique(path: Write['path'], collections: readonly Json[]): void {
  const twice = repeated(collections.map(({ priority }) => priority).filter((one) => one !== undefined));
  if (twice !== undefined) {
    const message = `Invalid Rule Group ${path.name}. Priority ${twice} used for more than one rule.`;
    throw new ArmError(400, 'FirewallPolicyRuleGroupRulePrioritiesMustBeUnique', message);
  }
  for (const { name, rules } of collections.map((one) => ({
    name: one.name,
    rules: arrayAt(one, 'rules').filter(isJson),
  }))) {
    const both = repeated(rules.map((rule) => String(rule.name).toLowerCase()));
    if (both === undefined) continue;
    const message = `Invalid Rule ${String(name)}. Name ${both} used for more than one rule condition`;
    throw new ArmError(400, 'FirewallPolicyRuleConditionNamesMustBeUnique', message);
  }
}

function repeated(values: readonly unknown[]): string | undefined {
  const found = values.find((value, index) => values.indexOf(value) < index);
  return found === undefined ? undefined : String(found);
}

/** The codes of these refusals are not documented. */
function refusal({ path }: Write, why: string): ArmError {
  return new ArmError(400, 'InvalidRuleCollectionGroup', `Rule collection group ${path.name} is invalid: ${why}.`);
}

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
  check({ body, state: { quotas } }) {
    const { ipGroupAddresses: most = maxEntries } = quotas;
    const entries = arrayAt(objectAt(body, 'properties'), 'ipAddresses');
    if (entries.length === 0) {
      throw new ArmError(400, 'IPGroupsIPAddressCountZero', 'IpGroups must have at least one IP address.');
    }
    if (entries.length > most) {
      // The code is not documented.
      const message = `IpGroups can have at most ${most} IP addresses, got ${entries.length}.`;
      throw new ArmError(400, 'IPGroupsIPAddressCountExceeded', message);
    }
    const seen = new Set<unknown>();
    for (const entry of entries) {
      // Addresses, prefixes and ranges, IPv4 only.
      if (typeof entry !== 'string' || readAddressText(entry).family !== 'ipv4') {
        throw new ArmError(400, 'InvalidAddressPrefixFormat', `Address prefix ${String(entry)} has an invalid format.`);
      }
      // What Azure does with duplicates is not documented, so no caller may rely on it here.
      if (seen.has(entry)) {
        throw new ArmError(400, 'InvalidAddressPrefixFormat', `Address prefix ${entry} is in the list twice.`);
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
