import { type Fetched, SourceError } from '../ports/source.ts';

/** The first candidate; the ones after it are never fetched. */
export async function firstCandidate(candidates: AsyncIterable<Fetched>): Promise<Fetched> {
  for await (const fetched of candidates) return fetched;
  throw new SourceError('The source ended without a file and without an error, which no source may do.');
}
