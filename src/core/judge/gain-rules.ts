import { byFamily, families, familyNames } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import { reservedBlocksIn, reservedRanges } from '../address/reserved.ts';
import { prefixesOf, type Sets } from '../address/sets.ts';
import type { Reason } from '../reason.ts';
import { counted, percent } from './arithmetic.ts';
import type { TagPolicy } from './policy.ts';

/** One tag's gain in one publication, as the rules see it. */
interface Gain {
  readonly tag: string;
  /** The effective list before; undefined for a tag that was never seen: nothing to compare its size with. */
  readonly before: Sets | undefined;
  readonly gained: Sets;
  /** What the other regional tags of the service hold in the same publication; empty for a global tag. */
  readonly otherRegions: readonly { readonly tag: string; readonly prefixes: Sets }[];
}

/** Why a part of a gain is suspicious, and which part. */
interface Suspicion {
  readonly reason: Reason;
  readonly ranges: Sets;
}

/** A rule that finds the suspicious part of a gain; undefined if there is none. */
type GainRule = (gain: Gain, policy: TagPolicy) => Suspicion | undefined;

const answerGain =
  "compare with the file on Microsoft's download page, then answer keep to let it in or remove to keep it out; it ends by itself when the ranges are no longer published";

/** Private and reserved space is never a public endpoint: a rule that allows it opens the internal network. */
const reservedGain: GainRule = (gain) => {
  const ranges = byFamily((family) => prefixesOver(gain.gained[family], reservedRanges[family]));
  const texts = prefixesOf(ranges);
  if (texts.length === 0) return undefined;
  const more = texts.length > 3 ? ` and ${texts.length - 3} more` : '';
  const blocks = families.flatMap((family) => reservedBlocksIn(ranges[family]));
  const purposes = blocks.slice(0, 3).map(({ prefix, purpose, source }) => `${prefix} (${purpose}, ${source})`);
  return {
    ranges,
    reason: {
      rule: 'reserved-range',
      text: `${texts.slice(0, 3).join(', ')}${more} overlap private or reserved space: ${purposes.join(', ')}`,
      next: answerGain,
    },
  };
};

/**
 * A /48 is what one site gets (RFC 6177), and Azure goes from /64 to /48 in one step: up to there breadth says nothing.
 */
const ordinaryIPv6 = 48;

/** A prefix far broader than any the tag had: a typing error in a mask lets half a continent in. */
const broaderGain: GainRule = (gain, policy) => {
  const { before } = gain;
  if (before === undefined) return undefined;
  const found: string[] = [];
  const shortest: string[] = [];
  const ranges = byFamily((family) => {
    const own = before[family].toPrefixes().map(lengthOf);
    if (own.length === 0) return PrefixSet.empty(family);
    const relative = Math.min(...own) - policy.gainQuestionBroaderBits;
    const limit = family === 'ipv6' ? Math.min(relative, ordinaryIPv6 - 1) : relative;
    const broad = gain.gained[family].toPrefixes().filter((prefix) => lengthOf(prefix) <= limit);
    if (broad.length > 0) shortest.push(`/${Math.min(...own)} (${familyNames[family]})`);
    found.push(...broad);
    return PrefixSet.from(family, broad);
  });
  if (families.every((family) => ranges[family].isEmpty)) return undefined;
  return {
    ranges,
    reason: {
      rule: 'broad-prefix',
      text: `${found.slice(0, 3).join(', ')} is broader by ${policy.gainQuestionBroaderBits} bits or more than anything ${gain.tag} had; its broadest was ${shortest.join(' and ')}`,
      next: answerGain,
    },
  };
};

/** A tag that grows many times over at once. IPv6 is counted in prefixes: its address counts say nothing. */
const growthGain: GainRule = (gain, policy) => {
  const { before, gained } = gain;
  if (before === undefined) return undefined;
  const v4 = gained.ipv4.count;
  const had = before.ipv4.count;
  const limit = BigInt(Math.round(policy.gainQuestionGrowth * 1000));
  const tooMany4 = had > 0n && v4 > BigInt(policy.gainQuestionAddresses) && v4 * 1000n > had * limit;
  const v6 = BigInt(gained.ipv6.toPrefixes().length);
  const had6 = BigInt(before.ipv6.toPrefixes().length);
  const tooMany6 = had6 > 0n && v6 > BigInt(policy.gainQuestionIPv6Prefixes) && v6 * 1000n > had6 * limit;
  if (!tooMany4 && !tooMany6) return undefined;
  const sums = [
    ...(tooMany4 ? [`${counted(v4)} IPv4 addresses on top of ${counted(had)} (+${percent(v4, had)})`] : []),
    ...(tooMany6 ? [`${counted(v6)} IPv6 prefixes on top of ${counted(had6)} (+${percent(v6, had6)})`] : []),
  ];
  return {
    ranges: {
      ipv4: tooMany4 ? gained.ipv4 : PrefixSet.empty('ipv4'),
      ipv6: tooMany6 ? gained.ipv6 : PrefixSet.empty('ipv6'),
    },
    reason: {
      rule: 'sudden-growth',
      text: `${sums.join(' and ')}; the limit is +${percent(limit, 1000n)}`,
      next: answerGain,
    },
  };
};

/** Regions of one service have never overlapped: a tag that takes in another region's ranges is a mix-up. */
const otherRegionGain: GainRule = (gain) => {
  const names: string[] = [];
  const parts = byFamily((): PrefixSet[] => []);
  for (const other of gain.otherRegions) {
    let shared = false;
    for (const family of families) {
      const both = gain.gained[family].intersect(other.prefixes[family]);
      if (both.isEmpty) continue;
      parts[family].push(both);
      shared = true;
    }
    if (shared) names.push(other.tag);
  }
  if (names.length === 0) return undefined;
  const ranges = byFamily((family) => PrefixSet.unionOf(family, parts[family]));
  const count = prefixesOf(ranges).length;
  return {
    ranges,
    reason: {
      rule: 'other-region',
      text: `${counted(count)} of the new ranges ${count === 1 ? 'belongs' : 'belong'} to ${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''} as well; regions of one service do not share ranges`,
      next: answerGain,
    },
  };
};

export const gainRules: readonly GainRule[] = [reservedGain, broaderGain, growthGain, otherRegionGain];

/** The minimal prefixes of `set` that share an address with `other`, whole. */
function prefixesOver(set: PrefixSet, other: PrefixSet): PrefixSet {
  if (!set.overlaps(other)) return PrefixSet.empty(set.family);
  return PrefixSet.from(
    set.family,
    set.toPrefixes().filter((prefix) => PrefixSet.from(set.family, [prefix]).overlaps(other)),
  );
}

/** Length of a prefix text's mask. */
function lengthOf(prefix: string): number {
  return Number(prefix.slice(prefix.lastIndexOf('/') + 1));
}
