import { type Family, families } from '../core/address/family.ts';
import { type JsonObject, objectAt, textAt } from '../core/json.ts';
import { counted } from '../core/judge/arithmetic.ts';
import type { Problem, UncreatableUnit } from '../core/plan/live.ts';
import type { Taken } from '../ports/target.ts';
import { FIRST_PRIORITY, LAST_PRIORITY, type NsgConfig, priorityOf } from './nsg-config.ts';
import { idOfNsg, isRule, ruleName } from './nsg-rule.ts';

/**
 * The rules of ours that do not exist and that Azure would refuse: another rule of the same direction has their priority
 * (`SecurityRuleConflict`), or the group is full (`SecurityRuleCountLimitReached`). `rules`: all raw rules of the group,
 * whether they came with it or one by one.
 */
export function uncreatableRules(config: NsgConfig, rules: readonly JsonObject[]): readonly UncreatableUnit[] {
  let room = config.maxRules - rules.length;
  return families.flatMap((family): UncreatableUnit[] => {
    const key = ruleName(config, family);
    if (rules.some((rule) => isRule(rule, key))) return [];
    const problem =
      priorityProblem(config, family, rules) ?? (room-- > 0 ? undefined : fullProblem(config, key, rules));
    return problem === undefined ? [] : [{ key, family, problem }];
  });
}

function fullProblem({ nsg, maxRules }: NsgConfig, name: string, rules: readonly JsonObject[]): Problem {
  return {
    code: 'nsg-full',
    text: `Rule ${name} does not exist in ${nsg} yet and cannot be created: the group has ${counted(rules.length)} rules, and ${counted(maxRules)} fit`,
    next: 'delete rules that are not needed; where Azure allows more here, say so with `maxRules` of this target',
  };
}

/** Why the rule of a family cannot have its priority; undefined if it can. */
export function priorityProblem(config: NsgConfig, family: Family, rules: readonly JsonObject[]): Problem | undefined {
  const { direction, nsg } = config;
  const name = ruleName(config, family);
  const priority = priorityOf(config, family);
  const others = rules.filter((rule) => !isRule(rule, name) && isIn(direction, rule));
  const holder = others.find((rule) => priorityIn(rule) === priority);
  if (holder === undefined) return undefined;
  const taken = new Set(others.map(priorityIn));
  // The other rule of this target is to have its own.
  for (const other of families) if (other !== family) taken.add(priorityOf(config, other));
  const free = nextFree(priority, taken);
  const setting = family === 'ipv4' ? 'priority' : 'priorityIPv6';
  return {
    code: 'priority-taken',
    text: `Rule ${name} does not exist in ${nsg} yet and cannot be created: rule ${textAt(holder, 'name') ?? 'without a name'} has its priority ${priority} among the ${direction.toLowerCase()} rules`,
    next:
      free === undefined
        ? `delete a rule that is not needed: no priority from ${FIRST_PRIORITY} to ${LAST_PRIORITY} is free in this direction`
        : `set \`${setting}\` of this target to a free one (the next is ${free}), or give the other rule another priority`,
  };
}

/** The priorities that the rules of a config are to have, as what no other target of the group may have too. */
export function prioritiesTaken(config: NsgConfig, wanted: readonly Family[]): readonly Taken[] {
  const { direction, nsg } = config;
  return wanted.map((family) => {
    const priority = priorityOf(config, family);
    return {
      key: `${idOfNsg(config)}/${direction}/${priority}`,
      finding: {
        path: [settingOf(config, family)],
        expected: 'a priority that no other target uses',
        hint: 'one of the two rules cannot be created: give this target another priority',
      },
      got: [String(priority), `uses for its ${direction} rules in ${nsg} too`],
    };
  });
}

/** The setting that says the priority of a family; that of IPv6 may be left out. */
function settingOf({ priorityIPv6 }: NsgConfig, family: Family): string {
  return family === 'ipv6' && priorityIPv6 !== undefined ? 'priorityIPv6' : 'priority';
}

/** The next one behind, which keeps the order; else the last before. */
function nextFree(priority: number, taken: ReadonlySet<unknown>): number | undefined {
  const all = Array.from({ length: LAST_PRIORITY - FIRST_PRIORITY + 1 }, (_, at) => FIRST_PRIORITY + at);
  const free = all.filter((one) => !taken.has(one));
  return free.find((one) => one > priority) ?? free.at(-1);
}

function priorityIn(rule: JsonObject): unknown {
  return objectAt(rule, 'properties').priority;
}

function isIn(direction: NsgConfig['direction'], rule: JsonObject): boolean {
  return textAt(objectAt(rule, 'properties'), 'direction')?.toLowerCase() === direction.toLowerCase();
}
