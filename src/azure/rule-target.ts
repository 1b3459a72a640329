import type { Live, LiveUnit, Problem, UnitChange } from '../core/plan/live.ts';
import type { Inspected, Target, TargetContext } from '../ports/target.ts';
import type { ArmClient } from './arm-client.ts';
import { ArmError } from './arm-error.ts';
import { inspectFirewall } from './inspect-firewall.ts';
import type { JsonObject } from './json.ts';
import { changedRule, freshRule, nameOfRule, problemsOfRule, unitOfRule } from './network-rule.ts';
import { retrying } from './retry.ts';
import { missingPlace, type RuleBook, type RuleCollection, sameName } from './rule-book.ts';
import { type RuleTargetConfig, ruleLayout } from './rule-layout.ts';
import { stateOf } from './settled.ts';
import { mustWrite } from './unit-change.ts';

/** A target whose list stands in a network rule itself, as its destinationAddresses. */
export class RuleTarget implements Target {
  readonly #config: RuleTargetConfig;
  readonly #mark: string;
  readonly #log: TargetContext['log'];
  readonly #arm: ArmClient;
  readonly #book: RuleBook;

  constructor(config: RuleTargetConfig, context: TargetContext, arm: ArmClient, book: RuleBook) {
    this.#config = config;
    this.#mark = context.mark;
    this.#log = context.log;
    this.#arm = arm;
    this.#book = book;
  }

  get writes(): number {
    return this.#arm.writes;
  }

  /** One request: the answer carries all rules. */
  async read(signal: AbortSignal): Promise<Live> {
    const raw = await this.#book.read(signal);
    if (raw === undefined) throw missingPlace(this.#book.subject);
    const collection = this.#collection(raw);
    const units: LiveUnit[] = [];
    const problems: Problem[] = [];
    for (const family of ruleLayout(this.#config).families) {
      const key = nameOfRule(this.#config, family);
      const rule = collection.rules.find((one) => sameName(one, key));
      if (rule === undefined) continue;
      units.push(unitOfRule(this.#subject(key), key, family, rule, raw));
      problems.push(...problemsOfRule(this.#book, this.#config, family, collection, rule));
    }
    if (stateOf(this.#book.subject, raw) === 'Failed') {
      problems.push({
        code: 'rules-failed',
        text: `The ${this.#book.subject}, which holds rule ${this.#config.rule}, is in state Failed.`,
        next: 'Look at it and at its firewalls in the portal and repair what is Failed, for instance by saving it again; the next run goes on by itself.',
      });
    }
    return { units, problems, behind: [this.#book.owner] };
  }

  inspect(id: string, signal: AbortSignal): Promise<Inspected> {
    return inspectFirewall(this.#arm, this.#log, id, signal);
  }

  async write(change: UnitChange, signal: AbortSignal): Promise<void> {
    const subject = this.#subject(change.key);
    if (change.action !== 'delete' && change.entries.length === 0) {
      throw new ArmError(
        'invalid',
        `${subject}: expected entries to write, got none. An empty rule is deleted instead.`,
      );
    }
    // Each try reads first: a lost answer may hide a write that took effect, and there is no conditional PUT.
    await retrying(this.#arm.pace, signal, async () => {
      const raw = await this.#book.read(signal);
      const collection = raw === undefined ? undefined : this.#collection(raw);
      const rules = collection?.rules ?? [];
      const rule = rules.find((one) => sameName(one, change.key));
      const now =
        raw === undefined || rule === undefined ? undefined : unitOfRule(subject, change.key, change.family, rule, raw);
      if (!mustWrite(subject, change, now, this.#mark)) return;
      if (raw === undefined) throw missingPlace(this.#book.subject);
      const after = this.#after(change, rules, rule);
      await this.#book.write(subject, this.#book.withRules(raw, this.#config.collection, after), signal);
    });
  }

  #after(change: UnitChange, rules: readonly JsonObject[], rule: JsonObject | undefined): readonly JsonObject[] {
    if (change.action === 'delete') return rules.filter((one) => one !== rule);
    const before = rule ?? freshRule(this.#book, this.#config, change.family, this.#mark);
    const after = changedRule(before, { destinationAddresses: change.entries }, this.#mark);
    return rule === undefined ? [...rules, after] : rules.map((one) => (one === rule ? after : one));
  }

  #collection(raw: JsonObject): RuleCollection {
    const { collection: name } = this.#config;
    const found = this.#book.collection(raw, name);
    if (found === undefined) throw missingPlace(this.#book.subject, name);
    return found;
  }

  #subject(key: string): string {
    return `rule ${key} of the ${this.#book.subject}`;
  }
}
