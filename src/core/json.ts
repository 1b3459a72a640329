/** An object of parsed JSON, whatever it holds. */
export type JsonObject = { readonly [name: string]: unknown };

/** True for an object that is no array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object under `name`; empty if there is none. For fields that may be left out. */
export function objectAt(value: unknown, name: string): JsonObject {
  const found = isObject(value) ? value[name] : undefined;
  return isObject(found) ? found : {};
}

/** The text under `name`, if it is one. */
export function textAt(value: unknown, name: string): string | undefined {
  const found = isObject(value) ? value[name] : undefined;
  return typeof found === 'string' ? found : undefined;
}

/** A copy without the named fields. */
export function without(value: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.includes(name)));
}

/** Levels of objects and arrays in a document of others; a publication has 5. More would exhaust the stack of what walks it. */
export const mostNesting = 32;

/**
 * The index after the object that begins at `start` of a text that goes on behind it; undefined if it does not end, or
 * is nested deeper than is read. Looks at each character once, and at nothing but brackets and strings.
 */
export function endOfObject(text: string, start: number): number | undefined {
  let depth = 0;
  for (let i = start; i < text.length; i++) {
    const sign = text[i];
    if (sign === '"') i = endOfString(text, i);
    else if (sign === '{' || sign === '[') {
      if (++depth > mostNesting) return undefined;
    } else if (sign === '}' || sign === ']') {
      if (--depth === 0) return i + 1;
    }
  }
  return undefined;
}

const QUOTE = 34;
const BACKSLASH = 92;

/** Index of the quote that ends the string whose opening quote is at `start`; the text's length if there is none. */
export function endOfString(text: string, start: number): number {
  let end = start + 1;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === QUOTE) break;
    if (code === BACKSLASH) end++;
  }
  return end;
}
