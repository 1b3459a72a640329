import { type Acceptance, acceptPublication } from './accept.ts';
import type { Catalog } from './catalog.ts';
import type { ParsedPublication, Publication } from './publication.ts';
import type { FileRead } from './read-publication.ts';
import { staleContent, staleTags } from './stale-tags.ts';
import { type Before, takeFile } from './take-file.ts';

/** What a file is judged by. */
interface Circumstances {
  /** What is in force: where tags that are set aside are taken from. */
  readonly before: Before;
  /** The catalog in force as its file has it; undefined where that cannot be read, so that no numbers of tags can be compared. */
  readonly inForce: Catalog | undefined;
  /** The publication that it would follow: the one in force, or one that another way of the source had. */
  readonly after: Publication | undefined;
  readonly now: Date;
}

/** Decides whether a file that was read may come into force, whole or in part, and gives what it would put in force. */
export function acceptFile(
  file: FileRead,
  { before, inForce, after, now }: Circumstances,
): Acceptance & { readonly parsed: ParsedPublication } {
  const stale = staleTags(comparable(inForce, before.publication), file.catalog);
  const doubt = staleContent(stale);
  const parsed = takeFile(file, before, doubt === undefined ? stale.back : []);
  return { ...acceptPublication(after, parsed.publication, now, doubt === undefined ? [] : [doubt]), parsed };
}

/** The tags whose numbers go on from file to file: not those that a person took from a file out of turn. */
function comparable(catalog: Catalog | undefined, inForce: Publication | undefined): Catalog | undefined {
  const byPerson = (inForce?.tagsFrom ?? []).filter(({ why }) => why === undefined);
  if (!catalog || byPerson.length === 0) return catalog;
  const tags = new Map(catalog.tags);
  for (const { tag } of byPerson) tags.delete(tag);
  return { ...catalog, tags };
}
