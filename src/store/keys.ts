import { createHash } from 'node:crypto';

const longestPart = 160;

/**
 * Any text as part of a table key or blob name. Letters, digits, `-`, `_` and inner dots stay; every other UTF-16 unit
 * becomes `=hh` or `~hhhh`, so distinct texts stay distinct, and neither the separators `|` and `/` nor a path segment
 * `..` can arise. Longer than 160 characters: the first 90 and a hash. Three parts fit the 512 characters of a key.
 */
export function keyPart(text: string): string {
  const encoded = text.replace(/^\.|[^A-Za-z0-9._-]/g, (unit) => {
    const code = unit.charCodeAt(0);
    return code < 256 ? `=${code.toString(16).padStart(2, '0')}` : `~${code.toString(16).padStart(4, '0')}`;
  });
  if (encoded.length <= longestPart) return encoded;
  // `~~` never arises from encoding: a hash cannot be mistaken for a text. Hashing the encoded form keeps lone surrogates apart.
  return `${encoded.slice(0, 90)}~~${createHash('sha256').update(encoded).digest('hex')}`;
}

/** Parts of a key, each made safe, joined by `|`. */
export function keyOf(...parts: readonly string[]): string {
  return parts.map(keyPart).join('|');
}

/** Everything of one instance and cloud lies under this, in tables as in blobs: several services share an account. */
export interface Scope {
  readonly instance: string;
  readonly cloud: string;
}

export function partitionOf(scope: Scope, ...parts: readonly string[]): string {
  return keyOf(scope.instance, scope.cloud, ...parts);
}

export function blobPathOf(scope: Scope, folder: string, name: string, suffix: string): string {
  return `${keyPart(scope.instance)}/${keyPart(scope.cloud)}/${folder}/${keyPart(name)}${suffix}`;
}

const latest = 9_999_999_999_999;

/** Thirteen digits that sort larger numbers first. Throws RangeError for what is no whole number up to that. */
export function inverted(value: number): string {
  if (!Number.isSafeInteger(value) || value < 0 || value > latest) {
    throw new RangeError(`expected a whole number from 0 to ${latest}, got ${value}`);
  }
  return String(latest - value).padStart(13, '0');
}

/** The number that inverted() made thirteen digits of. */
export function uninverted(digits: string): number {
  return latest - Number(digits);
}

/** Thirteen digits that sort later times first. Throws RangeError for text that is no time. */
export function invertedTime(iso: string): string {
  const time = Date.parse(iso);
  if (Number.isNaN(time) || time < 0 || time > latest) {
    throw new RangeError(`expected an ISO 8601 time from 1970 to 2286, got "${iso}"`);
  }
  return inverted(time);
}
