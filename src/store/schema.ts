/**
 * The form of everything this version stores. It rises when older code would misread what newer code writes.
 * 2: what a target remembers has causes.
 */
export const schema = 2;

/** Thrown on meeting something that a newer version stored: this one stops before it writes anything. */
export class SchemaError extends Error {
  override name = 'SchemaError';
}

/** Thrown for something stored that cannot be what we wrote: damaged, or edited by hand. */
export class StoredFormatError extends Error {
  override name = 'StoredFormatError';
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
