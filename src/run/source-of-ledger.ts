import { isDeepStrictEqual } from 'node:util';
import { gainsAfter } from '../core/judge/gains.ts';
import type { Judgement } from '../core/judge/judge.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import type { Check, SourceState } from '../core/judge/source-state.ts';
import type { Taken } from './take-publication.ts';

/**
 * The judged ledger with what is known of the source. A publication accepted for some tags only moves those tags: the
 * last accepted one, and the count by which absence is measured, stay.
 */
export function withSource(
  before: Ledger,
  judged: Judgement,
  taken: Taken,
  followed: SourceState,
  checks: readonly Check[],
  now: Date,
): { readonly ledger: Ledger; readonly changed: boolean } {
  const { accepted, seen } = taken;
  const source: SourceState = {
    ...followed,
    checks,
    wordsTaken: [...followed.wordsTaken, ...taken.wordsTaken],
    gains: gainsAfter(followed.gains, accepted, judged.events, now),
  };
  const partly = accepted?.onlyTags !== undefined;
  // The same content came again under a name with its date.
  const dated = before.accepted?.dateEstimated && seen?.publication.dateEstimated === false && !accepted;
  const ledger: Ledger = {
    ...judged.ledger,
    ...(partly ? { accepted: before.accepted, count: before.count } : {}),
    ...(dated ? { accepted: seen.publication } : {}),
    source,
  };
  return { ledger, changed: dated === true || !isDeepStrictEqual(before.source, source) };
}
