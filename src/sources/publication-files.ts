import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf } from '../core/errors.ts';
import type { Cloud } from '../core/publication/catalog.ts';
import { compareNewestFirst, type FileName, parseFileName } from '../core/publication/publication.ts';
import { type Fetched, type SourceContext, SourceError } from '../ports/source.ts';

export interface PublicationFile extends FileName {
  readonly path: string;
  /** As read from the file; absent if the file is damaged. */
  readonly changeNumber?: number;
}

/** Official files have the number in their first 40 bytes. */
const HEAD_BYTES = 1024;

/** Larger than any publication by far; guards against a path that points at something else. */
const MOST_BYTES = 64e6;

/**
 * Paths of a cloud's publications in a folder, in order of publication: by changeNumber, then by the date in the name.
 * A damaged file without a readable number keeps its place by date: it is to be refused loudly later, not skipped here.
 * Throws SourceError if the folder cannot be read.
 */
export async function publicationFilesIn(folder: string, cloud: Cloud): Promise<string[]> {
  const files = await listPublicationFiles(folder, cloud);
  const numbered = files.filter((file) => file.changeNumber !== undefined).sort(compareByNumber);
  for (const damaged of files.filter((file) => file.changeNumber === undefined).reverse()) {
    const after = numbered.findIndex((file) => compareNewestFirst(file, damaged) < 0);
    numbered.splice(after < 0 ? numbered.length : after, 0, damaged);
  }
  return numbered.map((file) => file.path);
}

/** A cloud's publications in a folder, by name. Throws SourceError if the folder cannot be read. */
export async function listPublicationFiles(folder: string, cloud: Cloud): Promise<PublicationFile[]> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    throw unreadable(folder, error);
  }
  const files: PublicationFile[] = [];
  for (const name of names.sort()) {
    const parsed = parseFileName(name);
    if (parsed?.cloud !== cloud) continue;
    const path = join(folder, name);
    const changeNumber = await peekChangeNumber(path);
    files.push({ ...parsed, path, ...(changeNumber === undefined ? {} : { changeNumber }) });
  }
  return files;
}

/** By the date in the name, newest first, then by changeNumber; files without a date last. */
export function newestFirst(files: readonly PublicationFile[]): PublicationFile[] {
  return [...files].sort((a, b) => compareNewestFirst(a, b) || (b.changeNumber ?? -1) - (a.changeNumber ?? -1));
}

function compareByNumber(a: PublicationFile, b: PublicationFile): number {
  return (a.changeNumber ?? -1) - (b.changeNumber ?? -1) || compareNewestFirst(b, a);
}

/** The publication's changeNumber from the top of the file; from the whole file where it does not come first. */
async function peekChangeNumber(path: string): Promise<number | undefined> {
  try {
    const head = await readHead(path);
    const first = /^\s*\{\s*"changeNumber"\s*:\s*(\d{1,9})\s*,/.exec(head)?.[1];
    if (first !== undefined) return Number(first);
    // What is larger than is read has no number here, and is refused loudly by its size when its turn comes.
    return (await stat(path)).size > MOST_BYTES ? undefined : readChangeNumber(await readFile(path, 'utf8'));
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function readHead(path: string): Promise<string> {
  await using handle = await open(path);
  const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(HEAD_BYTES) });
  return buffer.toString('utf8', 0, bytesRead);
}

function readChangeNumber(text: string): number | undefined {
  try {
    const document: unknown = JSON.parse(text);
    const isDocument = typeof document === 'object' && document !== null && 'changeNumber' in document;
    return isDocument && typeof document.changeNumber === 'number' ? document.changeNumber : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

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
function unreadable(path: string, cause: unknown): SourceError {
  const why = messageOf(cause);
  return new SourceError(`Cannot read ${path}: ${why}. Check the path and the rights of the service.`, [why]);
}
