import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf } from '../core/errors.ts';
import { parseFileName } from '../core/publication/publication.ts';
import { type Fetched, type SourceContext, SourceError } from '../ports/source.ts';

/** Larger than any publication by far; guards against a path that points at something else. */
const MOST_BYTES = 64e6;

/** Reads one file as it is. Throws SourceError if it cannot be read. */
export async function readPublicationFile(
  path: string,
  via: string,
  { now }: Pick<SourceContext, 'now'>,
): Promise<Fetched> {
  const name = basename(path);
  return {
    bytes: await readWhole(path),
    file: parseFileName(name)?.file ?? name,
    provenance: { via, url: pathToFileURL(resolve(path)).href, fetchedAt: now().toISOString() },
    notes: [],
  };
}

async function readWhole(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) {
      throw new SourceError(`${path} has ${size.toLocaleString('en')} bytes, expected at most 64 MB. Check the path.`);
    }
    return await readFile(path);
  } catch (error) {
    if (error instanceof SourceError) throw error;
    throw unreadable(path, error);
  }
}

/** Says that a path cannot be read, and why. */
export function unreadable(path: string, cause: unknown): SourceError {
  const why = messageOf(cause);
  return new SourceError(`Cannot read ${path}: ${why}. Check the path and the rights of the service.`, [why]);
}
