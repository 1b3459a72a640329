import { valueText } from '../issue.ts';
import { nearest } from '../suggest.ts';
import type { Rule } from './rule.ts';

/** Each target's list must exist; a list that no target holds is worth a note. */
export const listNames: Rule = function* (draft) {
  const used = new Set<string>();
  for (const [id, list] of draft.listOfTarget) {
    used.add(list);
    if (draft.listNames.includes(list)) continue;
    yield {
      severity: 'error',
      path: ['targets', id, 'list'],
      expected: draft.listNames.length === 0 ? 'a list (there is none yet)' : `one of ${draft.listNames.join(', ')}`,
      got: valueText(list),
      hint: nearest(list, draft.listNames),
    };
  }
  for (const list of draft.listNames) {
    if (used.has(list)) continue;
    yield {
      severity: 'note',
      path: ['lists', list],
      expected: 'a target that holds this list',
      got: 'none',
      hint: 'it has no effect; add a target or remove the list',
    };
  }
};
