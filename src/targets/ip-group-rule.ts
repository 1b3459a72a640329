import * as z from 'zod';
import { changedRule, freshRule, markOfRule, networkRuleFields, textsAt } from '../azure/firewall/network-rule.ts';
import {
  missingPlace,
  type RuleCollection,
  type RuleCollections,
  sameName,
} from '../azure/firewall/rule-collection.ts';
import { collectionProblems } from '../azure/firewall/rule-parts.ts';
import { laneOfFirewall, networkNameField, resourceGroupField, subscriptionIdField } from '../azure/scope-schema.ts';
import { isLeftFailed, saveAgain } from '../azure/unit-state.ts';
import type { JsonObject } from '../core/json.ts';
import type { Problem } from '../core/plan/live.ts';

/** Where the rule that names the groups is. */
export const groupRuleSchema = z
  .strictObject({
    subscriptionId: subscriptionIdField.exactOptional().describe('Default: that of the groups.'),
    resourceGroup: resourceGroupField.exactOptional().describe('Default: that of the groups.'),
    policy: networkNameField('the name of a firewall policy', 80)
      .exactOptional()
      .describe('Name of the firewall policy. Either this or `firewall`.'),
    ruleCollectionGroup: networkNameField('the name of a rule collection group', 80)
      .exactOptional()
      .describe('Name of the rule collection group in the policy.'),
    firewall: networkNameField('the name of a firewall', 56)
      .exactOptional()
      .describe('Name of the classic firewall, one without a policy.'),
    ...networkRuleFields,
  })
  .refine(
    ({ policy, ruleCollectionGroup, firewall }) =>
      policy === undefined ? firewall !== undefined && !ruleCollectionGroup : !firewall && ruleCollectionGroup,
    'either `policy` with `ruleCollectionGroup`, or `firewall`',
  );

export type GroupRuleConfig = z.output<typeof groupRuleSchema>;

interface Place {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
}

/** The rule is where the groups are, unless its config says otherwise. */
export function placeOfRule(rule: GroupRuleConfig, groups: Place): Place {
  const { subscriptionId = groups.subscriptionId, resourceGroup = groups.resourceGroup } = rule;
  return { subscriptionId, resourceGroup };
}

export function laneOfRule(rule: GroupRuleConfig, groups: Place): string {
  return laneOfFirewall({ ...rule, ...placeOfRule(rule, groups) });
}

/** The rule as it is now, and what its surroundings say of our groups. */
export interface NamingRule {
  readonly whose: 'ours' | 'theirs' | 'missing';
  /** ARM ids of the groups it names, in lower case. */
  readonly names: ReadonlySet<string>;
  /** What forbids to write the rule. */
  readonly problems: readonly Problem[];
  /** The command that saves again what holds the rule; only while that is in state Failed, and the rule is ours to write. */
  readonly repair?: string;
  /** Whether another rule of the same policy or firewall names this group. */
  namedElsewhere(id: string): boolean;
}

/** The one network rule through which a firewall uses our groups. Created with the first group; only ours is edited. */
export class GroupRule {
  readonly subject: string;
  /** ARM id of the policy or firewall. */
  readonly owner: string;
  readonly #config: GroupRuleConfig;
  readonly #mark: string;
  readonly #book: RuleCollections;

  constructor(config: GroupRuleConfig, mark: string, book: RuleCollections) {
    this.#config = config;
    this.#mark = mark;
    this.#book = book;
    this.subject = `rule ${config.rule} of the ${book.subject}`;
    this.owner = book.owner;
  }

  /** Throws ArmError if what should hold the rule does not exist. */
  async read(signal: AbortSignal): Promise<NamingRule> {
    const all = await this.#book.readAll(signal);
    const { raw, action, rules, rule } = this.#ruleIn(all.raw);
    const rest = this.#book.withRules(
      raw,
      this.#config.collection,
      rules.filter((one) => one !== rule),
    );
    const elsewhere = JSON.stringify([rest, ...all.others].map((one) => this.#book.contents(one))).toLowerCase();
    const whose = rule === undefined ? 'missing' : markOfRule(rule) === this.#mark ? 'ours' : 'theirs';
    const mended = whose !== 'theirs' && isLeftFailed(this.#book.subject, raw);
    return {
      whose,
      ...(mended ? { repair: saveAgain(this.#book.id) } : {}),
      names: new Set((rule === undefined ? [] : this.#groupsIn(rule)).map((id) => id.toLowerCase())),
      problems: collectionProblems(this.#book.subject, this.#config.collection, action),
      namedElsewhere: (id) => elsewhere.includes(`"${id.toLowerCase()}"`),
    };
  }

  /**
   * Sees to it that our rule names these groups, and that what holds it is not left Failed. A rule of others is
   * left as it is. False if it has to wait: Azure refuses a rule as long as one of the groups that it names is Failed.
   * `failed` gives the ids of those, in lower case.
   */
  async reference(
    ids: readonly string[],
    failed: () => Promise<ReadonlySet<string>>,
    signal: AbortSignal,
  ): Promise<boolean> {
    const { raw, rules, rule } = await this.#find(signal);
    const before = rule ?? freshRule(this.#book, this.#config, 'ipv4', this.#mark);
    const named = this.#groupsIn(before);
    const lacking = ids.filter((id) => !named.some((one) => sameId(one, id)));
    if (markOfRule(before) !== this.#mark) return true;
    if (lacking.length === 0 && !isLeftFailed(this.#book.subject, raw)) return true;
    const others = named.filter((id) => !ids.some((one) => sameId(one, id))).map((id) => id.toLowerCase());
    const broken = others.length === 0 ? new Set() : await failed();
    if (others.some((id) => broken.has(id))) return false;
    const after = changedRule(before, { destinationIpGroups: [...named, ...lacking] }, this.#mark);
    const list = rule === undefined ? [...rules, after] : rules.map((one) => (one === rule ? after : one));
    await this.#write(raw, list, signal);
    return true;
  }

  /** Sees to it that our rule does not name a group. A rule that named no other is taken out with it. */
  async unreference(id: string, signal: AbortSignal): Promise<void> {
    const { raw, rules, rule } = await this.#find(signal);
    if (rule === undefined || markOfRule(rule) !== this.#mark) return;
    const named = this.#groupsIn(rule);
    const left = named.filter((one) => !sameId(one, id));
    if (left.length === named.length && !isLeftFailed(this.#book.subject, raw)) return;
    const after = left.length === 0 ? [] : [changedRule(rule, { destinationIpGroups: left }, this.#mark)];
    const list = rules.flatMap((one) => (one === rule ? after : [one]));
    await this.#write(raw, list, signal);
  }

  async #find(signal: AbortSignal) {
    return this.#ruleIn(await this.#book.readToWrite(signal));
  }

  #ruleIn(raw: JsonObject | undefined) {
    if (raw === undefined) throw missingPlace(this.#book.subject);
    const collection: RuleCollection | undefined = this.#book.collection(raw, this.#config.collection);
    if (collection === undefined) throw missingPlace(this.#book.subject, this.#config.collection);
    const { action, rules } = collection;
    return { raw, action, rules, rule: rules.find((one) => sameName(one, this.#config.rule)) };
  }

  #groupsIn(rule: JsonObject): readonly string[] {
    return textsAt(this.subject, rule, 'destinationIpGroups');
  }

  #write(raw: JsonObject, rules: readonly JsonObject[], signal: AbortSignal): Promise<void> {
    return this.#book.write(this.subject, this.#book.withRules(raw, this.#config.collection, rules), signal);
  }
}

function sameId(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
