import { StoredFormatError } from '../ports/store.ts';

/**
 * The form of everything this version stores. It rises when older code would misread what newer code writes.
 * 2: what a target remembers has causes.
 */
export const schema = 2;

/** Thrown on meeting something that a newer version stored: this one stops before it writes anything. */
export class SchemaError extends Error {
  override name = 'SchemaError';
}

/** Throws unless `found`, read at `where`, is a form this version can read. */
export function checkSchema(found: unknown, where: string): void {
  if (typeof found !== 'number' || !Number.isInteger(found) || found < 1) {
    throw new StoredFormatError(
      `${where}: expected a schema number from 1 to ${schema}, got ${JSON.stringify(found)}; ` +
        'it was damaged or edited by hand: restore it, or remove it to start without it',
    );
  }
  if (found > schema) {
    throw new SchemaError(
      `${where}: written by a newer version (schema ${found}, this one reads up to ${schema}); ` +
        'nothing was changed; update this instance',
    );
  }
}

/**
 * JSON text of what is stored, with its schema first. Pure ASCII: the emulator corrupts other text in large requests,
 * and text that is cut into properties is never cut within a character.
 */
export function encodeStored(value: object): string {
  return JSON.stringify({ schema, ...value }).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** What encodeStored() made a text of. Throws SchemaError for a newer form, StoredFormatError for anything else. */
export function decodeStored(text: string, where: string): object {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new StoredFormatError(`${where}: expected JSON, got ${text.length} characters that are none`, {
      cause: error,
    });
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new StoredFormatError(`${where}: expected a JSON object, got ${JSON.stringify(value)?.slice(0, 40)}`);
  }
  checkSchema('schema' in value ? value.schema : undefined, where);
  return value;
}

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

/** Names a row, for people and for its seal. */
export function placeOf(partition: string, key: string): string {
  return `row ${partition} / ${key}`;
}

/** The only blobs that rows name: `<instance>/<cloud>/texts/<sha256>.json`. */
const textPath = /^[\w.=~-]{1,160}\/[\w.=~-]{1,160}\/texts\/[0-9a-f]{64}\.json$/;

/** The JSON text of a row, from its properties or its blob. Throws StoredFormatError if there is none. */
export async function textOfRow(
  entity: Readonly<Record<string, unknown>>,
  where: string,
  read: (path: string) => Promise<Uint8Array | undefined>,
): Promise<string> {
  const { textBlob } = entity;
  if (textBlob === undefined) return joinText(entity, where);
  // What others name here may be no blob at all, which Storage answers in other ways than that there is none.
  if (typeof textBlob !== 'string' || !textPath.test(textBlob)) {
    throw new StoredFormatError(
      `${where}: expected its content in a blob of the folder texts, got another name for it`,
    );
  }
  const bytes = await read(textBlob);
  if (bytes === undefined) {
    throw new StoredFormatError(`${where}: its content should be in the blob ${textBlob}, which does not exist`);
  }
  return Buffer.from(bytes).toString();
}
