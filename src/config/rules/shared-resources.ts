import type { TargetConfig } from '../config.ts';
import type { Kinds } from '../schema.ts';
import type { Rule } from './rule.ts';

/** Two targets in one resource would undo each other's work on every run. */
export const sharedResources: Rule = function* (draft) {
  const owners = new Map<string, string>();
  for (const [id, target] of draft.targets) {
    const resources = resourcesOf(target, draft.kinds);
    const other = resources.map((resource) => owners.get(resource)).find((owner) => owner !== undefined);
    if (other !== undefined) {
      yield {
        severity: 'error',
        path: ['targets', id],
        expected: 'a resource that no other target writes',
        got: `the same one as targets.${other}`,
        hint: 'remove one of the two; to have two lists in one resource, make one list of them',
      };
    }
    for (const resource of resources) owners.set(resource, id);
  }
};

/** What a target may write, as texts that are equal for equal resources: Azure's names differ in case only by accident. */
function resourcesOf(target: TargetConfig, kinds: Kinds): readonly string[] {
  const definition = kinds.targets.find(({ kind }) => kind === target.kind);
  if (definition === undefined) return [];
  const lane = definition.lane(target.settings);
  const layout = definition.layout(target.settings);
  return layout.families.flatMap((family) =>
    Array.from({ length: layout.maxUnits }, (_, index) =>
      `${target.kind} ${lane} ${layout.unitKey(family, index)}`.toLowerCase(),
    ),
  );
}
