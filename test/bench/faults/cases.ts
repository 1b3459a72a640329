import { isEmpty } from '../../../src/core/address/sets.ts';
import type { Tag } from '../../../src/core/publication/catalog.ts';
import { Draw } from './draw.ts';
import { faultIn } from './effects.ts';
import type { FaultKind, Scene } from './kind.ts';
import type { Triple } from './pairs.ts';
import { type FaultCase, filesOf } from './play.ts';

/** Tags of a pair of files that each kind of fault is planted into, one case each. */
const tagsOfPair = 2;
/** Tags that are tried until a kind finds one that it fits. */
const mostTried = 25;

/** A place for a case: a kind and its how-manieth tag in the pair. */
interface Slot {
  readonly kind: FaultKind;
  readonly nth: number;
}

/** Places for cases in every pair. A kind that strikes a whole service takes one. */
export function slotsOf(kinds: readonly FaultKind[]): readonly Slot[] {
  return kinds.flatMap((kind) => Array.from({ length: kind.once ? 1 : tagsOfPair }, (_, nth) => ({ kind, nth })));
}

/** Plants the faults of these slots into a pair of files; a kind that fits no tag that is tried has no case. */
export function casesOf({ older, before, truth }: Triple, slots: readonly Slot[], seed: string): FaultCase[] {
  const scene = { older: older.catalog, before: before.catalog, truth: truth.catalog };
  const pair = { before: before.publication, truth: truth.publication };
  return slots.flatMap(({ kind, nth }) => {
    const id = `${seed}|${truth.publication.file}|${kind.name}|${nth}`;
    const draw = new Draw(id);
    for (const tag of draw.shuffled(regionalTags(scene)).slice(0, mostTried)) {
      const planted = kind.plant({ scene, tag }, draw);
      const found = planted && { id, kind, pair, planted };
      if (found && isFault(found)) return [found];
    }
    return [];
  });
}

/** Whether a case does what its kind says: a foreign range that happens to be allowed is no fault. */
function isFault(found: FaultCase): boolean {
  const { threat } = found.kind;
  if (threat === 'nothing') return true;
  const catalogs = filesOf(found, found.planted.weeks.length).map(({ catalog }) => catalog);
  const faults = found.planted.tags.map((tag) => faultIn(tag, found.planted.scene, catalogs));
  const strange = faults.some(({ strangers }) => !isEmpty(strangers));
  const loses = faults.some(({ lost }) => !isEmpty(lost));
  return threat === 'both' ? strange || loses : threat === 'stranger' ? strange : loses;
}

/** Regional tags of the services that the product is for, in both files. */
function regionalTags({ before, truth }: Scene): Tag[] {
  return [...truth.tags.values()].filter(
    ({ name, service, region }) =>
      region !== undefined && (service === 'Storage' || service === 'AzureContainerRegistry') && before.tags.has(name),
  );
}
