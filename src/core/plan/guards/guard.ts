import type { Reason } from '../../reason.ts';
import type { AttributedRange } from '../causes.ts';
import type { Entries } from '../entries.ts';
import type { Joined } from '../fit.ts';
import type { Layout, Live } from '../live.ts';
import type { TargetMemory } from '../memory.ts';
import type { Ownership } from '../ownership.ts';
import type { Mode } from '../plan-types.ts';

/** Everything a guard may look at. All of it is known before the first write of any target. */
export interface Guarded {
  readonly target: string;
  readonly mark: string;
  /** The mark under the id that the target had before; ours as well. */
  readonly formerMark: string | undefined;
  readonly mode: Mode;
  readonly adopt: boolean;
  /** Entries of others stay. */
  readonly keepsForeign: boolean;
  /** Others write this list too, and there are no marks in it. */
  readonly shared: boolean;
  readonly layout: Layout;
  readonly live: Live;
  readonly holding: Ownership;
  readonly memory: TargetMemory | undefined;
  /** What is ours on record; the same as `ownedOf(memory)`. */
  readonly owned: Entries;
  readonly desired: Entries;
  /** Whether the target holds host names, and no addresses. */
  readonly holdsNames: boolean;
  readonly list: string;
  /** Whether any publication was ever accepted. */
  readonly accepted: boolean;
  readonly unknownTags: readonly string[];
  /** Tags that follow from registries: their names are no mistake of the config. */
  readonly followedTags: readonly string[];
  /** Tags that the ledger has: those that lists select, or have selected. */
  readonly knownTags: Iterable<string>;
  /** What would go in, or be taken for ours, and what would go out. */
  readonly additions: readonly AttributedRange[];
  readonly removals: readonly AttributedRange[];
  /** Prefixes that exceed capacity, and how many entries there would be. */
  readonly unplaced: number;
  readonly entries: number;
  /** How prefixes could be joined so that the list fits, where that lets in more than is allowed; absent: joining does not help. */
  readonly offer?: readonly Joined[];
}

/** A reason to write nothing at all to this target; undefined if the guard has no objection. */
export type TargetGuard = (guarded: Guarded) => Reason | undefined;

/** A reason to keep one direction back until a person approves; undefined if the guard has no objection. */
export type PartGuard = (guarded: Guarded) => Reason | undefined;
