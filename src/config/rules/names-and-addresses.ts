import { nearest } from '../suggest.ts';
import type { Rule } from './rule.ts';

/** A target of names needs names, one of addresses needs addresses; what stands beside a target of names must exist. */
export const namesAndAddresses: Rule = function* (draft) {
  for (const [id, target] of draft.targets) {
    const list = draft.lists.get(target.list);
    const kind = draft.kinds.targets.find((one) => one.kind === target.kind);
    if (list === undefined || kind === undefined) continue;
    const addresses = list.tags.length + list.prefixes.length + list.always.length;
    const wanted = kind.holds === 'names' ? list.names.length : addresses;
    // A list that selects nothing at all is told of once, as such.
    if (wanted + list.registries.length === 0 && addresses + list.names.length > 0) {
      const what = kind.holds === 'names' ? 'host names' : 'addresses';
      yield {
        severity: 'error',
        path: ['targets', id, 'list'],
        expected: `a list with ${what}: that is what the kind ${target.kind} holds`,
        got: `"${target.list}", which has none`,
        hint: kind.holds === 'names' ? 'name registries or `names` in it' : 'name registries, tags or prefixes in it',
      };
    }
    const { besides } = target.settings as { readonly besides?: readonly string[] };
    for (const [index, other] of (besides ?? []).entries()) {
      if (draft.targetIds.includes(other)) continue;
      yield {
        severity: 'error',
        path: ['targets', id, 'besides', index],
        expected: `one of ${draft.targetIds.join(', ')}`,
        got: JSON.stringify(other),
        hint: nearest(other, draft.targetIds),
      };
    }
  }
};
