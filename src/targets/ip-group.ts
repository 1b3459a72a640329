import { z } from 'zod';
import type { ArmClient } from '../azure/arm-client.ts';
import { ArmError, unreadable } from '../azure/arm-error.ts';
import { type JsonObject, objectAt, textAt, without } from '../azure/json.ts';
import { retrying } from '../azure/retry.ts';
import { networkNameField, resourceGroupField, subscriptionIdField } from '../azure/scope-schema.ts';
import { requireSettled, requireSucceeded, stateOf } from '../azure/settled.ts';
import { mustWrite } from '../azure/unit-change.ts';
import { unitVersion } from '../azure/unit-version.ts';
import type { Layout, Live, LiveUnit, Problem, UnitChange } from '../core/plan/live.ts';
import type { Target, TargetContext, TargetDefinition } from '../ports/target.ts';

/** Source: Azure Firewall limits and "IP Groups in Azure Firewall", learn.microsoft.com. */
const ENTRIES_PER_GROUP = 5_000;
const GROUPS_PER_CLASSIC_FIREWALL = 50;
const GROUPS_PER_POLICY = 600;

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
  lane: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Targets with the same lane are never written at the same time. Default: the resource group. Each write makes every firewall that uses the group reprogram, so groups used by one firewall should share a lane.',
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
    'Microsoft.Network/locations/operations/read',
    'Microsoft.Network/locations/operationResults/read',
  ],
  limits: [
    { name: 'entries a group', value: ENTRIES_PER_GROUP, source: 'Azure Firewall limits' },
    { name: 'groups a firewall policy', value: GROUPS_PER_POLICY, source: 'Azure Firewall limits' },
    { name: 'groups a classic firewall', value: GROUPS_PER_CLASSIC_FIREWALL, source: 'Azure Firewall limits' },
  ],
  place: (config) => `${config.subscriptionId}/${config.resourceGroup}/ipGroups`,
  lane: (config) =>
    config.lane === undefined
      ? `ip-group:${config.subscriptionId}:${config.resourceGroup}`.toLowerCase()
      : `ip-group:${config.lane}`,
  layout: (config): Layout => ({
    families: ['ipv4'],
    entriesPerUnit: config.entriesPerGroup,
    maxUnits: config.maxGroups,
    unitKey: (_, index) => `${config.name}-${index + 1}`,
    // Several regions refuse an empty group, and where one is accepted, rules that use it are skipped.
    whenEmpty: 'refill',
  }),
  async open(config, context) {
    const { ArmClient } = await import('../azure/arm-client.ts');
    return new IpGroupTarget(
      config,
      context.mark,
      await ArmClient.open({ ...context, subscriptionId: config.subscriptionId }),
    );
  },
};

class IpGroupTarget implements Target {
  readonly #config: IpGroupConfig;
  readonly #mark: TargetContext['mark'];
  readonly #arm: ArmClient;

  constructor(config: IpGroupConfig, mark: string, arm: ArmClient) {
    this.#config = config;
    this.#mark = mark;
    this.#arm = arm;
  }

  get writes(): number {
    return this.#arm.writes;
  }

  /** One request for all groups, however many: the list of the resource group carries their entries. */
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
    const units = ours.map(({ number, raw }) => this.#unit(`${name}-${number}`, raw));
    return { units, problems: units.filter((unit) => unit.state === 'Failed').map(failed) };
  }

  async write(change: UnitChange, signal: AbortSignal): Promise<void> {
    const subject = this.#subject(change.key);
    if (change.action === 'delete' || change.entries.length === 0) {
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
      const body = raw === undefined ? this.#fresh(change.entries) : this.#changed(raw, change.entries);
      const after = await this.#arm.put(subject, signal, body, (options) =>
        this.#arm.network.ipGroups.createOrUpdate(this.#config.resourceGroup, change.key, {}, options),
      );
      requireSucceeded(subject, after);
    });
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

function failed(unit: LiveUnit): Problem {
  return {
    code: 'ip-group-failed',
    text: `IP group ${unit.key} is in state Failed: its firewalls may not hold what it lists.`,
    next: 'Look at the group and at every firewall and policy that uses it in the portal, and repair what is Failed; the next run goes on by itself.',
  };
}
