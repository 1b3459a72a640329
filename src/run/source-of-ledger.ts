import { isDeepStrictEqual } from 'node:util';
import type { Ledger } from '../core/judge/ledger.ts';
import type { SourceState } from '../core/judge/source-state.ts';
import type { FetchResult } from './fetch-publication.ts';

/** Files are served for a week or two; what fell out of this is not served any more. */
const maxTold = 100;

/**
 * The judged ledger with what is known of the source. A publication accepted for some tags only moves those tags: the
 * last accepted one, and the count by which absence is measured, stay.
 */
export function withSource(
  before: Ledger,
  judged: Ledger,
  { accepted, seen, told, wordsTaken }: FetchResult,
  followed: SourceState,
): { readonly ledger: Ledger; readonly changed: boolean } {
  const source: SourceState = {
    ...followed,
    told: [...followed.told, ...told].slice(-maxTold),
    wordsTaken: [...followed.wordsTaken, ...wordsTaken],
  };
  const partly = accepted?.onlyTags !== undefined;
  // The same content came again under a name with its date.
  const dated = before.accepted?.dateEstimated && seen?.publication.dateEstimated === false && !accepted;
  const ledger: Ledger = {
    ...judged,
    ...(partly && before.accepted ? { accepted: before.accepted, count: before.count } : {}),
    ...(dated ? { accepted: seen.publication } : {}),
    source,
  };
  return { ledger, changed: dated === true || !isDeepStrictEqual(before.source, source) };
}
