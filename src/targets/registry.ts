import * as z from 'zod';
import type { ArmClient } from '../azure/arm/arm-client.ts';
import { ArmError, unreadable } from '../azure/arm/arm-error.ts';
import { retrying } from '../azure/arm/pace.ts';
import { resourceId } from '../azure/arm/resource-id.ts';
import { resourceGroupField, subscriptionIdField } from '../azure/scope-schema.ts';
import { mustWrite, requireSucceeded, requireTerminalState, unitState, unitVersion } from '../azure/unit-state.ts';
import { isObject, type JsonObject, objectAt, textAt } from '../core/json.ts';
import { quantity } from '../core/judge/arithmetic.ts';
import { type Layout, type Live, type LiveUnit, limitBy, type UnitChange } from '../core/plan/live.ts';
import { IP_RULES_PER_REGISTRY } from '../core/registry.ts';
import type { Target, TargetDefinition } from '../ports/target.ts';
import { mootSettings, virtualNetworkProblems } from './registry-problems.ts';

const schema = z.strictObject({
  subscriptionId: subscriptionIdField,
  resourceGroup: resourceGroupField,
  registry: z
    .string()
    .regex(/^[A-Za-z0-9]{5,50}$/, 'the name of a container registry: 5 to 50 letters and digits')
    .describe('Name of the container registry. It must exist, be Premium and deny what no rule allows.'),
  maxRules: z
    .int()
    .min(1)
    .exactOptional()
    .describe(
      "IP rules the registry may hold, people's own among them. Default: 200, which Azure documents, or the number that it names when it refuses more.",
    ),
  virtualNetworkRules: z
    .enum(['check', 'none'])
    .default('check')
    .describe(
      'Whether the registry is asked for virtual network rules before each plan: a write could drop them, so nothing is written while it has some. "none" says that it has none and never will; it is not asked.',
    ),
});

type RegistryTargetConfig = z.output<typeof schema>;

export const registry: TargetDefinition<RegistryTargetConfig> = {
  kind: 'registry',
  summary:
    'IP rules of a network-restricted container registry. They are shared: what people and pipelines put there stays.',
  schema,
  direction: 'ingress',
  shared: true,
  families: ['ipv4'],
  rights: [
    'Microsoft.ContainerRegistry/registries/read',
    'Microsoft.ContainerRegistry/registries/write',
    'Microsoft.ContainerRegistry/locations/operationResults/read',
  ],
  reads: ['Microsoft.ContainerRegistry/registries/read'],
  limits: [
    {
      name: 'IP rules a registry',
      value: IP_RULES_PER_REGISTRY,
      source: 'Container Registry IP network rules',
      setting: 'maxRules',
    },
  ],
  cautions: [
    'Its rules are written as a whole list, without a condition: each write is made on a reading right before it and read once more some seconds after it. A change of others between that reading and the write is lost or undone unseen; what is seen to move around it is told.',
    'Its virtual network rules (service endpoints) are in no current API version: while it has some, nothing is written.',
  ],
  place: (config) => `${config.subscriptionId}/${config.resourceGroup}/registries`,
  resource: (config) => resourceId(config, `Microsoft.ContainerRegistry/registries/${config.registry}`),
  lane: (config) => `registry:${config.subscriptionId}:${config.resourceGroup}:${config.registry}`.toLowerCase(),
  layout: (config): Layout => ({
    families: ['ipv4'],
    entriesPerUnit: config.maxRules ?? IP_RULES_PER_REGISTRY,
    maxUnits: 1,
    settings: { perUnit: 'maxRules' },
    limit: limitBy(config.maxRules),
    unitKey: () => config.registry,
    whenEmpty: 'refill',
  }),
  async open(config, context) {
    const { ArmClient } = await import('../azure/arm/arm-client.ts');
    return new RegistryTarget(
      config,
      context.mark,
      await ArmClient.open({ ...context, subscriptionId: config.subscriptionId }),
    );
  },
};

class RegistryTarget implements Target {
  readonly #config: RegistryTargetConfig;
  readonly #mark: string;
  readonly #arm: ArmClient;
  readonly #subject: string;

  constructor(config: RegistryTargetConfig, mark: string, arm: ArmClient) {
    this.#config = config;
    this.#mark = mark;
    this.#arm = arm;
    this.#subject = `registry ${config.registry} (resource group ${config.resourceGroup})`;
  }

  get writes(): number {
    return this.#arm.writes;
  }

  resume(since: Date, signal: AbortSignal): Promise<void> {
    return this.#arm.resume(since, signal);
  }

  /** Two requests: the virtual network rules are in an answer of their own. */
  async read(signal: AbortSignal): Promise<Live> {
    const raw = await this.#settled(signal);
    const problems = [
      ...mootSettings(this.#subject, raw),
      ...(this.#config.virtualNetworkRules === 'none'
        ? []
        : await virtualNetworkProblems(this.#arm, { subject: this.#subject, id: this.#id, raw }, signal)),
    ];
    return { units: [this.#unit(raw)], problems };
  }

  async write(change: UnitChange, signal: AbortSignal): Promise<void> {
    if (change.action !== 'replace' || change.entries.length === 0) {
      throw new ArmError(
        'invalid',
        `${this.#subject}: expected rules to replace, got "${change.action}" with ${change.entries.length} entries. A registry is neither created nor left without rules.`,
      );
    }
    let before: readonly string[] | undefined;
    // Each try reads first: a lost answer may hide a write that took effect, and there is no conditional request.
    await retrying(this.#arm.pace, signal, async () => {
      await this.#arm.turnToWrite(signal);
      const raw = await this.#settled(signal);
      // A single rule has no room for a mark: its owner is in the record of the target.
      if (!mustWrite(this.#subject, change, { ...this.#unit(raw), mark: this.#mark }, this.#mark)) return;
      const [problem] = mootSettings(this.#subject, raw);
      if (problem) throw new ArmError('conflict', `${problem.text} ${problem.next}`);
      before = this.#unit(raw).entries;
      const after = await this.#arm.patch(this.#subject, signal, this.#id, this.#changed(raw, change));
      requireSucceeded(this.#subject, after);
    });
    if (before !== undefined) await this.#requireInForce(before, change.entries, signal);
  }

  /**
   * Reads once more, some seconds after a write. A client that had read the list before it writes back that older list,
   * whole: throws ArmError `conflict` where it undid something of ours. What it did to entries of others is seen by whoever
   * reads next.
   */
  async #requireInForce(before: readonly string[], sent: readonly string[], signal: AbortSignal): Promise<void> {
    await this.#arm.pace.sleep(this.#arm.pace.lookAgainMs, signal);
    const there = new Set(this.#unit(await this.#settled(signal)).entries);
    const lost = sent.filter((entry) => !before.includes(entry) && !there.has(entry));
    const back = before.filter((entry) => !sent.includes(entry) && there.has(entry));
    if (lost.length + back.length === 0) return;
    throw new ArmError(
      'conflict',
      `${this.#subject}: another writer put an older list in the place of ours within seconds (${quantity(lost.length, 'rule')} of ours gone, ${quantity(back.length, 'rule')} back): read it again and plan again.`,
    );
  }

  get #id(): string {
    return resourceId(this.#config, `Microsoft.ContainerRegistry/registries/${this.#config.registry}`);
  }

  #settled(signal: AbortSignal): Promise<JsonObject> {
    return retrying(this.#arm.pace, signal, async () => {
      const raw = await this.#arm.read(this.#subject, signal, this.#id);
      requireTerminalState(this.#subject, raw);
      return raw;
    });
  }

  #unit(raw: JsonObject): LiveUnit {
    const entries = rulesIn(this.#subject, raw).map(({ value }) => value);
    return {
      key: this.#config.registry,
      family: 'ipv4',
      entries,
      version: unitVersion(entries),
      ...unitState(this.#subject, this.#id, raw),
    };
  }

  /** The rule set as it was answered, with only its rules changed; a rule that stays keeps every field it has. */
  #changed(raw: JsonObject, change: UnitChange): JsonObject {
    const rules = new Map(rulesIn(this.#subject, raw).map((rule) => [rule.value, rule.raw]));
    const ipRules = change.entries.map((value) => rules.get(value) ?? { action: 'Allow', value });
    return { properties: { networkRuleSet: { ...objectAt(objectAt(raw, 'properties'), 'networkRuleSet'), ipRules } } };
  }
}

function rulesIn(subject: string, raw: JsonObject): { value: string; raw: JsonObject }[] {
  const ruleSet = objectAt(objectAt(raw, 'properties'), 'networkRuleSet');
  const rules = ruleSet.ipRules ?? [];
  if (!Array.isArray(rules)) throw unreadable(subject, 'Azure answered a rule set without a list of rules');
  return rules.map((rule: unknown) => {
    const value = textAt(rule, 'value');
    if (!isObject(rule) || value === undefined) {
      throw unreadable(subject, 'Azure answered an IP rule without its value');
    }
    return { value, raw: rule };
  });
}
