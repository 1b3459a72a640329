import type { Family } from '../address/family.ts';
import type { PrefixSet } from '../address/prefix-set.ts';

/** What a target holds now, as read. A target that cannot be read has no Live: reading throws. */
export interface Live {
  /** Existing units, in a fixed order (by number, then name). */
  readonly units: readonly LiveUnit[];
  /** Conditions found while reading that forbid or question a write: a Failed firewall, a lock, a list with no effect. */
  readonly problems: readonly Problem[];
  /**
   * ARM ids of the firewalls and policies that a write reaches, for `Target.inspect`; absent if there are none. A firewall
   * that is itself what is written has an id below it here: what its state means is another thing then.
   */
  readonly behind?: readonly string[];
  /** Entries outside the units that count against `Layout.together`; absent if there are none. */
  readonly taken?: number;
  /**
   * Units that do not exist and that Azure would refuse as the config has them; absent if there are none. What would go into
   * them is refused, and the rest of the target goes on.
   */
  readonly uncreatable?: readonly UncreatableUnit[];
}

export interface UncreatableUnit {
  readonly key: string;
  readonly family: Family;
  readonly problem: Problem;
}

/** One resource, or part of one, that holds entries of one family: an IP group, an NSG rule. */
export interface LiveUnit {
  /** Name of the unit within its target, such as the IP group's or the rule's name. */
  readonly key: string;
  readonly family: Family;
  /** Raw entries as read: addresses, CIDR prefixes, or ranges `a-b`. */
  readonly entries: readonly string[];
  /** What a conditional write is tied to; absent if the resource has none. */
  readonly version?: string;
  /** The ownership mark found on it, `instance/target`; absent if it carries none. */
  readonly mark?: string;
  /**
   * ARM's provisioningState of what a write of this unit rewrites: the IP group and what holds the rule of ours that names
   * it, the rule collection group, the firewall, the rule of a network security group. `Failed` includes Canceled.
   * `Failed` is no problem by itself: the same write mends it, unless a problem says that something behind it is wrong.
   */
  readonly state: string;
  /** Only while `state` is Failed: the one command with which a person saves the resource again unchanged. */
  readonly repair?: string;
  /** Why the unit is not in use as it should be although its entries may be right: no rule names it. For people. */
  readonly unused?: string;
  /** True if it must not be deleted, even when no entry of ours is left: it is not ours, or others use it. */
  readonly mustStay?: boolean;
}

export interface Problem {
  /** Stable name, `firewall-failed`. */
  readonly code: string;
  readonly text: string;
  readonly next: string;
}

/** How a kind of target lays entries out in units. Pure data and functions: packing happens in the core. */
export interface Layout {
  readonly families: readonly Family[];
  readonly entriesPerUnit: number;
  readonly maxUnits: number;
  /** Most entries of all units and of what others hold beside them, in one sum; absent where there is no such limit. */
  readonly together?: number;
  /** Where the config sets how many entries there may be; absent where only Azure knows. */
  readonly limit?: {
    /** What the config says; absent: it leaves it at what Azure documents. */
    readonly set?: number;
    /** What Azure's own answer said, where that is less. */
    readonly learned?: LearnedLimit;
  };
  /** Key of unit number `index` (from 0) for a family. */
  unitKey(family: Family, index: number): string;
  /**
   * The texts that one prefix takes in a unit, each an entry of its own, where that is not the prefix itself: an API that
   * takes neither /31 nor /32 has a /31 as two addresses. They are what is packed, counted, written and read back.
   */
  render?(prefix: string): readonly string[];
  /** Azure refuses prefixes that overlap within one unit; absent where it takes them. */
  readonly noOverlaps?: true;
  /** The settings that say the limits above, for messages; absent where a limit cannot be set. */
  readonly settings?: { readonly perUnit?: string; readonly units?: string; readonly together?: string };
  /** What becomes of a unit that would end up without entries: a list is never left empty. */
  readonly whenEmpty: 'delete' | 'refill';
}

/** The entries that some addresses take in the units of a layout, spelt as they are there. */
export function renderedBy({ render }: Pick<Layout, 'render'>, set: PrefixSet): readonly string[] {
  const prefixes = set.toPrefixes();
  return render === undefined ? prefixes : prefixes.flatMap((prefix) => render(prefix));
}

/** How many entries Azure takes in a target, by the answer with which it refused more. */
export interface LearnedLimit {
  readonly most: number;
  /** When it said so, ISO 8601. */
  readonly at: string;
  /** What the config set then: with another number, or one where there was none, it says otherwise. */
  readonly set?: number;
}

/** `Layout.limit` of settings that may be left out: the smallest counts. */
export function limitBy(...settings: readonly (number | undefined)[]): NonNullable<Layout['limit']> {
  const set = settings.filter((setting) => setting !== undefined);
  return set.length === 0 ? {} : { set: Math.min(...set) };
}

/** What Azure said that it takes, until it has taken more, whoever wrote that. */
export function stillLearned(learned: LearnedLimit | undefined, { units, taken = 0 }: Live): LearnedLimit | undefined {
  return units.some(({ entries }) => entries.length + taken > (learned?.most ?? 0)) ? undefined : learned;
}

/** A layout within what Azure said that it takes, unless the config or what is there says otherwise since. */
export function withinLearned(layout: Layout, said: LearnedLimit | undefined, live: Live): Layout {
  const { entriesPerUnit, together, limit } = layout;
  const learned = stillLearned(said, live);
  if (limit === undefined || learned === undefined || learned.set !== limit.set) return layout;
  if (learned.most >= Math.min(entriesPerUnit, together ?? entriesPerUnit)) return layout;
  return {
    ...layout,
    entriesPerUnit: Math.min(entriesPerUnit, learned.most),
    ...(together === undefined ? {} : { together: Math.min(together, learned.most) }),
    limit: { ...limit, learned },
  };
}

/** How many entries a target holds at most, within what Azure said that it takes. */
export function roomOf(
  { entriesPerUnit, maxUnits }: Pick<Layout, 'entriesPerUnit' | 'maxUnits'>,
  said?: LearnedLimit,
): number {
  return Math.min(entriesPerUnit, said?.most ?? entriesPerUnit) * maxUnits;
}

/** The write that brings one unit to its planned state. */
export interface UnitChange {
  readonly key: string;
  readonly family: Family;
  readonly action: 'create' | 'replace' | 'delete';
  /** All entries the unit holds afterwards, foreign ones included, in their final order. Empty only for `delete`. */
  readonly entries: readonly string[];
  /** The mark that ours replaces, where the plan decided so: that of a target's former id. */
  readonly takesOver?: string;
  /** Version the plan was made on. */
  readonly version?: string;
}
