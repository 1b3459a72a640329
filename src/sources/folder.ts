import * as z from 'zod';
import { type Fetched, type SourceDefinition, SourceError } from '../ports/source.ts';
import { listed } from './details-page.ts';
import { readPublicationFile, readPublicationFolder } from './publication-files.ts';
import { inSequence } from './sequence.ts';

const schema = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe(
      'Folder that holds files named ServiceTags_<cloud>_<date>.json, itself or in folders within (one a year, say); files under other names, or compressed (.json.gz), are taken where their content tells. One file works, too.',
    ),
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
        const { files: all, leftOut } = await readPublicationFolder(path, context.cloud);
        const files = inSequence(all).reverse().slice(0, MOST_FILES);
        const notes =
          leftOut.length === 0 ? [] : [`left out: ${listed(leftOut.map(({ name, why }) => `${name} (${why})`))}`];
        if (files.length === 0) {
          throw new SourceError(
            `${[`${path} holds no file ServiceTags_${context.cloud}_<date>.json`, ...notes].join('; ')}. Put one there, or correct the path or the cloud.`,
          );
        }
        for (const found of files) {
          signal.throwIfAborted();
          const fetched = await readPublicationFile(found.path, kind, context);
          yield { ...fetched, notes: [...fetched.notes, ...notes.splice(0)] };
        }
      }
      return { candidates };
    },
  };
}
