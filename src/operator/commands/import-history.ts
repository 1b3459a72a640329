import { messageOf } from '../../core/errors.ts';
import { issueTexts } from '../../core/publication/issue-list.ts';
import { readPublication } from '../../core/publication/read-publication.ts';
import { snapshotOf } from '../../core/publication/snapshot.ts';
import { SourceError } from '../../ports/source.ts';
import type { RunContext } from '../../run/context.ts';
import { type IndexContext, indexTagSizes } from '../../run/index-tag-sizes.ts';
import { tryKeepSnapshot } from '../../run/kept-catalog.ts';
import { RequestError } from '../../run/service.ts';
import { publicationFilesIn, readPublicationFile } from '../../sources/publication-files.ts';

/** Called with each file, for progress. */
export type OnFile = (file: string, index: number, all: number) => void;

/** What became of the files of a folder. */
export interface ImportedHistory {
  readonly imported: number;
  /** Those that were kept already. */
  readonly known: number;
  readonly unreadable: readonly { readonly file: string; readonly why: string }[];
  /** Why the sizes over time are not complete yet: housekeeping goes on with them. Absent where they are. */
  readonly notIndexed?: string;
}

/**
 * Keeps old publications of a folder, of the cloud of the config, for answers about the past. None of them comes into force,
 * no run looks at them, and no target is touched. Their sizes are put into the index of sizes over time. Safe to repeat.
 * Throws RequestError for a folder without any.
 */
export async function importHistory(
  context: IndexContext & Pick<RunContext, 'now'>,
  folder: string,
  onFile: OnFile = () => {},
): Promise<ImportedHistory> {
  const { publications, loaded, now } = context;
  const { cloud } = loaded.config;
  const paths = await asRequested(publicationFilesIn(folder, cloud));
  if (paths.length === 0) {
    throw new RequestError(
      `expected publications of ${cloud} in ${folder}, such as ServiceTags_${cloud}_20240115.json, got none: name another folder`,
    );
  }
  const kept = new Set((await publications.all()).map(({ digest }) => digest));
  const unreadable: { file: string; why: string }[] = [];
  let [imported, known] = [0, 0];
  for (const [index, path] of paths.entries()) {
    const { bytes, file, provenance } = await asRequested(readPublicationFile(path, 'import-history', { now }));
    onFile(file, index, paths.length);
    const firstSeen = now().toISOString();
    const read = readPublication(bytes, { file, provenance, firstSeen }, cloud);
    if (!read.ok) {
      unreadable.push({ file, why: issueTexts(read.issues)[0] ?? 'its content is damaged' });
      continue;
    }
    const { publication } = read;
    const { digest } = publication;
    if (kept.has(digest)) known++;
    else {
      await publications.put(
        { digest, file, firstSeen, status: 'imported', publication, provenance, reasons: [] },
        bytes,
      );
      await tryKeepSnapshot(publications, snapshotOf(read, bytes), context.log);
      kept.add(digest);
      imported++;
    }
  }
  const notIndexed = await indexAll(context);
  return { imported, known, unreadable, ...(notIndexed === undefined ? {} : { notIndexed }) };
}

/** Why the index is not complete; undefined if it is. The files are kept, whatever becomes of what is derived from them. */
async function indexAll(context: IndexContext): Promise<string | undefined> {
  try {
    for (let left = await indexTagSizes(context); left > 0; ) {
      const next = await indexTagSizes(context);
      if (next >= left) return `${next} of what is kept could not be looked at`;
      left = next;
    }
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}

async function asRequested<T>(read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (error) {
    throw error instanceof SourceError ? new RequestError(error.message, { cause: error }) : error;
  }
}
