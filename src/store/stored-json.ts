import { checkSchema, StoredFormatError, schema } from './schema.ts';

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
