import { type Family, families } from '../address/family.ts';

/**
 * Tags to judge, with the families that the lists of targets hold of them. People hear of those alone; a tag without a
 * family is kept up to date in silence.
 */
export type Watch = ReadonlyMap<string, readonly Family[]>;

/** Tags of which both families are held. */
export function watchTags(tags: Iterable<string>): Watch {
  return new Map([...tags].map((tag) => [tag, families]));
}

/** What lists select together: each with its tags, and the families that count. */
export function watchLists(
  lists: Iterable<{ readonly tags: readonly string[]; readonly families: readonly Family[] }>,
): Watch {
  const watch = new Map<string, readonly Family[]>();
  for (const list of lists) {
    for (const tag of list.tags) {
      const known = watch.get(tag) ?? [];
      watch.set(
        tag,
        families.filter((family) => known.includes(family) || list.families.includes(family)),
      );
    }
  }
  return watch;
}
