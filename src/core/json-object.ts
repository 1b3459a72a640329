/** An object of parsed JSON, whatever it holds. */
export type JsonObject = { readonly [name: string]: unknown };

/** True for an object that is no array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
