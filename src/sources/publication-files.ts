import type { Dirent } from 'node:fs';
import { open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { messageOf } from '../core/errors.ts';
import { isObject } from '../core/json.ts';
import { type Cloud, clouds } from '../core/publication/catalog.ts';
import { isDiscoveryAnswer } from '../core/publication/discovery-answer.ts';
import { compareNewestFirst, type FileName, parseFileName } from '../core/publication/publication.ts';
import { type Fetched, type SourceContext, SourceError } from '../ports/source.ts';
import { TooLarge, unzipped } from './unzipped.ts';

export interface PublicationFile extends FileName {
  readonly path: string;
  /** As read from the file; absent if the file is damaged. */
  readonly changeNumber?: number;
}

/** A JSON file that is no publication of the cloud. */
export interface LeftOutFile {
  /** Path within the folder. */
  readonly name: string;
  /** Why, as a clause. */
  readonly why: string;
}

/** What a folder, or a single file in its place, has of a cloud. */
interface FolderRead {
  readonly files: readonly PublicationFile[];
  readonly leftOut: readonly LeftOutFile[];
}

/** Official files have the number and the cloud in their first 100 bytes. */
const HEAD_BYTES = 1024;

/** Larger than any publication by far; guards against a path that points at something else. */
const MOST_BYTES = 64e6;

/** Folders within folders that are looked into: one a year, one a month. */
const mostDepth = 2;

/** A folder with more JSON files than that is none of publications: there are about 50 a year. */
const mostNames = 10_000;

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
export async function listPublicationFiles(folder: string, cloud: Cloud): Promise<readonly PublicationFile[]> {
  return (await readPublicationFolder(folder, cloud)).files;
}

/**
 * A cloud's publications in a folder and the folders within it, by path: those whose name says so, and those under another name
 * whose content does. `path` may also be one file. Throws SourceError if it cannot be read.
 */
export async function readPublicationFolder(path: string, cloud: Cloud): Promise<FolderRead> {
  const isFile = await stat(path).then(
    (found) => found.isFile(),
    (error: unknown) => {
      throw unreadable(path, error);
    },
  );
  const paths = isFile ? [path] : await jsonFilesIn(path, mostDepth);
  if (paths.length > mostNames) {
    throw new SourceError(
      `${path} holds more than ${mostNames} JSON files, which is no folder of publications. Check the path.`,
    );
  }
  const root = isFile ? dirname(path) : path;
  const files: PublicationFile[] = [];
  const leftOut: LeftOutFile[] = [];
  for (const one of paths.sort()) {
    const found = await lookAt(one, cloud);
    if ('why' in found) leftOut.push({ name: relative(root, one), why: found.why });
    else files.push(found);
  }
  return { files, leftOut };
}

async function jsonFilesIn(folder: string, depth: number): Promise<string[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch (error) {
    throw unreadable(folder, error);
  }
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.name.startsWith('.')) continue;
    if (entry.isDirectory()) found.push(...(depth > 0 ? await jsonFilesIn(path, depth - 1) : []));
    else if (/\.json(\.gz)?$/i.test(entry.name)) found.push(path);
  }
  return found;
}

/** What a name says counts; where it says nothing, the content tells. */
async function lookAt(path: string, cloud: Cloud): Promise<PublicationFile | Pick<LeftOutFile, 'why'>> {
  const name = parseFileName(basename(path));
  if (name !== undefined && name.cloud !== cloud) return { why: `a file of cloud ${name.cloud}` };
  const peeked = await peek(path);
  if (name !== undefined) return { ...name, path, ...numbered(peeked) };
  if (peeked.discovery) return { why: "the Discovery API's answer, which is no publication" };
  if (peeked.changeNumber === undefined || peeked.cloud === undefined) return { why: 'no publication' };
  if (peeked.cloud !== cloud) return { why: `a file of cloud ${peeked.cloud}` };
  return { cloud, file: basename(path), path, ...numbered(peeked) };
}

function numbered({ changeNumber }: Peeked): { readonly changeNumber?: number } {
  return changeNumber === undefined ? {} : { changeNumber };
}

/** By the date in the name, newest first, then by changeNumber; files without a date last. */
export function newestFirst(files: readonly PublicationFile[]): PublicationFile[] {
  return [...files].sort((a, b) => compareNewestFirst(a, b) || (b.changeNumber ?? -1) - (a.changeNumber ?? -1));
}

function compareByNumber(a: PublicationFile, b: PublicationFile): number {
  return (a.changeNumber ?? -1) - (b.changeNumber ?? -1) || compareNewestFirst(b, a);
}

/** What the content says itself. */
interface Peeked {
  readonly changeNumber?: number;
  readonly cloud?: Cloud;
  /** It is what the Service Tag Discovery API answers. */
  readonly discovery?: true;
}

/** Number and cloud from the top of a file; from the whole file where they do not come first. */
async function peek(path: string): Promise<Peeked> {
  try {
    const head = await readHead(path);
    const top = /^\s*\{\s*"changeNumber"\s*:\s*(\d{1,9})\s*,\s*"cloud"\s*:\s*"(\w+)"/.exec(head);
    const cloud = cloudOf(top?.[2]);
    if (top?.[1] !== undefined && cloud !== undefined) return { changeNumber: Number(top[1]), cloud };
    // What is larger than is read has no number here, and is refused loudly by its size when its turn comes.
    if ((await stat(path)).size > MOST_BYTES) return {};
    const { bytes } = await unzipped(await readFile(path), MOST_BYTES);
    return peekWhole(new TextDecoder().decode(bytes));
  } catch (error) {
    // A damaged stream: refused loudly when its turn comes.
    if (error instanceof TooLarge || (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')))
      return {};
    throw unreadable(path, error);
  }
}

async function readHead(path: string): Promise<string> {
  await using handle = await open(path);
  const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(HEAD_BYTES) });
  return buffer.toString('utf8', 0, bytesRead);
}

function peekWhole(text: string): Peeked {
  try {
    const document: unknown = JSON.parse(text);
    if (!isObject(document)) return {};
    if (isDiscoveryAnswer(document)) return { discovery: true };
    const { changeNumber } = document;
    const cloud = cloudOf(document.cloud);
    return { ...(typeof changeNumber === 'number' ? { changeNumber } : {}), ...(cloud === undefined ? {} : { cloud }) };
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function cloudOf(value: unknown): Cloud | undefined {
  return clouds.find((known) => known === value);
}

/** Reads one file as it is, without its compression. Throws SourceError if it cannot be read. */
export async function readPublicationFile(
  path: string,
  via: string,
  { now }: Pick<SourceContext, 'now'>,
): Promise<Fetched> {
  const name = basename(path);
  const { bytes, compressed } = await readWhole(path);
  return {
    bytes,
    file: parseFileName(name)?.file ?? name,
    provenance: { via, url: pathToFileURL(resolve(path)).href, fetchedAt: now().toISOString() },
    notes: compressed ? ['the file is compressed'] : [],
  };
}

async function readWhole(path: string): ReturnType<typeof unzipped> {
  try {
    const { size } = await stat(path);
    if (size > MOST_BYTES) {
      throw new SourceError(`${path} has ${size.toLocaleString('en')} bytes, expected at most 64 MB. Check the path.`);
    }
    return await unzipped(await readFile(path), MOST_BYTES);
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
