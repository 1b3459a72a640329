import type { FaultKind } from './kind.ts';
import { lossKinds } from './loss-kinds.ts';
import { strangerKinds } from './stranger-kinds.ts';

/** The truth itself: what is asked here is asked without any fault. */
const noFault: FaultKind = {
  name: 'no fault',
  threat: 'nothing',
  plant: ({ scene, tag }) => ({ scene, tags: [tag.name], weeks: [{ base: scene.truth, edits: new Map() }] }),
};

export const faultKinds: readonly FaultKind[] = [noFault, ...strangerKinds, ...lossKinds];

/** The kinds of these names, all of them for no name. Throws RangeError for a name that no kind has. */
export function kindsNamed(names: readonly string[]): readonly FaultKind[] {
  const known = new Set(faultKinds.map(({ name }) => name));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new RangeError(
      `expected names of kinds of faults, got "${unknown.join('", "')}"; there are: ${[...known].join('; ')}`,
    );
  }
  return names.length === 0 ? faultKinds : faultKinds.filter(({ name }) => names.includes(name));
}
