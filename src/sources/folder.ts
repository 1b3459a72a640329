import { z } from 'zod';
import { type Fetched, type SourceDefinition, SourceError } from '../ports/source.ts';
import { listPublicationFiles, newestFirst, readPublicationFile } from './publication-files.ts';

const schema = z.strictObject({
  path: z.string().min(1).describe('Folder that holds files named ServiceTags_<cloud>_<date>.json.'),
});

/** After the newest, two older ones, for the case that it is damaged. */
const MOST_FILES = 3;

export const folder = folderOf('folder', 'The newest file in a folder of your own.');

/** A folder too, under a name of its own: what it holds is made up, and every record must say so. */
export const sample = folderOf('sample', 'A folder with made-up publications, to see the service at work offline.');

function folderOf(kind: string, summary: string): SourceDefinition<z.output<typeof schema>> {
  return {
    kind,
    summary,
    schema,
    async open({ path }, context) {
      async function* candidates(signal: AbortSignal): AsyncGenerator<Fetched, void> {
        const files = newestFirst(await listPublicationFiles(path, context.cloud)).slice(0, MOST_FILES);
        if (files.length === 0) {
          throw new SourceError(
            `${path} holds no file ServiceTags_${context.cloud}_<date>.json. Put one there, or correct the path or the cloud.`,
          );
        }
        for (const found of files) {
          signal.throwIfAborted();
          yield await readPublicationFile(found.path, kind, context);
        }
      }
      return { candidates };
    },
  };
}
