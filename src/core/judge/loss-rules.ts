import { familyNames } from '../address/family.ts';
import type { Sets } from '../address/sets.ts';
import type { Reason } from '../reason.ts';
import { counted, percent, quantity, share } from './arithmetic.ts';
import type { TagPolicy } from './policy.ts';

/** One tag's loss in one publication, as the rules see it. */
interface Loss {
  readonly tag: string;
  /** True if the publication no longer has the tag at all. */
  readonly vanished: boolean;
  /** The effective list before the publication. */
  readonly before: Sets;
  /** Published prefixes before, of both families. */
  readonly prefixesBefore: number;
  readonly lost: Sets;
  /** How many of the published prefixes lost addresses. */
  readonly prefixesLost: number;
  /** Families the tag had and no longer has. */
  readonly familiesGone: readonly ('ipv4' | 'ipv6')[];
}

/** A rule that says why only a person may release a loss; undefined if it has no objection. */
type LossRule = (loss: Loss, policy: TagPolicy) => Reason | undefined;

const answerLoss =
  'answer remove, keep until a date, or keep without an end; without an answer everything stays allowed';

/** Publication 239 dropped 363 tags; most came back 1 to 14 months later. */
const tagVanished: LossRule = (loss) =>
  loss.vanished
    ? {
        rule: 'tag-vanished',
        text: `the whole tag ${loss.tag} is gone: it had ${quantity(loss.before.ipv4.count, 'IPv4 address', 'IPv4 addresses')}, and ${quantity(loss.prefixesBefore, 'prefix', 'prefixes')} in both families together`,
        next: answerLoss,
      }
    : undefined;

/** A large share of the IPv4 addresses at once; one prefix alone may be most of a small tag and is left to the clock. */
const lostShare: LossRule = (loss, policy) => {
  const lost = loss.lost.ipv4.count;
  const before = loss.before.ipv4.count;
  if (loss.vanished || loss.prefixesLost <= 1 || share(lost, before) <= policy.lossQuestionShare) return undefined;
  return {
    rule: 'lost-share',
    text: `${counted(lost)} of ${counted(before)} IPv4 addresses (${percent(lost, before)}) are gone; the limit is ${percent(BigInt(Math.round(policy.lossQuestionShare * 1e6)), 1_000_000n)}`,
    next: answerLoss,
  };
};

/** Many prefixes at once, also where they are few addresses or IPv6, whose addresses mean nothing as a share. */
const lostPrefixes: LossRule = (loss, policy) =>
  !loss.vanished && loss.prefixesLost > policy.lossQuestionPrefixes
    ? {
        rule: 'lost-prefixes',
        text: `${counted(loss.prefixesLost)} of ${counted(loss.prefixesBefore)} published prefixes lost addresses; the limit is ${counted(policy.lossQuestionPrefixes)}`,
        next: answerLoss,
      }
    : undefined;

/** A tag that had both families and is left with one. */
const lostFamily: LossRule = (loss) =>
  !loss.vanished && loss.familiesGone.length > 0
    ? {
        rule: 'lost-family',
        text: `${loss.tag} has no ${loss.familiesGone.map((family) => familyNames[family]).join(' and no ')} prefix any more`,
        next: answerLoss,
      }
    : undefined;

export const lossRules: readonly LossRule[] = [tagVanished, lostShare, lostPrefixes, lostFamily];
