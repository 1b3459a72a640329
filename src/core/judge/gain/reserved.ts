import { byFamily, families } from '../../address/family.ts';
import { reservedBlocksIn, reservedRanges } from '../../address/reserved.ts';
import { prefixesOf } from '../../address/sets.ts';
import { answerGain, type GainRule } from './gain.ts';
import { prefixesOver } from './ranges.ts';

/** Private and reserved space is nobody's public endpoint: a rule that allows it opens the inside. */
export const reservedGain: GainRule = (gain) => {
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
