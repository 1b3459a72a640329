import { byFamily, families } from '../../address/family.ts';
import { PrefixSet } from '../../address/prefix-set.ts';
import { reservedBlocksIn, reservedRanges, unusableRanges } from '../../address/reserved.ts';
import { prefixesOf } from '../../address/sets.ts';
import { answerGain, firstThree, type GainRule } from './gain.ts';

/**
 * Private and reserved space is never a public endpoint: a rule that allows it opens the internal network. A policy may let private
 * space in, for whoever adds it to the file; what no host is reached on waits in every case.
 */
export const reservedRange: GainRule = (gain, policy) => {
  const asked = policy.gainQuestionPrivateRange ? reservedRanges : unusableRanges;
  const ranges = byFamily((family) => prefixesOver(gain.gained[family], asked[family]));
  const texts = prefixesOf(ranges);
  if (texts.length === 0) return undefined;
  const blocks = families.flatMap((family) => reservedBlocksIn(ranges[family]));
  const purposes = blocks.slice(0, 3).map(({ prefix, purpose, source }) => `${prefix} (${purpose}, ${source})`);
  return {
    ranges,
    reason: {
      rule: 'reserved-range',
      text: `${firstThree(texts)} ${texts.length === 1 ? 'overlaps' : 'overlap'} private or reserved space: ${purposes.join(', ')}`,
      next: answerGain,
    },
  };
};

/** The minimal prefixes of `set` that share an address with `other`, whole. */
function prefixesOver(set: PrefixSet, other: PrefixSet): PrefixSet {
  if (!set.overlaps(other)) return PrefixSet.empty(set.family);
  return PrefixSet.from(
    set.family,
    set.toPrefixes().filter((prefix) => PrefixSet.from(set.family, [prefix]).overlaps(other)),
  );
}
