import { byFamily, type Family, familyNames } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import { type Sets, subtract } from '../address/sets.ts';
import { counted, percent, share } from './arithmetic.ts';
import type { Hold, TagLedger } from './ledger.ts';
import { answerLoss } from './loss-rules/loss.ts';
import type { TagPolicy } from './policy.ts';
import { seasonOf } from './season.ts';
import { measureOf } from './size.ts';

/** A hold, and what of it the clock may release. */
export interface Expired {
  readonly hold: Hold;
  readonly expired: Sets;
}

/**
 * Keeps what nobody was asked about from leaving together: losses of a year that AzureCloud of the region had until now may be small
 * one by one, and expire on one day. What would be over the limit for one family of the tag, with what the clock released
 * within the season, stays and becomes a question.
 * @param watched families of the tag that lists of targets hold.
 * @param now ISO 8601.
 */
export function limitReleases(
  row: TagLedger,
  all: readonly Expired[],
  watched: readonly Family[],
  policy: TagPolicy,
  now: string,
): readonly Expired[] {
  return watched.reduce((rest, family) => limitFamily(row, rest, family, policy, now), all);
}

function limitFamily(
  row: TagLedger,
  all: readonly Expired[],
  family: Family,
  policy: TagPolicy,
  now: string,
): readonly Expired[] {
  // What may go whole without a question may do so in the end, too.
  const mayGo = row.vanished ? !policy.lossQuestionTagVanished : !policy.lossQuestionFamily;
  if (mayGo && row.published[family].isEmpty) return all;
  const isUnasked = ({ hold, expired }: Expired): boolean => hold.told !== 'asked' && !expired[family].isEmpty;
  const leaving = all.filter(isUnasked).map(({ expired }) => expired[family]);
  if (leaving.length === 0) return all;
  const { released, had } = seasonOf(row, now, policy);
  const gone = PrefixSet.unionOf(family, [released[family], ...leaving]);
  const [lost, before] = [measureOf(gone), measureOf(had[family])];
  if (share(lost, before) <= policy.lossQuestionLargeShare) return all;
  const unit = family === 'ipv4' ? 'addresses' : 'prefixes';
  const reason = {
    rule: 'lost-share',
    text: `${counted(lost)} of ${counted(before)} ${familyNames[family]} ${unit} (${percent(lost, before)}) would leave the lists within ${policy.lossWindowDays} days, and nobody was asked; the limit is ${percent(BigInt(Math.round(policy.lossQuestionLargeShare * 1e6)), 1_000_000n)}`,
    next: answerLoss,
  };
  return all.map((one) => {
    if (!isUnasked(one)) return one;
    const { settled: { [family]: _, ...settled } = {}, ...hold } = one.hold;
    const grounds = [...hold.grounds, { reason, concerns: [[family]] }];
    return {
      hold: { ...hold, grounds, ...(Object.keys(settled).length > 0 ? { settled } : {}) },
      expired: byFamily((f) => (f === family ? PrefixSet.empty(f) : one.expired[f])),
    };
  });
}

/** What is left of a hold once some of it is released; undefined if nothing is. */
export function leftOf({ hold, expired }: Expired): Hold | undefined {
  const held = subtract(hold.held, expired);
  return held.ipv4.isEmpty && held.ipv6.isEmpty ? undefined : { ...hold, held };
}
