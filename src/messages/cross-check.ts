import type { AnnouncedGain } from '../core/judge/source-state.ts';
import type { Comparison } from '../core/publication/catalog.ts';
import type { Publication } from '../core/publication/publication.ts';
import { counted, listed, quantity } from './format.ts';

/** How another file stands to the publication in force, in a sentence or two. */
export function explainWay(other: Publication, inForce: Publication, comparison: Comparison): string {
  const apart = inForce.changeNumber - other.changeNumber;
  const order =
    apart > 0
      ? `is ${quantity(apart, 'publication')} behind ${counted(inForce.changeNumber)}`
      : apart < 0
        ? `is ${quantity(-apart, 'publication')} ahead of ${counted(inForce.changeNumber)}`
        : 'has the same number and other content';
  return `${other.file} (number ${counted(other.changeNumber)}) ${order}; ${relation(comparison)}. It was not taken`;
}

/**
 * How the Discovery API stands to the publication in force. Its numbers are of another series, so how far it is behind
 * is told by the publications whose additions it lacks.
 */
export function explainApi(inForce: Publication, comparison: Comparison, gains: readonly AnnouncedGain[]): string {
  if (comparison.kind === 'empty') {
    return "Azure's Service Tag Discovery API answered without any tag, which it does for want of rights as well (Microsoft.Network/locations/serviceTags/read at the subscription); the answer was ignored";
  }
  const lacking = new Set(
    gains
      .filter(({ tag, prefixes }) =>
        comparison.tags.some((one) => one.tag === tag && prefixes.some((prefix) => one.onlyHere.includes(prefix))),
      )
      .map(({ changeNumber }) => changeNumber),
  );
  const numbers = [...lacking].sort((a, b) => a - b).map(String);
  const behind =
    comparison.kind === 'same'
      ? `Azure's Service Tag Discovery API agrees with publication ${inForce.changeNumber}`
      : numbers.length > 0
        ? `Azure's Service Tag Discovery API is ${quantity(numbers.length, 'publication')} behind: it lacks what ${listed(numbers)} added`
        : `Azure's Service Tag Discovery API and publication ${inForce.changeNumber} differ`;
  const missing = comparison.missingTags.length > 0 ? `, and it lacks the tags ${listed(comparison.missingTags)}` : '';
  return `${behind}; ${relation(comparison)}${missing}`;
}

function relation({ kind, tags }: Comparison): string {
  if (kind === 'same') return 'the addresses of every watched tag are the same';
  if (kind === 'empty') return 'it has no tags';
  if (kind === 'subset') return 'its prefixes are a subset of those in force';
  return `it has addresses of ${listed(tags.filter(({ onlyThere }) => onlyThere.length > 0).map(({ tag }) => tag))} that are not in force`;
}
