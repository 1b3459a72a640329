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
  const [whole, alone] = [createHash('sha256'), createHash('sha256')];
  if (!isObject(document) || Array.isArray(document)) whole.update(canonicalText(document));
  else {
    let separator = '{';
    for (const name of namesInOrder(document)) {
      whole.update(`${separator}${JSON.stringify(name)}:`);
      separator = ',';
      if (name !== 'values') whole.update(canonicalText(document[name]));
      else for (const part of partsOf(document.values)) for (const hash of [whole, alone]) hash.update(part);
    }
    whole.update(separator === '{' ? '{}' : '}');
  }
  return { digest: whole.digest('hex'), valuesDigest: alone.digest('hex') };
}

/** `raw-` and the sha256 of a file's bytes (lower-case hex): for one whose content cannot be told. */
export function rawDigest(bytes: Uint8Array): string {
  return `raw-${createHash('sha256').update(bytes).digest('hex')}`;
}

/** How much text is hashed at once: one text of a whole file costs more to make than all its parts. */
const partLength = 65_536;

/** The canonical text of all values in the order of their names, in parts. */
function* partsOf(values: unknown): Generator<Uint8Array> {
  if (!Array.isArray(values)) {
    yield Buffer.from(canonicalText(values));
    return;
  }
  let text = '[';
  for (const [i, value] of values.toSorted(byName).entries()) {
    text += `${i > 0 ? ',' : ''}${canonicalText(value)}`;
    if (text.length < partLength) continue;
    yield Buffer.from(text);
    text = '';
  }
  yield Buffer.from(`${text}]`);
}

/** A parsed value as JSON without white space, its properties in the order of their names. */
function canonicalText(value: unknown): string {
  if (!isObject(value)) return JSON.stringify(value);
  if (Array.isArray(value)) {
    return value.some(isObject) ? `[${value.map(canonicalText).join(',')}]` : JSON.stringify(value);
  }
  let text = '';
  for (const name of namesInOrder(value)) {
    text += `${text === '' ? '' : ','}${JSON.stringify(name)}:${canonicalText(value[name])}`;
  }
  return `{${text}}`;
}

/** Names in the order of an object that got them sorted: those that are whole numbers come first, by size. */
function namesInOrder(value: Readonly<Record<string, unknown>>): string[] {
  const names = Object.keys(value).sort();
  return names.some(beginsWithDigit) ? Object.keys(Object.fromEntries(names.map((name) => [name, true]))) : names;
}

function beginsWithDigit(name: string): boolean {
  return name >= '0' && name < ':';
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
