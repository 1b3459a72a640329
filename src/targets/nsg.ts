import type { ArmClient } from '../azure/arm/arm-client.ts';
import { ArmError, unreadable } from '../azure/arm/arm-error.ts';
import { retrying } from '../azure/arm/pace.ts';
import { counterpartsMissing, isAddress } from '../azure/firewall/rule-parts.ts';
import { mustWrite, requireSucceeded, requireTerminalState, saveAgain, stateOf } from '../azure/unit-state.ts';
import { families } from '../core/address/family.ts';
import { isObject, type JsonObject, objectAt, textAt } from '../core/json.ts';
import { type Layout, type Live, type LiveUnit, limitBy, type Problem, type UnitChange } from '../core/plan/live.ts';
import type { Target, TargetContext, TargetDefinition } from '../ports/target.ts';
import { ADDRESSES_PER_DIRECTION, addressesPerDirection, type NsgConfig, RULES_PER_NSG, schema } from './nsg-config.ts';
import { prioritiesTaken, priorityProblem, uncreatableRules } from './nsg-priority.ts';
import {
  changedRule,
  entriesOf,
  freshRule,
  idOfNsg,
  idOfRule,
  isRule,
  MAX_MARK,
  problemsOf,
  ruleName,
  sideOf,
  unitOf,
} from './nsg-rule.ts';

/** Source: networking limits, learn.microsoft.com, in documents before 2025. */
const OLDER_ADDRESSES_PER_DIRECTION = 4_000;

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
      setting: 'maxAddressesPerDirection',
    },
    {
      name: 'rules a network security group',
      value: RULES_PER_NSG,
      source: 'Azure networking limits',
      setting: 'maxRules',
    },
  ],
  cautions: [
    'Only the rule itself is written, and only if it is as it was read (`If-Match`): a change of others in between is met, and planned on.',
  ],
  place: (config) => `${config.subscriptionId}/${config.resourceGroup}/networkSecurityGroups/${config.nsg}`,
  resource: idOfNsg,
  // Two writes to one group cancel each other, whatever rules they are about.
  lane: (config) => `nsg:${config.subscriptionId}:${config.resourceGroup}:${config.nsg}`.toLowerCase(),
  layout: (config): Layout => ({
    families,
    entriesPerUnit: config.maxAddresses ?? ADDRESSES_PER_DIRECTION,
    maxUnits: 1,
    together: addressesPerDirection(config),
    settings: { perUnit: 'maxAddresses', together: 'maxAddressesPerDirection' },
    limit: limitBy(config.maxAddresses, config.maxAddressesPerDirection),
    unitKey: (family) => ruleName(config, family),
    whenEmpty: 'delete',
    // Azure refuses them in one rule: OverlappingSubnetsNotPermittedInSecurityRule.
    noOverlaps: true,
  }),
  uncreatable: ({ otherSide }, wanted) => counterpartsMissing(['otherSide'], otherSide, wanted),
  takes: prioritiesTaken,
  async open(config, context) {
    if (context.mark.length > MAX_MARK) {
      throw new RangeError(
        `expected an ownership mark of at most ${MAX_MARK} characters (a rule's description holds 140), got "${context.mark}": shorten the instance or the target id`,
      );
    }
    const { ArmClient } = await import('../azure/arm/arm-client.ts');
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
    const { group, rules } = await retrying(this.#arm.pace, signal, async () => {
      const read = await this.#readGroup(signal);
      requireTerminalState(this.#group, read.group);
      for (const rule of this.#ours(read.rules)) requireTerminalState(this.#subject(rule.key), rule.raw);
      return read;
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
    const uncreatable = uncreatableRules(this.#config, rules);
    return {
      units,
      problems,
      ...(taken === 0 ? {} : { taken }),
      ...(uncreatable.length === 0 ? {} : { uncreatable }),
    };
  }

  async write(change: UnitChange, signal: AbortSignal): Promise<void> {
    const subject = this.#subject(change.key);
    const id = idOfRule(this.#config, change.key);
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
      if (change.action === 'delete') return await this.#arm.delete(subject, signal, id, etag);
      const body =
        raw === undefined
          ? freshRule(this.#config, change.family, change.entries, this.#context.mark)
          : changedRule(this.#config, raw, change.entries, this.#context.mark);
      const put = this.#arm.putUnread(subject, signal, id, body, etag);
      const after = await put.catch((error) => this.#explained(error, change, signal));
      if (after !== undefined) requireSucceeded(subject, after);
    });
  }

  /** Throws an error of a write again; that of a priority taken since the plan was made, with the words of a plan made now. */
  async #explained(error: unknown, { key, family }: UnitChange, signal: AbortSignal): Promise<never> {
    if (!(error instanceof ArmError) || error.code !== 'SecurityRuleConflict') throw error;
    const { rules } = await this.#readGroup(signal);
    const problem = priorityProblem(this.#config, family, rules);
    if (problem === undefined) throw error;
    const { code, status } = error;
    const text = `${this.#subject(key)}: ${problem.text}. Nothing was written; ${problem.next}.`;
    throw new ArmError('invalid', text, { code, ...(status === undefined ? {} : { status }), cause: error });
  }

  async #readGroup(
    signal: AbortSignal,
  ): Promise<{ readonly group: JsonObject; readonly rules: readonly JsonObject[] }> {
    const group = await this.#arm.get(this.#group, signal, idOfNsg(this.#config));
    if (group === undefined) throw this.#missing();
    const rules = objectAt(group, 'properties').securityRules;
    if (Array.isArray(rules) && rules.every(isObject)) return { group, rules };
    throw unreadable(this.#group, 'Azure answered a network security group without its list securityRules');
  }

  #settledRule(key: string, signal: AbortSignal): Promise<JsonObject | undefined> {
    const subject = this.#subject(key);
    return retrying(this.#arm.pace, signal, async () => {
      const raw = await this.#arm.get(subject, signal, idOfRule(this.#config, key));
      if (raw !== undefined) requireTerminalState(subject, raw);
      return raw;
    });
  }

  /** Our rules among all of the group, in the order of families. */
  #ours(rules: readonly JsonObject[]) {
    return families.flatMap((family) => {
      const key = ruleName(this.#config, family);
      const raw = rules.find((rule) => isRule(rule, key));
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
    if (rules.length >= this.#config.maxRules * 0.9) {
      this.#context.log('a network security group comes near its limit of rules', {
        nsg: this.#config.nsg,
        rules: rules.length,
        limit: this.#config.maxRules,
      });
    }
    const limit = addressesPerDirection(this.#config);
    if (addresses <= Math.min(OLDER_ADDRESSES_PER_DIRECTION, limit * 0.9)) return;
    this.#context.log('a network security group comes near its limit of addresses', {
      nsg: this.#config.nsg,
      direction,
      addresses,
      limit,
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
