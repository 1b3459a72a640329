import { valueText } from '../issue.ts';
import type { Rule } from './rule.ts';

/** An old id may be claimed once, and by nobody while a target still has it. */
export const formerIds: Rule = function* (draft) {
  const claimed = new Map<string, string>();
  for (const [id, { formerly }] of draft.targets) {
    if (formerly === undefined) continue;
    const other = draft.targetIds.includes(formerly) ? formerly : claimed.get(formerly);
    if (other !== undefined) {
      yield {
        severity: 'error',
        path: ['targets', id, 'formerly'],
        expected: 'an id that no other target has or had',
        got: `${valueText(formerly)}, which belongs to ${other}`,
        hint:
          other === formerly
            ? 'a renamed target must not stand under its old id too'
            : 'one target only can have had this id',
      };
    }
    claimed.set(formerly, id);
  }
};
