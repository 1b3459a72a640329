import type { TargetConfig } from '../config.ts';
import type { Kinds } from '../schema.ts';
import type { Rule } from './rule.ts';

/** Two targets in one resource would undo each other's work on every run. */
export const sharedResources: Rule = function* (draft) {
  const owners = new Map<string, string>();
  for (const [id, target] of draft.targets) {
    const resources = resourcesOf(target, draft.kinds);
    const shared = resources.find((resource) => owners.has(resource));
    if (shared !== undefined) {
      yield {
        severity: 'error',
        path: ['targets', id],
        expected: 'a resource that no other target writes',
        got: `${shared}, which targets.${owners.get(shared)} writes too`,
        hint: 'remove one of the two; to have two lists in one resource, make one list of them',
      };
    }
    for (const resource of resources) owners.set(resource, id);
  }
};

/** What a target may write. Azure compares names without regard to case. */
function resourcesOf(target: TargetConfig, kinds: Kinds): readonly string[] {
  const definition = kinds.targets.find(({ kind }) => kind === target.kind);
  if (definition === undefined) return [];
  const place = definition.place(target.settings);
  const layout = definition.layout(target.settings);
  return layout.families.flatMap((family) =>
    Array.from({ length: layout.maxUnits }, (_, index) => `${place}/${layout.unitKey(family, index)}`.toLowerCase()),
  );
}
