import type { Rule } from './rule.ts';

/** A kind must be able to hold at least one of the list's families; the rest is reported, never written. */
export const familiesOfTargets: Rule = function* (draft) {
  for (const [id, target] of draft.targets) {
    const kind = draft.kinds.targets.find((one) => one.kind === target.kind);
    if (kind?.holds === 'names') continue;
    const wanted = draft.lists.get(target.list)?.families;
    const able = kind?.families;
    if (wanted === undefined || able === undefined) continue;
    const left = wanted.filter((family) => !able.includes(family));
    if (left.length === 0) continue;
    const path = ['targets', id, 'list'];
    if (left.length === wanted.length) {
      yield {
        severity: 'error',
        path,
        expected: `a list with ${able.join(' or ')}: that is what the kind ${target.kind} can hold`,
        got: `"${target.list}", which is ${wanted.join(' and ')} only`,
        hint: 'choose another list or another kind of target',
      };
    } else {
      yield {
        severity: 'note',
        path,
        expected: `${able.join(' and ')}: that is what the kind ${target.kind} can hold`,
        got: `"${target.list}" with ${wanted.join(' and ')}`,
        hint: `the ${left.join(' and ')} part is reported and written nowhere here`,
      };
    }
  }
};
