import { nearest } from '../../core/nearest.ts';
import { valueText } from '../issue.ts';
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

/** A list may only name registries of the config, each part of one once. */
export const registryNames: Rule = function* ({ lists, registryNames: known }) {
  const used = new Set<string>();
  for (const [name, list] of lists) {
    for (const [index, { registry, part }] of list.registries.entries()) {
      used.add(registry);
      const path = ['lists', name, 'registries', index];
      if (!known.includes(registry)) {
        yield {
          severity: 'error',
          path: [...path, 'registry'],
          expected: known.length === 0 ? 'a registry (there is none yet)' : `one of ${known.join(', ')}`,
          got: valueText(registry),
          hint: nearest(registry, known),
        };
      }
      const first = list.registries.findIndex((one) => one.registry === registry && one.part === part);
      if (first !== index) {
        yield {
          severity: 'error',
          path,
          expected: 'each part of a registry once',
          got: `"${part}" of ${registry} again`,
          hint: 'remove one of the two',
        };
      }
    }
  }
};

/** A filter for a list or target that does not exist would silently match nothing. */
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

/** A former id may be claimed once, and only if no target has it. */
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
            ? 'a renamed target must not exist under its old id too'
            : 'one target only can have had this id',
      };
    }
    claimed.set(formerly, id);
  }
};
