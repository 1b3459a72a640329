import { nearest } from '../suggest.ts';
import type { Rule } from './rule.ts';

/** Overrides for a tag that no list selects do nothing; most often the name is misspelt. */
export const policyTags: Rule = function* (draft) {
  const selected = new Set([...draft.lists.values()].flatMap((list) => list.tags));
  // Which regions a registry is in is known only when it is read.
  const follows = [...draft.lists.values()].some((list) => list.registries.length > 0);
  for (const tag of draft.policyTags) {
    if (selected.has(tag) || (follows && /^(AzureContainerRegistry|Storage)\./.test(tag))) continue;
    yield {
      severity: 'note',
      path: ['policy', 'tags', tag],
      expected: 'a tag that some list selects',
      got: `"${tag}"`,
      hint: nearest(tag, selected) || 'these settings have no effect',
    };
  }
};
