import * as z from 'zod';
import type { Fetched, SourceDefinition } from '../ports/source.ts';
import { readPublicationFile } from './publication-files.ts';

const schema = z.strictObject({
  path: z
    .string()
    .min(1)
    .describe('Path of one publication, relative to where the service runs; compressed (.json.gz) as well.'),
});

export const file: SourceDefinition<z.output<typeof schema>> = {
  kind: 'file',
  summary: 'One file of your own, read again in each run.',
  schema,
  async open({ path }, context) {
    async function* candidates(signal: AbortSignal): AsyncGenerator<Fetched, void> {
      signal.throwIfAborted();
      yield await readPublicationFile(path, 'file', context);
    }
    return { candidates };
  },
};
