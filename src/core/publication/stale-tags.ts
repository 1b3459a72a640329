import type { Catalog } from './catalog.ts';

/** Which way the numbers of tags went from one publication to the next. */
export interface StaleTags {
  /** Tags whose own changeNumber went back: what the file says of them is older than what is in force. */
  readonly back: readonly string[];
  /** How many went up. */
  readonly up: number;
}

/**
 * Compares every tag's own changeNumber. A tag that is in one of the two alone counts for nothing: one that vanished and
 * returned starts again at 1.
 * @param inForce undefined where it is not known: then nothing is stale.
 */
export function staleTags(inForce: Pick<Catalog, 'tags'> | undefined, next: Pick<Catalog, 'tags'>): StaleTags {
  const back: string[] = [];
  let up = 0;
  for (const [name, { changeNumber }] of next.tags) {
    const before = inForce?.tags.get(name)?.changeNumber ?? changeNumber;
    if (changeNumber < before) back.push(name);
    if (changeNumber > before) up += 1;
  }
  return { back, up };
}

/** How many tags a reason names. */
const maxNamed = 3;

/**
 * Why a file as a whole is old content under a new number, in a sentence; undefined if it is not: then the tags that went
 * back are a matter of their own.
 */
export function staleContent({ back, up }: StaleTags): string | undefined {
  if (back.length <= up) return undefined;
  const more = back.length > maxNamed ? ` and ${back.length - maxNamed} more` : '';
  return `It is older content under a new number: the own changeNumber of ${back.length} ${back.length === 1 ? 'tag' : 'tags'} went back (${back.slice(0, maxNamed).join(', ')}${more}), that of ${up} went up.`;
}
