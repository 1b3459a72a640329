import { valueText } from '../issue.ts';
import { nearest } from '../suggest.ts';
import type { Rule } from './rule.ts';

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
