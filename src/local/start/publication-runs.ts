import { UsageError } from '../../core/errors.ts';
import type { Ledger } from '../../core/judge/ledger.ts';
import { type Cloud, clouds } from '../../core/publication/catalog.ts';
import { rawDigest } from '../../core/publication/digest.ts';
import { parseFileName } from '../../core/publication/publication.ts';
import { readPublication } from '../../core/publication/read-publication.ts';
import { SourceError } from '../../ports/source.ts';
import type { Publications } from '../../ports/store.ts';
import {
  type LeftOutFile,
  listPublicationFiles,
  newestFirst,
  type PublicationFile,
  readPublicationFile,
  readPublicationFolder,
} from '../../sources/publication-files.ts';

/** What can be said of a file before any run. */
export interface FileFacts {
  readonly file: string;
  readonly changeNumber: number | null;
  readonly date: string | null;
  readonly digest: string;
}

/**
 * The publications in a folder in order of their dates, which is the order of publication and keeps the clock going
 * forward even over files with a wrong number; those without a date last, as the newest. Files of another cloud are left out, unless there is nothing
 * else: then the caller wants to see them refused. Throws UsageError if there is none at all.
 */
export async function publicationsIn(
  folder: string,
  cloud: Cloud,
): Promise<{ readonly files: readonly string[]; readonly leftOut: readonly LeftOutFile[] }> {
  try {
    const { files: own, leftOut } = await readPublicationFolder(folder, cloud);
    if (own.length > 0) return { files: inOrderOfDate(own), leftOut };
    const others = await Promise.all(
      clouds.filter((one) => one !== cloud).map((one) => listPublicationFiles(folder, one)),
    );
    const files = inOrderOfDate(others.flat());
    if (files.length > 0) return { files, leftOut: [] };
    const found = leftOut.map(({ name, why }) => `${name} (${why})`).slice(0, 5);
    throw new UsageError(
      `${folder} holds no file named ServiceTags_${cloud}_<date>.json, and none whose content is one${found.length > 0 ? `: ${found.join(', ')}` : ''}. Put one there, or correct --publications.`,
    );
  } catch (error) {
    if (error instanceof SourceError) throw new UsageError(error.message);
    throw error;
  }
}

function inOrderOfDate(files: readonly PublicationFile[]): string[] {
  const sorted = newestFirst(files).reverse();
  const dated = sorted.filter(({ date }) => date !== undefined);
  return [...dated, ...sorted.filter(({ date }) => date === undefined)].map((file) => file.path);
}

/** Reads what a file claims to be. A file that does not parse has a digest alone. */
export async function factsOf(path: string, cloud: Cloud): Promise<FileFacts> {
  const { bytes, file, provenance } = await readPublicationFile(path, 'file', { now: () => new Date(0) });
  const read = readPublication(bytes, { file, provenance, firstSeen: provenance.fetchedAt }, cloud);
  const date = parseFileName(file)?.date ?? null;
  if (read.ok) return { file, changeNumber: read.publication.changeNumber, date, digest: read.publication.digest };
  return { file, changeNumber: null, date, digest: rawDigest(bytes) };
}

/**
 * Whether a run has been over this file. One that was stored and not judged does not count: the process was killed in
 * between, and skipping it would leave a gap in the history.
 */
export async function isDoneWith(
  { digest, date }: FileFacts,
  publications: Pick<Publications, 'get'>,
  ledger: Ledger | undefined,
): Promise<boolean> {
  const stored = await publications.get(digest);
  if (stored?.status === 'imported') return false;
  if (stored?.status !== 'accepted' || stored.publication === undefined) return stored !== undefined;
  const last = ledger?.accepted;
  if (last === undefined) return false;
  const { changeNumber } = stored.publication;
  return (
    changeNumber < last.changeNumber ||
    digest === last.digest ||
    (changeNumber === last.changeNumber && (date ?? '') < last.date)
  );
}
