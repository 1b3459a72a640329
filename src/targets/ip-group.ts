import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { ArmClient } from '../azure/arm-client.ts';
import { ArmError, unreadable } from '../azure/arm-error.ts';
import { idsAt, inspectFirewall } from '../azure/inspect-firewall.ts';
import { type JsonObject, objectAt, textAt, without } from '../azure/json.ts';
import { retrying } from '../azure/retry.ts';
import { networkNameField, resourceGroupField, subscriptionIdField } from '../azure/scope-schema.ts';
import { requireSettled, requireSucceeded, stateOf } from '../azure/settled.ts';
import { mustWrite } from '../azure/unit-change.ts';
import { unitVersion } from '../azure/unit-version.ts';
import type { Layout, Live, LiveUnit, Problem, UnitChange } from '../core/plan/live.ts';
import type { Inspected, ResourceGroup, Target, TargetContext, TargetDefinition } from '../ports/target.ts';

import {
  GroupRule,
  type GroupRuleConfig,
  groupRuleSchema,
  laneOfRule,
  type NamingRule,
  placeOfRule,
} from './ip-group-rule.ts';

/** Source: Azure Firewall limits and "IP Groups in Azure Firewall", learn.microsoft.com. */
const ENTRIES_PER_GROUP = 5_000;
const GROUPS_PER_CLASSIC_FIREWALL = 50;
const GROUPS_PER_POLICY = 600;
const GROUPS_AT_ONCE = 20;

/** To look at a firewall before writing what reaches it. */
const firewallStateRights = [
  'Microsoft.Network/azureFirewalls/read',
  'Microsoft.Authorization/locks/read',
  'Microsoft.Authorization/denyAssignments/read',
];

/** Tag on every group that is ours. */
const OWNER_TAG = 'service-tag-sync';

const schema = z.strictObject({
  subscriptionId: subscriptionIdField,
  resourceGroup: resourceGroupField,
  name: networkNameField('the beginning of an IP group name', 76).describe(
    'Beginning of the groups\' names: "acr" makes acr-1, acr-2 and so on, as many as the list needs.',
  ),
  location: z
    .string()
    .regex(/^[a-z0-9]+$/, 'an Azure region as ARM spells it, such as westus')
    .describe('Region in which groups are created, such as "westus".'),
  maxGroups: z
    .int()
    .min(1)
    .max(GROUPS_PER_POLICY)
    .default(GROUPS_PER_CLASSIC_FIREWALL)
    .describe('Most groups the list may grow to. A classic firewall takes 50 in all, a firewall policy 600.'),
  entriesPerGroup: z
    .int()
    .min(1)
    .default(ENTRIES_PER_GROUP)
    .describe("Entries a group may hold. Azure's limit is 5,000."),
  rule: groupRuleSchema
    .exactOptional()
    .describe(
      'The network rule through which the firewall uses the groups. It is created if missing and always names all of them; a group that is needed no more is taken out of it and deleted. Without this the rules are yours: name every group in them.',
    ),
  parallel: z
    .int()
    .min(1)
    .max(GROUPS_AT_ONCE)
    .default(1)
    .describe(
      'How many targets of one lane may be written at the same time, each in a slot of its own. Give all targets of a firewall the same number. Not together with `rule`: a policy takes one rule change at a time.',
    ),
  lane: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Targets with the same lane are never written at the same time. Default: the firewall or policy of `rule`, or the resource group. Each write makes every firewall that uses the group reprogram, so groups used by one firewall should share a lane.',
    ),
});

export type IpGroupConfig = z.output<typeof schema>;

export const ipGroup: TargetDefinition<IpGroupConfig> = {
  kind: 'ip-group',
  summary:
    'IP groups, used by rules of Azure Firewall and firewall policies; created if missing, numbered as they fill.',
  schema,
  direction: 'egress',
  families: ['ipv4'],
  rights: [
    'Microsoft.Network/ipGroups/read',
    'Microsoft.Network/ipGroups/write',
    'Microsoft.Network/firewallPolicies/read',
    ...firewallStateRights,
    'Microsoft.Network/locations/operations/read',
    'Microsoft.Network/locations/operationResults/read',
  ],
  moreRights: [
    {
      when: '`rule` names a firewall policy',
      rights: [
        'Microsoft.Network/ipGroups/delete',
        'Microsoft.Network/ipGroups/join/action',
        'Microsoft.Network/firewallPolicies/read',
        'Microsoft.Network/firewallPolicies/ruleCollectionGroups/read',
        'Microsoft.Network/firewallPolicies/ruleCollectionGroups/write',
        ...firewallStateRights,
      ],
      at: (config) => (config.rule?.policy === undefined ? [] : groupsOfRule(config, config.rule)),
    },
    {
      when: '`rule` names a classic firewall',
      rights: [
        'Microsoft.Network/ipGroups/delete',
        'Microsoft.Network/ipGroups/join/action',
        'Microsoft.Network/azureFirewalls/write',
        ...firewallStateRights,
      ],
      at: (config) => (config.rule?.firewall === undefined ? [] : groupsOfRule(config, config.rule)),
    },
  ],
  limits: [
    { name: 'entries a group', value: ENTRIES_PER_GROUP, source: 'Azure Firewall limits' },
    { name: 'groups a firewall policy', value: GROUPS_PER_POLICY, source: 'Azure Firewall limits' },
    { name: 'groups written at the same time', value: GROUPS_AT_ONCE, source: 'IP Groups in Azure Firewall' },
    { name: 'groups a classic firewall', value: GROUPS_PER_CLASSIC_FIREWALL, source: 'Azure Firewall limits' },
  ],
  place: (config) => `${config.subscriptionId}/${config.resourceGroup}/ipGroups`,
  failureStopsLane: true,
  lane: (config) => {
    if (config.rule !== undefined && config.lane === undefined) return laneOfRule(config.rule, config);
    const shared =
      config.lane === undefined
        ? `ip-group:${config.subscriptionId}:${config.resourceGroup}`.toLowerCase()
        : `ip-group:${config.lane}`;
    return config.parallel === 1 ? shared : `${shared}:slot-${slotOf(config.name, config.parallel)}`;
  },
  layout: (config): Layout => ({
    families: ['ipv4'],
    entriesPerUnit: config.entriesPerGroup,
    maxUnits: config.maxGroups,
    unitKey: (_, index) => `${config.name}-${index + 1}`,
    // Several regions refuse an empty group, and where one is accepted, rules that use it are skipped.
    whenEmpty: config.rule === undefined ? 'refill' : 'delete',
  }),
  async open(config, context) {
    const { ArmClient } = await import('../azure/arm-client.ts');
    const { classicRuleBook, policyRuleBook } = await import('../azure/rule-book.ts');
    const arm = await ArmClient.open({ ...context, subscriptionId: config.subscriptionId });
    if (config.rule === undefined) return new IpGroupTarget(config, context, arm, undefined);
    const { policy, ruleCollectionGroup = '', firewall = '' } = config.rule;
    const place = placeOfRule(config.rule, config);
    const { subscriptionId } = place;
    // The rule may be in another subscription than the groups: the hub's, say.
    const there = subscriptionId === config.subscriptionId ? arm : await ArmClient.open({ ...context, subscriptionId });
    const book =
      policy === undefined
        ? classicRuleBook(there, { ...place, firewall })
        : policyRuleBook(there, { ...place, policy, ruleCollectionGroup });
    return new IpGroupTarget(config, context, arm, {
      rule: new GroupRule(config.rule, context.mark, book),
      arm: there,
    });
  },
};

/** Where the IP groups lie, and where the rule does that names them. */
function groupsOfRule({ subscriptionId, resourceGroup }: IpGroupConfig, rule: GroupRuleConfig): ResourceGroup[] {
  const groups = { subscriptionId, resourceGroup };
  const own = placeOfRule(rule, groups);
  const same = JSON.stringify(own).toLowerCase() === JSON.stringify(groups).toLowerCase();
  return same ? [groups] : [groups, own];
}

class IpGroupTarget implements Target {
  readonly #config: IpGroupConfig;
  readonly #mark: TargetContext['mark'];
  readonly #log: TargetContext['log'];
  readonly #arm: ArmClient;
  readonly #rule: GroupRule | undefined;
  readonly #clients: ReadonlySet<ArmClient>;

  constructor(
    config: IpGroupConfig,
    context: TargetContext,
    arm: ArmClient,
    naming: { readonly rule: GroupRule; readonly arm: ArmClient } | undefined,
  ) {
    this.#config = config;
    this.#mark = context.mark;
    this.#log = context.log;
    this.#arm = arm;
    this.#rule = naming?.rule;
    this.#clients = new Set([arm, ...(naming ? [naming.arm] : [])]);
  }

  get writes(): number {
    return [...this.#clients].reduce((sum, arm) => sum + arm.writes, 0);
  }

  inspect(id: string, signal: AbortSignal): Promise<Inspected> {
    return inspectFirewall(this.#arm, this.#log, id, signal);
  }

  /**
   * One request for all groups, however many: the list of the resource group carries their entries. A second one for the
   * rule that names them, if it is ours to keep.
   */
  async read(signal: AbortSignal): Promise<Live> {
    const { name, resourceGroup } = this.#config;
    const all = `IP groups ${name}-* (resource group ${resourceGroup})`;
    const ours = await retrying(this.#arm.pace, signal, async () => {
      const groups = await this.#arm.list(all, signal, (options) =>
        this.#arm.network.ipGroups.listByResourceGroup(resourceGroup, options),
      );
      const numbered = groups.flatMap((raw) => {
        const number = numberOf(name, textAt(raw, 'name') ?? '');
        return number === undefined ? [] : [{ number, raw }];
      });
      for (const { number, raw } of numbered) requireSettled(this.#subject(`${name}-${number}`), raw);
      return numbered.sort((a, b) => a.number - b.number);
    });
    const rule = await this.#rule?.read(signal);
    const usersOfAny = new Set(ours.flatMap(({ raw }) => usersOf(raw)));
    const units = ours.map(({ number, raw }): LiveUnit => {
      const unit = this.#unit(`${name}-${number}`, raw);
      const unused = this.#rule ? this.#notNamed(unit.key, rule) : notUsedLikeOthers(unit.key, raw, usersOfAny);
      const mustStay = unit.mark !== this.#mark || this.#isNamedByOthers(unit.key, raw, rule);
      return { ...unit, ...(unused === undefined ? {} : { unused }), ...(mustStay ? { mustStay } : {}) };
    });
    const behind = [...new Set([...usersOfAny, ...(this.#rule ? [this.#rule.owner.toLowerCase()] : [])])];
    return {
      units,
      problems: units.filter((unit) => unit.state === 'Failed').map(failed),
      ...(behind.length === 0 ? {} : { behind }),
    };
  }

  async write(change: UnitChange, signal: AbortSignal): Promise<void> {
    const subject = this.#subject(change.key);
    const deletes = change.action === 'delete' && this.#rule !== undefined;
    if (!deletes && (change.action === 'delete' || change.entries.length === 0)) {
      throw new ArmError(
        'invalid',
        `${subject}: expected entries to write, got none. An IP group is never left empty.`,
      );
    }
    // Each try reads first: a lost answer may hide a write that took effect, and there is no conditional PUT.
    await retrying(this.#arm.pace, signal, async () => {
      const raw = await this.#settled(change.key, signal);
      const now = raw === undefined ? undefined : this.#unit(change.key, raw);
      if (!mustWrite(subject, change, now, this.#mark)) return;
      if (change.action === 'delete') {
        // A group in use cannot be deleted, so it leaves the rule first.
        await this.#rule?.unreference(this.#idOf(change.key), signal);
        return await this.#arm.delete(subject, signal, (options) =>
          this.#arm.network.ipGroups.delete(this.#config.resourceGroup, change.key, options),
        );
      }
      const body = raw === undefined ? this.#fresh(change.entries) : this.#changed(raw, change.entries);
      const after = await this.#arm.put(subject, signal, body, (options) =>
        this.#arm.network.ipGroups.createOrUpdate(this.#config.resourceGroup, change.key, {}, options),
      );
      requireSucceeded(subject, after);
    });
    // A group must exist before a rule can name it.
    if (change.action !== 'delete' && this.#rule !== undefined) {
      const rule = this.#rule;
      await retrying(this.#arm.pace, signal, () => rule.reference(this.#idOf(change.key), signal));
    }
  }

  #notNamed(key: string, rule: NamingRule | undefined): string | undefined {
    if (rule?.names.has(this.#idOf(key).toLowerCase())) return undefined;
    const why =
      rule === undefined
        ? 'which does not exist yet'
        : rule.ours
          ? 'which somebody changed; the next run puts it right'
          : "which is somebody else's and is left as it is: name the group in it, or delete the rule to have it created anew";
    return `shard not referenced: ${key} is not named by ${this.#rule?.subject}, ${why}`;
  }

  #isNamedByOthers(key: string, raw: JsonObject, rule: NamingRule | undefined): boolean {
    const owner = this.#rule?.owner.toLowerCase();
    const id = this.#idOf(key);
    const foreignRule = rule !== undefined && !rule.ours && rule.names.has(id.toLowerCase());
    return foreignRule || rule?.namedElsewhere(id) === true || usersOf(raw).some((user) => user !== owner);
  }

  #idOf(key: string): string {
    const { subscriptionId, resourceGroup } = this.#config;
    return `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.Network/ipGroups/${key}`;
  }

  #settled(key: string, signal: AbortSignal): Promise<JsonObject | undefined> {
    const subject = this.#subject(key);
    return retrying(this.#arm.pace, signal, async () => {
      const raw = await this.#arm.get(subject, signal, (options) =>
        this.#arm.network.ipGroups.get(this.#config.resourceGroup, key, options),
      );
      if (raw !== undefined) requireSettled(subject, raw);
      return raw;
    });
  }

  #unit(key: string, raw: JsonObject): LiveUnit {
    const subject = this.#subject(key);
    const entries = objectAt(raw, 'properties').ipAddresses;
    if (!Array.isArray(entries) || !entries.every((entry) => typeof entry === 'string')) {
      throw unreadable(subject, 'Azure answered an IP group without its list ipAddresses');
    }
    const mark = ownerIn(objectAt(raw, 'tags'));
    return {
      key,
      family: 'ipv4',
      entries,
      version: unitVersion([entries, mark ?? null]),
      ...(mark === undefined ? {} : { mark }),
      state: stateOf(subject, raw),
    };
  }

  #fresh(entries: readonly string[]): JsonObject {
    return {
      location: this.#config.location,
      tags: { [OWNER_TAG]: this.#mark },
      properties: { ipAddresses: entries },
    };
  }

  /** The raw answer with nothing but the entries and our tag changed, and without what only Azure writes. */
  #changed(raw: JsonObject, entries: readonly string[]): JsonObject {
    const tags = objectAt(raw, 'tags');
    const ownerTags = Object.keys(tags).filter(isOwnerTag);
    return {
      ...without(raw, ['id', 'name', 'type', 'etag', 'systemData']),
      tags: { ...without(tags, ownerTags), [OWNER_TAG]: this.#mark },
      properties: {
        ...without(objectAt(raw, 'properties'), ['provisioningState', 'firewalls', 'firewallPolicies']),
        ipAddresses: entries,
      },
    };
  }

  #subject(key: string): string {
    return `IP group ${key} (resource group ${this.#config.resourceGroup})`;
  }
}

/** The same slot for the same name in every run: each slot is a lane, and so a lease. */
function slotOf(name: string, slots: number): number {
  return (createHash('sha256').update(name.toLowerCase()).digest().readUInt32BE(0) % slots) + 1;
}

/** Number of a group called `<name>-<number>`; names of Azure resources are compared without regard to case. */
function numberOf(name: string, candidate: string): number | undefined {
  if (!candidate.toLowerCase().startsWith(`${name.toLowerCase()}-`)) return undefined;
  const digits = candidate.slice(name.length + 1);
  return /^[1-9]\d{0,5}$/.test(digits) ? Number(digits) : undefined;
}

/** Names of Azure tags are compared without regard to case. */
function isOwnerTag(name: string): boolean {
  return name.toLowerCase() === OWNER_TAG;
}

function ownerIn(tags: JsonObject): string | undefined {
  const value = Object.entries(tags).find(([name]) => isOwnerTag(name))?.[1];
  return typeof value === 'string' ? value : undefined;
}

/** ARM ids, in lower case, of the firewalls and policies whose rules name a raw group. */
function usersOf(raw: JsonObject): readonly string[] {
  const properties = objectAt(raw, 'properties');
  return ['firewalls', 'firewallPolicies'].flatMap((field) => idsAt(properties, field).map((id) => id.toLowerCase()));
}

/** What names one of our groups and not this one lets through only a part of the list. */
function notUsedLikeOthers(key: string, raw: JsonObject, all: ReadonlySet<string>): string | undefined {
  const own = new Set(usersOf(raw));
  const lacking = [...all].filter((user) => !own.has(user));
  if (lacking.length === 0) return undefined;
  return `shard not referenced: ${lacking.join(', ')} uses other groups of this list and not ${key}: name it in the same rules, or give the target its \`rule\` in the config`;
}

function failed(unit: LiveUnit): Problem {
  return {
    code: 'ip-group-failed',
    text: `IP group ${unit.key} is in state Failed: its firewalls may not hold what it lists.`,
    next: 'Look at the group and at every firewall and policy that uses it in the portal, and repair what is Failed; the next run goes on by itself.',
  };
}
