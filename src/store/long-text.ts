import { StoredFormatError } from './schema.ts';

/** A string property holds 64 KiB, 32,768 UTF-16 units. The emulator accepts more. */
const longestProperty = 32_768;

/** Of 1 MiB an entity holds (two bytes a unit), fifteen full properties leave 64 KiB for keys, names and other columns. */
const maxProperties = 15;

/** ASCII text as properties `text0`, `text1`, ... of one row; undefined if a row cannot hold it. */
export function splitText(text: string): Record<string, string> | undefined {
  if (text.length > longestProperty * maxProperties) return undefined;
  const properties: Record<string, string> = {};
  for (let at = 0, index = 0; at < text.length; at += longestProperty, index++) {
    properties[`text${index}`] = text.slice(at, at + longestProperty);
  }
  return properties;
}

/** The text that splitText() spread over properties. Throws StoredFormatError if there is none. */
export function joinText(properties: Readonly<Record<string, unknown>>, where: string): string {
  const parts: string[] = [];
  for (let index = 0; ; index++) {
    const part = properties[`text${index}`];
    if (typeof part !== 'string') break;
    parts.push(part);
  }
  if (parts.length === 0) throw new StoredFormatError(`${where}: expected a property text0 with the content, got none`);
  return parts.join('');
}
