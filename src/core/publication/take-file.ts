import type { Catalog, Issue, SetAside, Tag } from './catalog.ts';
import { formatIssue } from './issue-list.ts';
import type { ParsedPublication, Publication, TagFrom } from './publication.ts';
import type { FileRead } from './read-publication.ts';

/** What was in force before a file. */
export interface Before {
  readonly publication?: Publication;
  readonly catalog?: Catalog;
}

/**
 * What a file puts in force: its sound tags, and every tag that is set aside as it was before. `stale` names sound tags
 * that are set aside because their own number went back. Where the name of a value cannot be read, no tag that the file seems to lack
 * counts as vanished.
 */
export function takeFile(file: FileRead, before: Before, stale: readonly string[] = []): ParsedPublication {
  const setAside = allSetAside(file, before, stale);
  const { publication, catalog, unnamed = [] } = file;
  if (setAside.size === 0 && unnamed.length === 0) return { publication, catalog };
  const last = before.publication;
  const origins = new Map(last?.tagsFrom?.map((one) => [one.tag, one]));
  const tagsFrom = [...setAside].map(([tag, [issue]]): TagFrom => {
    const known = origins.get(tag);
    const from = known ? known.from : last && originOf(last);
    return {
      tag,
      ...(from ? { from } : {}),
      ...(issue ? { why: formatIssue(issue) } : {}),
      ...(stale.includes(tag) ? { stale: true as const } : {}),
    };
  });
  return {
    publication: {
      ...publication,
      ...(tagsFrom.length > 0 ? { tagsFrom } : {}),
      ...(unnamed.length > 0 ? { unnamed: unnamed.length } : {}),
    },
    catalog: mergeTags(before.catalog, catalog, (tag) => setAside.has(tag)),
    setAside,
    ...(stale.length > 0 ? { stale } : {}),
    ...(unnamed.length > 0 ? { unnamed } : {}),
  };
}

function allSetAside(
  { catalog, setAside, unnamed = [] }: FileRead,
  before: Before,
  stale: readonly string[],
): SetAside {
  const all = new Map(setAside);
  if (unnamed.length > 0) {
    for (const name of before.catalog?.tags.keys() ?? []) {
      if (!catalog.tags.has(name) && !all.has(name)) all.set(name, unnamed);
    }
  }
  for (const tag of stale) all.set(tag, [wentBack(tag, before.catalog?.tags.get(tag), catalog.tags.get(tag))]);
  return all;
}

function wentBack(tag: string, before: Tag | undefined, now: Tag | undefined): Issue {
  return {
    path: `changeNumber of ${tag}`,
    expected: `at least ${before?.changeNumber}, as it is in force`,
    got: `${now?.changeNumber}, that of older content`,
  };
}

/** `file` with the tags that `stays` names as they are in force, and with what contains them: names of regions, too. */
export function mergeTags(inForce: Catalog | undefined, file: Catalog, stays: (tag: string) => boolean): Catalog {
  if (!inForce) return { ...file, tags: new Map([...file.tags].filter(([name]) => !stays(name))) };
  const tags = new Map<string, Tag>();
  for (const name of new Set([...file.tags.keys(), ...inForce.tags.keys()])) {
    const tag = (stays(name) ? inForce : file).tags.get(name);
    if (tag) tags.set(name, tag);
  }
  // A region is spelled as the tag of all of Azure in it is named.
  const regions = new Map([...inForce.regions, ...file.regions]);
  for (const [region, spelled] of inForce.regions) {
    if (stays(`AzureCloud.${spelled}`) && tags.has(`AzureCloud.${spelled}`)) regions.set(region, spelled);
  }
  return { ...file, tags, regions };
}

/**
 * The last accepted publication once a person accepted another file for some tags: it stays what it was, and these tags
 * come from the other. A tag that this very publication had set aside is taken from it after all.
 */
export function withTagsFrom(
  last: Publication,
  other: Pick<Publication, 'digest' | 'file' | 'changeNumber'>,
  tags: readonly string[],
): Publication {
  const { tagsFrom = [], ...rest } = last;
  const named = new Set(tags);
  const own = other.digest === last.digest;
  const all = [
    ...tagsFrom.filter(({ tag }) => !named.has(tag)),
    ...(own ? [] : [...named].map((tag) => ({ tag, from: originOf(other) }))),
  ];
  return { ...rest, ...(all.length > 0 ? { tagsFrom: all } : {}) };
}

function originOf({ digest, file, changeNumber }: NonNullable<TagFrom['from']>): NonNullable<TagFrom['from']> {
  return { digest, file, changeNumber };
}
