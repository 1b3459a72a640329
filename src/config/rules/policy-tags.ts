import { nearest } from '../nearest.ts';
import type { Rule } from './rule.ts';

/** Overrides for a tag that no list selects do nothing; most often the name is misspelt. */
export const policyTags: Rule = function* (draft) {
  const selected = new Set([...draft.lists.values()].flatMap((list) => list.tags));
  for (const tag of draft.policyTags) {
    if (selected.has(tag)) continue;
    yield {
      severity: 'note',
      path: ['policy', 'tags', tag],
      expected: 'a tag that some list selects',
      got: `"${tag}"`,
      hint: nearest(tag, selected) || 'these settings have no effect',
    };
  }
};
