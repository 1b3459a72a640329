import type { Family } from '../../address/family.ts';
import { PrefixSet } from '../../address/prefix-set.ts';
import type { Sets } from '../../address/sets.ts';
import type { Reason } from '../../reason.ts';
import type { TagPolicy } from '../policy.ts';
import type { ReliableParents } from '../reliable-parents.ts';

/** One tag's gain in one publication, as the rules see it. */
export interface Gain {
  readonly tag: string;
  /** The effective list before; undefined at first contact, where the tag may have been like this for years. */
  readonly before: Sets | undefined;
  readonly gained: Sets;
  readonly parents: ReliableParents;
  /** The service's global tag in the same publication, whether or not it is relied on; absent for a global tag. */
  readonly global?: Sets;
  /** What the other regional tags of the service hold: in the same publication, and what they allowed before. */
  readonly otherRegions: readonly { readonly tag: string; readonly prefixes: Sets }[];
  /** The global tags of the other services, now and before; without AzureCloud, which contains them all. */
  readonly otherServices: readonly { readonly tag: string; readonly prefixes: Sets }[];
}

/** Why a part of a gain is suspicious, and which part. */
export interface Suspicion {
  readonly reason: Reason;
  readonly ranges: Sets;
}

/** A rule that finds the suspicious part of a gain; undefined if there is none. */
export type GainRule = (gain: Gain, policy: TagPolicy) => Suspicion | undefined;

export const answerGain =
  "compare with the file on Microsoft's download page, then answer allow to let it in or block to keep it out";

/** The first three of some texts, and how many more there are. */
export function firstThree(texts: readonly string[]): string {
  return `${texts.slice(0, 3).join(', ')}${texts.length > 3 ? ` and ${texts.length - 3} more` : ''}`;
}

/** Length of a prefix text's mask. */
export function lengthOf(prefix: string): number {
  return Number(prefix.slice(prefix.lastIndexOf('/') + 1));
}

/** The shortest mask in a set; undefined for an empty one. */
export function broadestIn(set: PrefixSet | undefined): number | undefined {
  const lengths = set?.toPrefixes().map(lengthOf) ?? [];
  return lengths.length === 0 ? undefined : lengths.reduce((a, b) => Math.min(a, b));
}

/** What of a gain all parents of the tag have as well; all of it where there is none to rely on, nothing where one is missing. */
export function confirmedOf({ gained, parents }: Gain, family: Family): PrefixSet {
  const own = parents[family];
  if (own === undefined) return gained[family];
  if (own.missing) return PrefixSet.empty(family);
  const { global, region, azure, doubted } = own;
  return [global, region, azure, doubted?.global, doubted?.region].reduce<PrefixSet>(
    (rest, set) => (set ? rest.intersect(set) : rest),
    gained[family],
  );
}
