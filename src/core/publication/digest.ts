import { createHash } from 'node:crypto';

/** A document's digest, and that of its `values` alone: equal where only the document's number rose. */
export interface Digests {
  readonly digest: string;
  readonly valuesDigest: string;
}

/**
 * Both digests (sha256, lower-case hex) of a parsed Service Tags document. Every value counts, known to us or not; line
 * ends, white space, and the order of properties and of tags do not: they flip from file to file without meaning.
 * Stored with everything decided on a publication, so the canonical form must never change.
 */
export function digestsOf(document: unknown): Digests {
  const sorted = canonical(document);
  if (!isObject(sorted) || Array.isArray(sorted))
    return { digest: hashOf([textOf(sorted)]), valuesDigest: hashOf(['']) };
  // Nearly all of a document is its values: they are written once, and are used as they are in the document's text.
  const values = textOf(sorted.values);
  const properties = Object.keys(sorted).flatMap((name, i) => [
    `${i > 0 ? ',' : ''}${JSON.stringify(name)}:`,
    name === 'values' ? values : textOf(sorted[name]),
  ]);
  return { digest: hashOf(['{', ...properties, '}']), valuesDigest: hashOf([values]) };
}

/** `raw-` and the sha256 of a file's bytes (lower-case hex): for one whose content cannot be told. */
export function rawDigest(bytes: Uint8Array): string {
  return `raw-${createHash('sha256').update(bytes).digest('hex')}`;
}

/** Nothing for what JSON has no text for: a document without values. */
function textOf(value: unknown): string {
  return JSON.stringify(value) ?? '';
}

function hashOf(texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text);
  return hash.digest('hex');
}

/** The same value with its properties in the order of their names, and its tags in the order of theirs. */
function canonical(document: unknown): unknown {
  const sorted = withSortedProperties(document);
  if (!isObject(sorted) || !Array.isArray(sorted.values)) return sorted;
  return { ...sorted, values: sorted.values.toSorted(byName) };
}

function withSortedProperties(value: unknown): unknown {
  if (Array.isArray(value)) return value.some(isObject) ? value.map(withSortedProperties) : value;
  if (!isObject(value)) return value;
  // fromEntries, not assignment: a property may be called __proto__.
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((name) => [name, withSortedProperties(value[name])]),
  );
}

function byName(a: unknown, b: unknown): number {
  const [x, y] = [nameOf(a), nameOf(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

function nameOf(tag: unknown): string {
  return isObject(tag) && typeof tag.name === 'string' ? tag.name : '';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
