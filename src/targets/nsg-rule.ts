import { unreadable } from '../azure/arm/arm-error.ts';
import { resourceId } from '../azure/arm/resource-id.ts';
import { counterpartsOf, isAddress, markFrame, markIn, withMark } from '../azure/firewall/rule-parts.ts';
import { unitState, unitVersion } from '../azure/unit-state.ts';
import type { Family } from '../core/address/family.ts';
import { familyOf } from '../core/address/prefix.ts';
import { type JsonObject, objectAt, textAt, without } from '../core/json.ts';
import type { LiveUnit, Problem } from '../core/plan/live.ts';
import { type NsgConfig, priorityOf } from './nsg-config.ts';

/** Source: networking limits, learn.microsoft.com. */
const DESCRIPTION_LENGTH = 140;

/** Longest mark that fits into a description, brackets and a space included. */
export const MAX_MARK = DESCRIPTION_LENGTH - markFrame - 1;

type Side = 'source' | 'destination';

/** Side of the rule that holds the list. */
export function sideOf(config: NsgConfig): Side {
  return config.side ?? (config.direction === 'Outbound' ? 'destination' : 'source');
}

export function ruleName(config: NsgConfig, family: Family): string {
  return `${config.rule}-${family}`;
}

/** Whether a raw rule has a name. Names are compared without regard to case. */
export function isRule(raw: JsonObject, name: string): boolean {
  return textAt(raw, 'name')?.toLowerCase() === name.toLowerCase();
}

/** ARM id of the group. */
export function idOfNsg(config: NsgConfig): string {
  return resourceId(config, `Microsoft.Network/networkSecurityGroups/${config.nsg}`);
}

/** ARM id of a rule in it. */
export function idOfRule(config: NsgConfig, key: string): string {
  return `${idOfNsg(config)}/securityRules/${key}`;
}

/** The content of one side of a raw rule, whichever of ARM's two fields holds it. */
export function entriesOf(raw: JsonObject, side: Side): readonly string[] {
  const properties = objectAt(raw, 'properties');
  const many = properties[`${side}AddressPrefixes`];
  const one = textAt(properties, `${side}AddressPrefix`);
  const texts = Array.isArray(many) ? many.filter((entry) => typeof entry === 'string') : [];
  return one === undefined || one === '' ? texts : [one, ...texts];
}

/** A raw rule as a unit. `*` and service tags are no entries: see problemsOf. Throws ArmError `unreadable`. */
export function unitOf(subject: string, config: NsgConfig, family: Family, raw: JsonObject): LiveUnit {
  const side = sideOf(config);
  const properties = objectAt(raw, 'properties');
  const many = properties[`${side}AddressPrefixes`];
  if (many !== undefined && (!Array.isArray(many) || !many.every((entry) => typeof entry === 'string'))) {
    throw unreadable(subject, `Azure answered a rule whose ${side}AddressPrefixes is not a list of texts`);
  }
  const all = entriesOf(raw, side);
  if (all.length === 0 && groupsOn(properties, side).length === 0) {
    throw unreadable(subject, `Azure answered a rule without anything on its ${side} side`);
  }
  const mark = markIn(textAt(properties, 'description') ?? '');
  return {
    key: ruleName(config, family),
    family,
    entries: all.filter(isAddress),
    version: unitVersion([all, mark ?? null, properties.direction ?? null, properties.access ?? null]),
    ...(mark === undefined ? {} : { mark }),
    ...unitState(subject, idOfRule(config, ruleName(config, family)), raw),
  };
}

/** What about a rule forbids to treat it as our list. */
export function problemsOf(config: NsgConfig, family: Family, raw: JsonObject): readonly Problem[] {
  const side = sideOf(config);
  const name = ruleName(config, family);
  const properties = objectAt(raw, 'properties');
  const problems: Problem[] = [];
  const odd = entriesOf(raw, side).filter((entry) => !isAddress(entry) || familyOf(entry) !== family);
  const groups = groupsOn(properties, side).length;
  if (odd.length > 0 || groups > 0) {
    const got = groups > 0 ? 'application security groups' : `"${odd[0]}"`;
    problems.push({
      code: 'rule-not-a-list',
      text: `Rule ${name}: expected ${family} addresses on its ${side} side, got ${got}.`,
      next: 'Delete the rule, or give the target another `rule` in the config.',
    });
  }
  for (const field of ['direction', 'access'] as const) {
    const got = textAt(properties, field);
    if (got?.toLowerCase() === config[field].toLowerCase()) continue;
    problems.push({
      code: 'rule-differs',
      text: `Rule ${name}: expected ${field} ${config[field]}, got ${got ?? 'none'}: the list would do something else than the config says.`,
      next: `Correct the rule or the config, or give the target another \`rule\`.`,
    });
  }
  return problems;
}

/** A rule as it is created. Throws ArmError `invalid` where the config leaves the other side of this family's rule empty. */
export function freshRule(config: NsgConfig, family: Family, entries: readonly string[], mark: string): JsonObject {
  const side = sideOf(config);
  const other = side === 'source' ? 'destination' : 'source';
  const [port] = config.ports;
  const peers = counterpartsOf(ruleName(config, family), 'otherSide', config.otherSide, family);
  return {
    properties: {
      description: withMark('Kept in step with published Service Tags', mark, DESCRIPTION_LENGTH),
      protocol: config.protocol,
      access: config.access,
      direction: config.direction,
      priority: priorityOf(config, family),
      sourcePortRange: '*',
      ...(config.ports.length === 1 ? { destinationPortRange: port } : { destinationPortRanges: config.ports }),
      [`${side}AddressPrefixes`]: entries,
      ...(peers.length === 1 ? { [`${other}AddressPrefix`]: peers[0] } : { [`${other}AddressPrefixes`]: peers }),
    },
  };
}

/** The raw rule with nothing but our side's entries and our mark changed, and without what only Azure writes. */
export function changedRule(config: NsgConfig, raw: JsonObject, entries: readonly string[], mark: string): JsonObject {
  const side = sideOf(config);
  const properties = objectAt(raw, 'properties');
  return {
    ...without(raw, ['id', 'name', 'type', 'etag', 'systemData']),
    properties: {
      ...without(properties, ['provisioningState', `${side}AddressPrefix`]),
      description: withMark(textAt(properties, 'description') ?? '', mark, DESCRIPTION_LENGTH),
      [`${side}AddressPrefixes`]: entries,
    },
  };
}

function groupsOn(properties: JsonObject, side: Side): readonly unknown[] {
  const groups = properties[`${side}ApplicationSecurityGroups`];
  return Array.isArray(groups) ? groups : [];
}
