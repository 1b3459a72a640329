import { ArmError, arrayAt, isJson, isPort, type Json, objectAt, overlapping, readAddressText } from '../json.ts';
import type { Quotas, ResourceType } from '../resource-type.ts';

/** Documented limits of a network security group and its rules. */
const maxRules = 2_000;
const maxPrefixes = 6_000;
const maxDescription = 140;
const priorities = { from: 100, to: 4096 };

const ends = ['source', 'destination'] as const;
const lists = ends.flatMap((end) => [`${end}AddressPrefixes`, `${end}PortRanges`]);

export const securityRules: ResourceType = {
  type: 'Microsoft.Network/networkSecurityGroups/securityRules',
  apiVersions: ['2026-01-01'],
  methods: ['GET', 'PUT', 'DELETE'],
  tracked: false,
  etag: 'parent',
  ifMatch: true,
  occupies: 'parent',
  whenBusy: 'supersede',
  readOnly: [],
  check({ path, body, state }) {
    const others = state.childrenOf(path.parent ?? '').filter(({ path: { id } }) => id !== path.id);
    const named = others.map((rule) => ({ name: rule.path.name, properties: objectAt(rule.body, 'properties') }));
    checkRules([...named, { name: path.name, properties: objectAt(body, 'properties') }], state.quotas, path.name);
  },
  derive({ body }) {
    const properties = objectAt(body, 'properties');
    return Object.fromEntries(lists.map((list) => [list, arrayAt(properties, list)]));
  },
  touches({ path }) {
    return path.parent === undefined ? [] : [path.parent];
  },
};

interface Rule {
  readonly name: string;
  readonly properties: Json;
}

/** Checks the rules of one group together; each by itself only if it is `only`, when that is given. Throws ArmError. */
function checkRules(
  rules: readonly Rule[],
  { securityRuleAddresses: most = maxPrefixes }: Quotas,
  only?: string,
): void {
  const taken = new Map<string, string>();
  for (const { name, properties } of rules) {
    if (only === undefined || only === name) checkRule(name, properties);
    const place = `${String(properties.direction).toLowerCase()} ${String(properties.priority)}`;
    const other = taken.get(place);
    if (other !== undefined) {
      const message = `Security rule ${name} conflicts with rule ${other}. Rules cannot have the same Priority and Direction.`;
      throw new ArmError(400, 'SecurityRuleConflict', message);
    }
    taken.set(place, name);
  }
  if (rules.length > maxRules) {
    const message = `A security group cannot have more than ${maxRules} security rules.`;
    throw new ArmError(400, 'SecurityRuleCountLimitReached', message);
  }
  const directions = new Set(rules.map(({ properties }) => properties.direction));
  for (const [direction, end] of [...directions].flatMap((one) => ends.map((other) => [one, other] as const))) {
    const field = `${end === 'source' ? 'Source' : 'Destination'}AddressPrefixes`;
    const same = rules.filter(({ properties }) => properties.direction === direction);
    const count = same.reduce((sum, { properties }) => sum + prefixesOf(properties, end).length, 0);
    if (count > most) {
      // As Azure words it, https://github.com/kubernetes-sigs/cloud-provider-azure/issues/2725.
      const message = `Network security group has ${count} ${field}. A security group cannot have more than ${most} ${field} as per the limit MaxSecurityRuleAddressesOrPortsPerSecurityGroup.`;
      throw new ArmError(400, 'SecurityRuleAddressesOrPortsPerSecurityGroupLimitReached', message);
    }
  }
}

function checkRule(name: string, properties: Json): void {
  const { priority, description, direction, access, protocol } = properties;
  const invalid = (field: string, value: unknown, more = ''): ArmError =>
    new ArmError(
      400,
      `SecurityRuleInvalid${field.replaceAll(' ', '')}`,
      `Security rule ${name} has invalid ${field}. Value provided: ${String(value)}${more}`,
    );
  if (typeof priority !== 'number' || priority < priorities.from || priority > priorities.to) {
    throw invalid('Priority', priority, ` Allowed range ${priorities.from}-${priorities.to}.`);
  }
  if (!isOneOf(direction, ['Inbound', 'Outbound'])) throw invalid('Direction', direction);
  if (!isOneOf(access, ['Allow', 'Deny'])) throw invalid('Access', access);
  if (!isOneOf(protocol, ['Tcp', 'Udp', 'Icmp', 'Esp', 'Ah', '*'])) throw invalid('Protocol', protocol);
  if (description !== undefined && String(description).length > maxDescription) {
    throw invalid('Description', description, ` At most ${maxDescription} characters.`);
  }
  for (const end of ends) {
    const ports = [properties[`${end}PortRange`], ...arrayAt(properties, `${end}PortRanges`)].filter(isGiven);
    const odd = ports.find((port) => !isPort(String(port), 0, 65_535));
    if (ports.length === 0 || odd !== undefined) {
      const more = ". Value should be an integer OR integer range with '-' delimiter. Valid range 0-65535.";
      throw invalid('Port Range', odd ?? '', more);
    }
    if (isGiven(properties[`${end}AddressPrefix`]) && arrayAt(properties, `${end}AddressPrefixes`).length > 0) {
      throw invalid('Address Prefix', properties[`${end}AddressPrefix`], ' Give either one prefix or a list.');
    }
    if (
      prefixesOf(properties, end).length === 0 &&
      arrayAt(properties, `${end}ApplicationSecurityGroups`).length === 0
    ) {
      throw invalid('Address Prefix', '');
    }
  }
  checkPrefixes(name, properties, invalid);
}

/** One family a rule; host bits zero; tags only alone, never in the plural lists. */
function checkPrefixes(name: string, properties: Json, invalid: (field: string, value: unknown) => ArmError): void {
  const families = new Set<string>();
  for (const end of ends) {
    const many = arrayAt(properties, `${end}AddressPrefixes`);
    for (const prefix of prefixesOf(properties, end)) {
      const { family, form } = readAddressText(String(prefix));
      if (form === 'range') throw invalid('Address Prefix', prefix);
      if (family !== undefined) families.add(family);
      else if (!isTag(prefix)) throw invalid('Address Prefix', prefix);
      else if (many.includes(prefix)) {
        const message =
          `Security rule parameter ${end}AddressPrefix for rule ${name} cannot specify existing VIRTUALNETWORK, INTERNET, ` +
          `AZURELOADBALANCER, '*' or system tags. Unsupported value used: ${String(prefix)}.`;
        throw new ArmError(400, 'SecurityRuleParameterContainsUnsupportedValue', message);
      }
    }
  }
  checkOverlaps(name, properties);
  if (families.size > 1) {
    const message = `Security rule ${name} contains address prefixes from different address families.`;
    throw new ArmError(400, 'ResourceCannotContainAddressPrefixesFromDifferentAddressFamilies', message);
  }
}

/** Source of code and message: reports of people whose list held 149.173.0.0/16 and 149.173.8.27/32. */
function checkOverlaps(name: string, properties: Json): void {
  for (const end of ends) {
    const pair = overlapping(prefixesOf(properties, end).map(String));
    if (pair === undefined) continue;
    const parameter = `${end === 'source' ? 'Source' : 'Destination'}AddressPrefix`;
    const message = `Security rule parameter ${parameter} for rule with Id ${name} contains overlapping subnets [${pair.join(', ')}], which is not permitted.`;
    throw new ArmError(400, 'OverlappingSubnetsNotPermittedInSecurityRule', message);
  }
}

function prefixesOf(properties: Json, end: string): readonly unknown[] {
  return [properties[`${end}AddressPrefix`], ...arrayAt(properties, `${end}AddressPrefixes`)].filter(isGiven);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

function isTag(value: unknown): boolean {
  // "any" is no tag: reported as an invalid address prefix.
  return value === '*' || (/^[A-Za-z][A-Za-z0-9.]*$/.test(String(value)) && !/^any$/i.test(String(value)));
}

function isOneOf(value: unknown, known: readonly string[]): boolean {
  return known.some((one) => one.toLowerCase() === String(value).toLowerCase());
}

export const networkSecurityGroups: ResourceType = {
  type: 'Microsoft.Network/networkSecurityGroups',
  apiVersions: ['2026-01-01'],
  methods: ['GET', 'PUT', 'PATCH', 'DELETE'],
  tracked: true,
  etag: 'own',
  ifMatch: true,
  occupies: 'resource',
  whenBusy: 'supersede',
  inline: { field: 'securityRules', type: securityRules.type },
  readOnly: ['defaultSecurityRules', 'networkInterfaces', 'subnets', 'flowLogs', 'resourceGuid'],
  check({ body, state }) {
    const rules = arrayAt(objectAt(body, 'properties'), 'securityRules').filter(isJson);
    const named = rules.map((rule) => ({ name: String(rule.name), properties: objectAt(rule, 'properties') }));
    checkRules(named, state.quotas);
  },
  derive({ path, etag }) {
    return { defaultSecurityRules: defaults.map((rule) => defaultRule(path.id, etag, rule)) };
  },
  touches({ path: { id } }, state) {
    return state.childrenOf(id).map((rule) => rule.path.id);
  },
};

/** The default rules of every group: name, direction, priority, access, source, destination. */
const defaults = [
  ['AllowVnetInBound', 'Inbound', 65000, 'Allow', 'VirtualNetwork', 'VirtualNetwork'],
  ['AllowAzureLoadBalancerInBound', 'Inbound', 65001, 'Allow', 'AzureLoadBalancer', '*'],
  ['DenyAllInBound', 'Inbound', 65500, 'Deny', '*', '*'],
  ['AllowVnetOutBound', 'Outbound', 65000, 'Allow', 'VirtualNetwork', 'VirtualNetwork'],
  ['AllowInternetOutBound', 'Outbound', 65001, 'Allow', '*', 'Internet'],
  ['DenyAllOutBound', 'Outbound', 65500, 'Deny', '*', '*'],
] as const;

function defaultRule(group: string, etag: string, rule: (typeof defaults)[number]) {
  const [name, direction, priority, access, sourceAddressPrefix, destinationAddressPrefix] = rule;
  return {
    name,
    id: `${group}/defaultSecurityRules/${name}`,
    type: 'Microsoft.Network/networkSecurityGroups/defaultSecurityRules',
    etag,
    properties: {
      provisioningState: 'Succeeded',
      protocol: '*',
      sourcePortRange: '*',
      destinationPortRange: '*',
      sourceAddressPrefix,
      destinationAddressPrefix,
      access,
      priority,
      direction,
    },
  };
}
