import type { Family } from '../../../src/core/address/family.ts';
import type { TargetDefinition } from '../../../src/ports/target.ts';
import type { World } from '../../support/world.ts';
import type { Fault, Place } from './place.ts';

/** What the suite must know of a kind of target, in one of the ways it can be set up. */
export interface TargetFixture {
  readonly definition: TargetDefinition;
  /** As a person writes it, without what all kinds have in common. */
  readonly config: object;
  /** Five entries that the kind can hold: addresses that do not touch, or names. */
  readonly entries: readonly [string, string, string, string, string];
  /** Settings with which two entries fit and three do not; absent where only Azure knows the limit. */
  readonly tight?: object;
  /** Faults that do not exist where it lives. */
  readonly without?: readonly Fault[];
  /** True where nobody but a target of this service can have put anything. */
  readonly alwaysMarked?: true;
  /** Where the target of this world lives. */
  place(world: World): Promise<Place>;
}

/** A kind that lives in Azure Resource Manager. */
export interface ArmFixture extends TargetFixture {
  /** What must be there before the target can be used, by id. */
  readonly surroundings: Readonly<Record<string, object>>;
  readonly family: Family;
  /** ARM id of a unit. */
  idOf(key: string): string;
  /** A unit as somebody else may have made it. */
  seed(entries: readonly string[], mark?: string): { readonly [field: string]: unknown; readonly properties: object };
  /** Merge patch that makes a unit with this mark hold these entries. */
  changeTo(entries: readonly string[], mark: string): { readonly properties: object };
  /** Entries of a raw unit. */
  entriesIn(raw: unknown): readonly string[];
  /**
   * How others empty it where Azure takes no such unit without an entry: the whole resource goes, or this merge patch
   * takes our rule out of it. Absent: its entries go.
   */
  readonly emptied?: 'resource' | { readonly properties: object };
  /** The command with which a person saves again what a write of the first unit rewrites. */
  readonly repair: string;
  /** What may be Failed behind its first unit, by id, and the problem that forbids a write then. */
  readonly broken: readonly { readonly seed: Readonly<Record<string, object>>; readonly code: string }[];
  /** Requests that one look takes; 1 if absent. */
  readonly requestsPerLook?: number;
  /** It reads once more some seconds after each write. */
  readonly looksAgain?: true;
  /** How it writes; PUT if absent. */
  readonly writeMethod?: 'PATCH';
  /** Part of a unit's path, to aim faults at. */
  readonly unitPath: string;
  /** Part of the path of every look, for a kind that looks elsewhere to read back. */
  readonly lookPath?: string;
}
