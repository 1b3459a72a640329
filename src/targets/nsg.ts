import { z } from 'zod';
import { isAddress } from '../azure/address-word.ts';
import type { ArmClient } from '../azure/arm-client.ts';
import { ArmError, unreadable } from '../azure/arm-error.ts';
import { isObject, type JsonObject, objectAt, textAt } from '../azure/json.ts';
import { retrying } from '../azure/retry.ts';
import { saveAgain } from '../azure/save-again.ts';
import { networkNameField, resourceGroupField, subscriptionIdField } from '../azure/scope-schema.ts';
import { requireSettled, requireSucceeded, stateOf } from '../azure/settled.ts';
import { mustWrite } from '../azure/unit-change.ts';
import { families } from '../core/address/family.ts';
import type { Layout, Live, LiveUnit, Problem, UnitChange } from '../core/plan/live.ts';
import type { Target, TargetContext, TargetDefinition } from '../ports/target.ts';
import {
  changedRule,
  entriesOf,
  FIRST_PRIORITY,
  freshRule,
  idOfNsg,
  LAST_PRIORITY,
  MAX_MARK,
  problemsOf,
  ruleName,
  sideOf,
  unitOf,
} from './nsg-rule.ts';

/** Source: networking limits, learn.microsoft.com: 6,000 since 2025, 4,000 in older documents. */
const ADDRESSES_PER_DIRECTION = 6_000;
const OLDER_ADDRESSES_PER_DIRECTION = 4_000;
const RULES_PER_NSG = 2_000;

const inRange = `a priority from ${FIRST_PRIORITY} to ${LAST_PRIORITY}`;
const priorityField = z.int().min(FIRST_PRIORITY, inRange).max(LAST_PRIORITY, inRange);

const schema = z
  .strictObject({
    subscriptionId: subscriptionIdField,
    resourceGroup: resourceGroupField,
    nsg: networkNameField('the name of a network security group', 80).describe(
      'Name of the network security group. It must exist.',
    ),
    rule: networkNameField('the beginning of a rule name', 75).describe(
      'Beginning of the rules\' names: "acr" makes acr-ipv4 and acr-ipv6, one rule a family.',
    ),
    priority: priorityField.describe('Priority of the IPv4 rule, when it is created.'),
    priorityIPv6: priorityField
      .optional()
      .describe(
        'Priority of the IPv6 rule, when it is created. Default: the one after `priority`; before it, where that is the last.',
      ),
    direction: z
      .enum(['Inbound', 'Outbound'])
      .default('Outbound')
      .describe('Direction of the traffic that the rules are about.'),
    access: z.enum(['Allow', 'Deny']).default('Allow').describe('What the rules do with the traffic.'),
    protocol: z
      .enum(['Tcp', 'Udp', 'Icmp', 'Esp', 'Ah', '*'])
      .default('Tcp')
      .describe('Protocol of the rules, when they are created.'),
    ports: z
      .array(z.string().regex(/^(\*|\d{1,5}(-\d{1,5})?)$/, 'a port such as "443", a range such as "8000-8100", or "*"'))
      .min(1)
      .default(['443'])
      .describe('Destination ports of the rules, when they are created.'),
    side: z
      .enum(['source', 'destination'])
      .optional()
      .describe(
        'Side of the rules that holds the list. Default: destination of outbound rules, source of inbound ones.',
      ),
    otherSide: z
      .array(z.string().min(1))
      .min(1)
      .refine((all) => all.length === 1 || all.every(isAddress), 'prefixes, or one service tag or "*" alone')
      .default(['*'])
      .describe(
        'What stands on the other side, when the rules are created: prefixes, of which each rule takes those of its family, or a single service tag, or "*".',
      ),
    maxAddresses: z
      .int()
      .min(1)
      .default(ADDRESSES_PER_DIRECTION)
      .describe(
        "Prefixes a rule may hold. Azure's limit is 6,000 for all rules of one direction together, which counts as well; a larger number here raises both.",
      ),
  })
  .refine(({ priority, priorityIPv6 }) => priority !== priorityIPv6, {
    message: 'another priority than that of the IPv4 rule',
    path: ['priorityIPv6'],
  });

export type NsgConfig = z.output<typeof schema>;

export const nsg: TargetDefinition<NsgConfig> = {
  kind: 'nsg',
  summary: 'Rules of a network security group, one a family; created if missing, deleted when their list is empty.',
  schema,
  direction: 'egress',
  families,
  rights: [
    'Microsoft.Network/networkSecurityGroups/read',
    'Microsoft.Network/networkSecurityGroups/securityRules/read',
    'Microsoft.Network/networkSecurityGroups/securityRules/write',
    'Microsoft.Network/networkSecurityGroups/securityRules/delete',
    'Microsoft.Network/locations/operations/read',
    'Microsoft.Network/locations/operationResults/read',
  ],
  reads: ['Microsoft.Network/networkSecurityGroups/read'],
  limits: [
    {
      name: 'addresses in all rules of one direction',
      value: ADDRESSES_PER_DIRECTION,
      source: 'Azure networking limits',
    },
    { name: 'rules a network security group', value: RULES_PER_NSG, source: 'Azure networking limits' },
  ],
  place: (config) => `${config.subscriptionId}/${config.resourceGroup}/networkSecurityGroups/${config.nsg}`,
  // Two writes to one group cancel each other, whatever rules they are about.
  lane: (config) => `nsg:${config.subscriptionId}:${config.resourceGroup}:${config.nsg}`.toLowerCase(),
  layout: (config): Layout => ({
    families,
    entriesPerUnit: config.maxAddresses,
    maxUnits: 1,
    // Whoever sets more has been given more by Azure.
    together: Math.max(ADDRESSES_PER_DIRECTION, config.maxAddresses),
    unitKey: (family) => ruleName(config, family),
    whenEmpty: 'delete',
    // Azure refuses them in one rule: OverlappingSubnetsNotPermittedInSecurityRule.
    noOverlaps: true,
  }),
  async open(config, context) {
    if (context.mark.length > MAX_MARK) {
      throw new RangeError(
        `expected an ownership mark of at most ${MAX_MARK} characters (a rule's description holds 140), got "${context.mark}": shorten the instance or the target id`,
      );
    }
    const { ArmClient } = await import('../azure/arm-client.ts');
    return new NsgTarget(config, context, await ArmClient.open({ ...context, subscriptionId: config.subscriptionId }));
  },
};

class NsgTarget implements Target {
  readonly #config: NsgConfig;
  readonly #context: TargetContext;
  readonly #arm: ArmClient;
  readonly #group: string;

  constructor(config: NsgConfig, context: TargetContext, arm: ArmClient) {
    this.#config = config;
    this.#context = context;
    this.#arm = arm;
    this.#group = `network security group ${config.nsg} (resource group ${config.resourceGroup})`;
  }

  get writes(): number {
    return this.#arm.writes;
  }

  resume(since: Date, signal: AbortSignal): Promise<void> {
    return this.#arm.resume(since, signal);
  }

  /** One request for both rules: the group's answer carries all its rules. */
  async read(signal: AbortSignal): Promise<Live> {
    const { resourceGroup, nsg: name } = this.#config;
    const { group, rules } = await retrying(this.#arm.pace, signal, async () => {
      const raw = await this.#arm.get(this.#group, signal, (options) =>
        this.#arm.network.networkSecurityGroups.get(resourceGroup, name, options),
      );
      if (raw === undefined) throw this.#missing();
      requireSettled(this.#group, raw);
      const all = objectAt(raw, 'properties').securityRules;
      if (!Array.isArray(all) || !all.every(isObject)) {
        throw unreadable(this.#group, 'Azure answered a network security group without its list securityRules');
      }
      for (const rule of this.#ours(all)) requireSettled(this.#subject(rule.key), rule.raw);
      return { group: raw, rules: all };
    });
    this.#warnOfLimit(rules);
    const problems: Problem[] = [];
    const units: LiveUnit[] = [];
    for (const { family, key, raw } of this.#ours(rules)) {
      units.push(unitOf(this.#subject(key), this.#config, family, raw));
      problems.push(...problemsOf(this.#config, family, raw));
    }
    // A write of a rule that failed leaves both Failed, and mends both when it is made again.
    const byOurs = units.some(({ state }) => state === 'Failed');
    if (stateOf(this.#group, group) === 'Failed' && !byOurs) {
      problems.push({
        code: 'nsg-failed',
        text: `The ${this.#group} is in state Failed, and the rules of this target are not.`,
        next: `Look into its activity log, then save it again without a change: \`${saveAgain(idOfNsg(this.#config))}\`. The next run goes on by itself.`,
      });
    }
    const taken = this.#takenByOthers(rules);
    return { units, problems, ...(taken === 0 ? {} : { taken }) };
  }

  async write(change: UnitChange, signal: AbortSignal): Promise<void> {
    const { resourceGroup, nsg: name } = this.#config;
    const subject = this.#subject(change.key);
    if (change.action !== 'delete' && change.entries.length === 0) {
      throw new ArmError(
        'invalid',
        `${subject}: expected entries to write, got none. An empty rule is deleted instead.`,
      );
    }
    // Each try reads first: after a lost answer a conditional write would meet its own work and call it a conflict.
    await retrying(this.#arm.pace, signal, async () => {
      const raw = await this.#settledRule(change.key, signal);
      const now = raw === undefined ? undefined : unitOf(subject, this.#config, change.family, raw);
      if (!mustWrite(subject, change, now, this.#context.mark)) return;
      const etag = textAt(raw, 'etag');
      const condition = etag === undefined ? {} : { requestOptions: { headers: { 'If-Match': etag } } };
      const rules = this.#arm.network.securityRules;
      if (change.action === 'delete') {
        await this.#arm.delete(subject, signal, (options) =>
          rules.delete(resourceGroup, name, change.key, { ...options, ...condition }),
        );
        return;
      }
      const body =
        raw === undefined
          ? freshRule(this.#config, change.family, change.entries, this.#context.mark)
          : changedRule(this.#config, raw, change.entries, this.#context.mark);
      const after = await this.#arm.putUnread(subject, signal, body, (options) =>
        // What really goes out is `body`; the SDK only insists on the fields it knows as required.
        rules.createOrUpdate(
          resourceGroup,
          name,
          change.key,
          { protocol: '*', access: 'Allow', priority: 100, direction: 'Outbound' },
          { ...options, ...condition },
        ),
      );
      if (after !== undefined) requireSucceeded(subject, after);
    });
  }

  #settledRule(key: string, signal: AbortSignal): Promise<JsonObject | undefined> {
    const { resourceGroup, nsg: name } = this.#config;
    const subject = this.#subject(key);
    return retrying(this.#arm.pace, signal, async () => {
      const raw = await this.#arm.get(subject, signal, (options) =>
        this.#arm.network.securityRules.get(resourceGroup, name, key, options),
      );
      if (raw !== undefined) requireSettled(subject, raw);
      return raw;
    });
  }

  /** Our rules among all of the group, in the order of families. Names are compared without regard to case. */
  #ours(rules: readonly JsonObject[]) {
    return families.flatMap((family) => {
      const key = ruleName(this.#config, family);
      const raw = rules.find((rule) => textAt(rule, 'name')?.toLowerCase() === key.toLowerCase());
      return raw === undefined ? [] : [{ family, key, raw }];
    });
  }

  /** Addresses of rules that are not ours, on the side and in the direction of the list: the limit is for all together. */
  #takenByOthers(rules: readonly JsonObject[]): number {
    const ours = new Set(this.#ours(rules).map(({ raw }) => raw));
    return rules
      .filter((rule) => !ours.has(rule) && textAt(objectAt(rule, 'properties'), 'direction') === this.#config.direction)
      .reduce((sum, rule) => sum + entriesOf(rule, sideOf(this.#config)).filter(isAddress).length, 0);
  }

  #warnOfLimit(rules: readonly JsonObject[]): void {
    const { direction } = this.#config;
    const inDirection = rules.filter((rule) => textAt(objectAt(rule, 'properties'), 'direction') === direction);
    const addresses = inDirection.reduce(
      (sum, rule) => sum + entriesOf(rule, 'source').length + entriesOf(rule, 'destination').length,
      0,
    );
    if (rules.length >= RULES_PER_NSG * 0.9) {
      this.#context.log('a network security group comes near its limit of rules', {
        nsg: this.#config.nsg,
        rules: rules.length,
        limit: RULES_PER_NSG,
      });
    }
    if (addresses <= OLDER_ADDRESSES_PER_DIRECTION) return;
    this.#context.log('a network security group comes near its limit of addresses', {
      nsg: this.#config.nsg,
      direction,
      addresses,
      limit: ADDRESSES_PER_DIRECTION,
      olderLimit: OLDER_ADDRESSES_PER_DIRECTION,
      side: sideOf(this.#config),
    });
  }

  #missing(): ArmError {
    return new ArmError(
      'invalid',
      `The ${this.#group} does not exist. Rules are created in it, the group itself never is: create it, or correct the config.`,
      { code: 'ResourceNotFound', status: 404 },
    );
  }

  #subject(key: string): string {
    return `rule ${key} of ${this.#group}`;
  }
}
