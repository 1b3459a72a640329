import type { Family } from '../../core/address/family.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Live, LiveUnit, Problem, UnitChange } from '../../core/plan/live.ts';
import type { Inspected, Target, TargetContext } from '../../ports/target.ts';
import type { ArmClient } from '../arm/arm-client.ts';
import { ArmError } from '../arm/arm-error.ts';
import { retrying } from '../arm/pace.ts';
import { mustWrite, unitState } from '../unit-state.ts';
import { inspectFirewall } from './inspect-firewall.ts';
import { changedRule } from './network-rule.ts';
import { missingPlace, type RuleCollection, type RuleCollections, sameName } from './rule-collection.ts';
import { collectionProblems } from './rule-parts.ts';

/**
 * Ends the name, in `Live.behind`, of a firewall that holds the rules itself. What is found behind targets counts for all
 * that name it alike, and this one is another matter: left Failed, it is mended by a write of its rules, but forbids
 * those of IP groups and policies that it uses.
 */
const ITSELF = '/networkRuleCollections';

/** The rules of one target, and what each holds: addresses of a family, or host names. */
export interface RuleContent {
  /** Name of the collection that the rules are in. */
  readonly collection: string;
  /** Field of a rule that lists the entries. */
  readonly field: 'destinationAddresses' | 'targetFqdns';
  /** Families that have a rule of their own; names are under one of them. */
  readonly families: readonly Family[];
  nameOf(family: Family): string;
  /** A raw rule as a unit; its state is that of what holds it. Throws ArmError `unreadable`. */
  unit(subject: string, family: Family, rule: JsonObject): Omit<LiveUnit, 'state' | 'repair'>;
  /** What about a rule forbids to treat it as the list. */
  problems(subject: string, family: Family, rule: JsonObject): readonly Problem[];
  /** A rule as it is created; its entries come on top. */
  fresh(family: Family, mark: string): JsonObject;
}

/** A target whose list is in rules themselves, in a resource that can only be written whole. */
export class RuleTarget implements Target {
  readonly #content: RuleContent;
  readonly #mark: string;
  readonly #log: TargetContext['log'];
  readonly #arm: ArmClient;
  readonly #book: RuleCollections;

  constructor(content: RuleContent, context: TargetContext, arm: ArmClient, book: RuleCollections) {
    this.#content = content;
    this.#mark = context.mark;
    this.#log = context.log;
    this.#arm = arm;
    this.#book = book;
  }

  get writes(): number {
    return this.#arm.writes;
  }

  resume(since: Date, signal: AbortSignal): Promise<void> {
    return this.#arm.resume(since, signal);
  }

  /** One request: the answer carries all rules. */
  async read(signal: AbortSignal): Promise<Live> {
    const raw = await this.#book.read(signal);
    if (raw === undefined) throw missingPlace(this.#book.subject);
    const collection = this.#collection(raw);
    const units: LiveUnit[] = [];
    const problems: Problem[] = [];
    for (const family of this.#content.families) {
      const name = this.#content.nameOf(family);
      const rule = collection.rules.find((one) => sameName(one, name));
      if (rule === undefined) continue;
      units.push(this.#unit(this.#subject(name), family, rule, raw));
      problems.push(...this.#content.problems(this.#subject(name), family, rule));
    }
    problems.push(...collectionProblems(this.#book.subject, this.#content.collection, collection.action));
    const { id, owner } = this.#book;
    return { units, problems, behind: [id === owner ? `${owner}${ITSELF}` : owner] };
  }

  inspect(id: string, signal: AbortSignal): Promise<Inspected> {
    const itself = id.endsWith(ITSELF);
    return inspectFirewall(this.#arm, this.#log, itself ? id.slice(0, -ITSELF.length) : id, signal, itself);
  }

  async write(change: UnitChange, signal: AbortSignal): Promise<void> {
    const subject = this.#subject(change.key);
    if (change.action !== 'delete' && change.entries.length === 0) {
      throw new ArmError('invalid', `${subject}: expected entries to write, got none. No rule is left empty.`);
    }
    // Each try reads first: a lost answer may hide a write that took effect, and there is no conditional PUT.
    await retrying(this.#arm.pace, signal, async () => {
      const raw = await this.#book.readToWrite(signal);
      const rules = raw === undefined ? [] : this.#collection(raw).rules;
      const rule = rules.find((one) => sameName(one, change.key));
      const now = raw === undefined || rule === undefined ? undefined : this.#unit(subject, change.family, rule, raw);
      if (!mustWrite(subject, change, now, this.#mark)) return;
      if (raw === undefined) throw missingPlace(this.#book.subject);
      const after = this.#after(change, rules, rule);
      await this.#book.write(subject, this.#book.withRules(raw, this.#content.collection, after), signal);
    });
  }

  #after(change: UnitChange, rules: readonly JsonObject[], rule: JsonObject | undefined): readonly JsonObject[] {
    if (change.action === 'delete') return rules.filter((one) => one !== rule);
    const before = rule ?? this.#content.fresh(change.family, this.#mark);
    const after = changedRule(before, { [this.#content.field]: change.entries }, this.#mark);
    return rule === undefined ? [...rules, after] : rules.map((one) => (one === rule ? after : one));
  }

  #collection(raw: JsonObject): RuleCollection {
    const { collection: name } = this.#content;
    const found = this.#book.collection(raw, name);
    if (found === undefined) throw missingPlace(this.#book.subject, name);
    return found;
  }

  /** A write rewrites the whole resource, so each rule is in its state. */
  #unit(subject: string, family: Family, rule: JsonObject, whole: JsonObject): LiveUnit {
    return { ...this.#content.unit(subject, family, rule), ...unitState(subject, this.#book.id, whole) };
  }

  #subject(name: string): string {
    return `rule ${name} of the ${this.#book.subject}`;
  }
}
