import { nearest } from '../suggest.ts';
import type { Rule } from './rule.ts';

/** A channel that is told of a list or target that does not exist would be told of nothing, in silence. */
export const channelFilters: Rule = function* ({ channels, listNames, targetIds }) {
  for (const [channel, { only }] of channels) {
    for (const [field, known] of [
      ['lists', listNames],
      ['targets', targetIds],
    ] as const) {
      for (const [index, name] of (only[field] ?? []).entries()) {
        if (known.includes(name)) continue;
        yield {
          severity: 'error',
          path: ['channels', channel, 'only', field, index],
          expected: known.length === 0 ? `no ${field}: there are none` : `one of ${known.join(', ')}`,
          got: JSON.stringify(name),
          hint: nearest(name, known),
        };
      }
    }
  }
};
