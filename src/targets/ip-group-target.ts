import type { ArmClient } from '../azure/arm/arm-client.ts';
import { ArmError, unreadable } from '../azure/arm/arm-error.ts';
import { retrying } from '../azure/arm/pace.ts';
import { resourceId } from '../azure/arm/resource-id.ts';
import { idsAt, inspectFirewall } from '../azure/firewall/inspect-firewall.ts';
import { mustWrite, requireSucceeded, requireTerminalState, unitState, unitVersion } from '../azure/unit-state.ts';
import { type JsonObject, objectAt, textAt, without } from '../core/json.ts';
import type { Live, LiveUnit, UnitChange } from '../core/plan/live.ts';
import type { Inspected, Target, TargetContext } from '../ports/target.ts';
import type { GroupRule, NamingRule } from './ip-group-rule.ts';
import type { IpGroupConfig } from './ip-group-schema.ts';

/** Tag on every group that is ours. */
const OWNER_TAG = 'service-tag-sync';

/** A target whose list is in numbered IP groups, and in the rule that names them if that is ours to keep. */
export class IpGroupTarget implements Target {
  readonly #config: IpGroupConfig;
  readonly #mark: TargetContext['mark'];
  readonly #log: TargetContext['log'];
  readonly #arm: ArmClient;
  readonly #rule: GroupRule | undefined;
  readonly #clients: ReadonlySet<ArmClient>;
  /** Ids of groups that wait to be named until the other ones are no longer Failed. */
  readonly #unnamed = new Set<string>();

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

  resume(since: Date, signal: AbortSignal): Promise<void> {
    return this.#arm.resume(since, signal);
  }

  inspect(id: string, signal: AbortSignal): Promise<Inspected> {
    return inspectFirewall(this.#arm, this.#log, id, signal);
  }

  /**
   * One request for all groups, however many: the list of the resource group carries their entries. A second one for the
   * rule that names them, if it is ours to keep, and for the other rules of its policy.
   */
  async read(signal: AbortSignal): Promise<Live> {
    const ours = await this.#numbered(signal);
    const rule = await this.#rule?.read(signal);
    const usersOfAny = new Set(ours.flatMap(({ raw }) => usersOf(raw)));
    const units = ours.map(({ key, raw }): LiveUnit => {
      const unit = this.#unit(key, raw);
      const unused = this.#rule ? this.#notNamed(unit.key, rule) : notUsedLikeOthers(unit.key, raw, usersOfAny);
      const mustStay = unit.mark !== this.#mark || this.#isNamedByOthers(unit.key, raw, rule);
      return {
        ...unit,
        // A write of the unit rewrites both the group and what holds the rule.
        ...(unit.repair === undefined && rule?.repair ? { state: 'Failed', repair: rule.repair } : {}),
        ...(unused === undefined ? {} : { unused }),
        ...(mustStay ? { mustStay } : {}),
      };
    });
    const behind = [...new Set([...usersOfAny, ...(this.#rule ? [this.#rule.owner.toLowerCase()] : [])])];
    return {
      units,
      problems: rule?.problems ?? [],
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
      await this.#arm.turnToWrite(signal);
      const raw = await this.#settled(change.key, signal);
      const now = raw === undefined ? undefined : this.#unit(change.key, raw);
      if (!mustWrite(subject, change, now, this.#mark)) return;
      if (change.action === 'delete') {
        // A group in use cannot be deleted, so it leaves the rule first.
        await this.#rule?.unreference(this.#idOf(change.key), signal);
        return await this.#arm.delete(subject, signal, this.#idOf(change.key));
      }
      const body = raw === undefined ? this.#fresh(change.entries) : this.#changed(raw, change.entries);
      const after = await this.#arm.put(subject, signal, this.#idOf(change.key), body);
      requireSucceeded(subject, after);
    });
    // A group must exist before a rule can name it.
    if (change.action !== 'delete' && this.#rule !== undefined) {
      const rule = this.#rule;
      this.#unnamed.add(this.#idOf(change.key));
      const failed = async () => {
        const broken = (await this.#numbered(signal)).map(({ key, raw }) => this.#unit(key, raw));
        return new Set(
          broken.filter(({ state }) => state === 'Failed').map(({ key }) => this.#idOf(key).toLowerCase()),
        );
      };
      const done = await retrying(this.#arm.pace, signal, () => rule.reference([...this.#unnamed], failed, signal));
      if (done) this.#unnamed.clear();
    }
  }

  /** All groups of this target once no operation is under way on any, in the order of their numbers. */
  #numbered(signal: AbortSignal): Promise<readonly { readonly key: string; readonly raw: JsonObject }[]> {
    const { name, resourceGroup } = this.#config;
    const all = `IP groups ${name}-* (resource group ${resourceGroup})`;
    return retrying(this.#arm.pace, signal, async () => {
      const groups = await this.#arm.list(all, signal, resourceId(this.#config, 'Microsoft.Network/ipGroups'));
      const numbered = groups.flatMap((raw) => {
        const number = numberOf(name, textAt(raw, 'name') ?? '');
        return number === undefined ? [] : [{ number, key: `${name}-${number}`, raw }];
      });
      for (const { key, raw } of numbered) requireTerminalState(this.#subject(key), raw);
      return numbered.sort((a, b) => a.number - b.number);
    });
  }

  #notNamed(key: string, rule: NamingRule | undefined): string | undefined {
    if (rule?.names.has(this.#idOf(key).toLowerCase())) return undefined;
    const why =
      rule?.whose === 'ours'
        ? 'which was changed; the next run puts it right'
        : rule?.whose !== 'theirs'
          ? 'which does not exist yet'
          : 'which others wrote and is left as it is: name the group in it, or delete the rule to have it created anew';
    return `shard not referenced: ${key} is not named by ${this.#rule?.subject}, ${why}`;
  }

  #isNamedByOthers(key: string, raw: JsonObject, rule: NamingRule | undefined): boolean {
    const owner = this.#rule?.owner.toLowerCase();
    const id = this.#idOf(key);
    const foreignRule = rule?.whose === 'theirs' && rule.names.has(id.toLowerCase());
    return foreignRule || rule?.namedElsewhere(id) === true || usersOf(raw).some((user) => user !== owner);
  }

  #idOf(key: string): string {
    return resourceId(this.#config, `Microsoft.Network/ipGroups/${key}`);
  }

  #settled(key: string, signal: AbortSignal): Promise<JsonObject | undefined> {
    const subject = this.#subject(key);
    return retrying(this.#arm.pace, signal, async () => {
      const raw = await this.#arm.get(subject, signal, this.#idOf(key));
      if (raw !== undefined) requireTerminalState(subject, raw);
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
      ...unitState(subject, this.#idOf(key), raw),
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
