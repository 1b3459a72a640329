import type { Live, LiveUnit, Problem, UnitChange } from '../core/plan/live.ts';
import type { Inspected, Target, TargetContext } from '../ports/target.ts';
import type { ArmClient } from './arm-client.ts';
import { ArmError } from './arm-error.ts';
import { withMark } from './description-mark.ts';
import { inspectFirewall } from './inspect-firewall.ts';
import { type JsonObject, textAt } from './json.ts';
import { markOfRule, textsAt } from './network-rule.ts';
import { retrying } from './retry.ts';
import { missingPlace, type RuleBook, sameName } from './rule-book.ts';
import { stateOf } from './settled.ts';
import { mustWrite } from './unit-change.ts';
import { unitVersion } from './unit-version.ts';

export interface NameRuleConfig {
  readonly collection: string;
  readonly rule: string;
  readonly sources: readonly string[];
}

/** A target whose host names stand in an application rule, as its targetFqdns. */
export class NameRuleTarget implements Target {
  readonly #config: NameRuleConfig;
  readonly #mark: string;
  readonly #log: TargetContext['log'];
  readonly #arm: ArmClient;
  readonly #book: RuleBook;

  constructor(config: NameRuleConfig, context: TargetContext, arm: ArmClient, book: RuleBook) {
    this.#config = config;
    this.#mark = context.mark;
    this.#log = context.log;
    this.#arm = arm;
    this.#book = book;
  }

  get writes(): number {
    return this.#arm.writes;
  }

  async read(signal: AbortSignal): Promise<Live> {
    const raw = await this.#book.read(signal);
    if (raw === undefined) throw missingPlace(this.#book.subject);
    const { action, rules } = this.#collection(raw);
    const rule = rules.find((one) => sameName(one, this.#config.rule));
    const problems: Problem[] = [];
    if (action !== 'Allow') {
      problems.push({
        code: 'rule-differs',
        text: `Collection ${this.#config.collection} of the ${this.#book.subject}: expected the action Allow, got ${action ?? 'none'}.`,
        next: 'Give the target another `collection` in the config.',
      });
    }
    const type = rule && textAt(rule, 'ruleType');
    if (rule && type !== 'ApplicationRule') {
      problems.push({
        code: 'rule-not-a-list',
        text: `${this.#subject}: expected an application rule, got ${type ?? 'none'}.`,
        next: 'Delete the rule, or give the target another `rule` in the config.',
      });
    }
    if (stateOf(this.#book.subject, raw) === 'Failed') {
      problems.push({
        code: 'rules-failed',
        text: `The ${this.#book.subject}, which holds rule ${this.#config.rule}, is in state Failed.`,
        next: 'Look at it and at its firewalls in the portal and repair what is Failed; the next run goes on by itself.',
      });
    }
    return { units: rule ? [this.#unit(rule, raw)] : [], problems, behind: [this.#book.owner] };
  }

  inspect(id: string, signal: AbortSignal): Promise<Inspected> {
    return inspectFirewall(this.#arm, this.#log, id, signal);
  }

  async write(change: UnitChange, signal: AbortSignal): Promise<void> {
    const subject = this.#subject;
    if (change.action === 'delete' || change.entries.length === 0) {
      throw new ArmError('invalid', `${subject}: expected host names to write, got none.`);
    }
    // Each try reads first: a lost answer may hide a write that took effect, and there is no conditional PUT.
    await retrying(this.#arm.pace, signal, async () => {
      const raw = await this.#book.read(signal);
      if (raw === undefined) throw missingPlace(this.#book.subject);
      const { rules } = this.#collection(raw);
      const rule = rules.find((one) => sameName(one, this.#config.rule));
      if (!mustWrite(subject, change, rule && this.#unit(rule, raw), this.#mark)) return;
      const before = rule ?? this.#fresh();
      const description = withMark(textAt(before, 'description') ?? '', this.#mark, Number.POSITIVE_INFINITY);
      const after = { ...before, targetFqdns: change.entries, description };
      const all = rule ? rules.map((one) => (one === rule ? after : one)) : [...rules, after];
      await this.#book.write(subject, this.#book.withRules(raw, this.#config.collection, all), signal);
    });
  }

  #unit(rule: JsonObject, raw: JsonObject): LiveUnit {
    const entries = textsAt(this.#subject, rule, 'targetFqdns');
    const mark = markOfRule(rule);
    return {
      key: this.#config.rule,
      family: 'ipv4',
      entries,
      version: unitVersion([entries, mark ?? null]),
      ...(mark === undefined ? {} : { mark }),
      state: stateOf(this.#book.subject, raw),
    };
  }

  #fresh(): JsonObject {
    return {
      ruleType: 'ApplicationRule',
      name: this.#config.rule,
      description: 'Host names of container registries',
      protocols: [{ protocolType: 'Https', port: 443 }],
      sourceAddresses: this.#config.sources,
    };
  }

  #collection(raw: JsonObject) {
    const found = this.#book.collection(raw, this.#config.collection);
    if (found === undefined) throw missingPlace(this.#book.subject, this.#config.collection);
    return found;
  }

  get #subject(): string {
    return `rule ${this.#config.rule} of the ${this.#book.subject}`;
  }
}
