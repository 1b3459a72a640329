import { counted } from '../judge/arithmetic.ts';

/**
 * How much a document may hold, several times what the largest official file (November 2026: 4.6 MB, 3,234 tags,
 * 106,976 prefixes) holds. Each is counted before anything is built from the text, because a built value takes many
 * times the room of its text.
 */
export const mostTags = 20_000;
/** A tag is two objects and two arrays; the document is one of each beside. */
const mostContainers = 5 * mostTags;
export const mostValues = 2_000_000;

/** What a text holds too much of, counted by its signs alone, strings included; undefined for one that may be parsed. */
export function excessIn(text: string): { readonly expected: string; readonly got: string } | undefined {
  const containers = count(text, '{') + count(text, '[');
  if (containers > mostContainers) return excess('objects and arrays', mostContainers, containers);
  const values = count(text, ',');
  return values > mostValues ? excess('values', mostValues, values) : undefined;
}

function excess(what: string, most: number, got: number): { expected: string; got: string } {
  return { expected: `at most ${counted(most)} ${what} (a file for ${counted(mostTags)} tags)`, got: counted(got) };
}

function count(text: string, sign: string): number {
  let found = 0;
  for (let i = text.indexOf(sign); i >= 0; i = text.indexOf(sign, i + 1)) found++;
  return found;
}
