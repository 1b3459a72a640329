import type { Reason } from '../core/reason.ts';
import { extent } from './format.ts';

/** An answer that most people would give, and why. `wait`: none is needed now. */
export interface Suggestion<A extends string> {
  readonly answer: A | 'wait';
  /** One sentence. */
  readonly reason: string;
}

/** Where the ranges of a loss are in the newest publication; absent where the tag has no parents to compare with. */
interface Whereabouts {
  readonly region: readonly string[];
  readonly global: readonly string[];
  readonly neither: readonly string[];
  /** ISO 8601. */
  readonly neitherSince?: string;
}

/** Days after which ranges that every list of the file lacks count as retired: a fault lasts one file or two. */
const retiredAfterDays = 14;
const dayMs = 86_400_000;

/** For a question about ranges that a tag lost. Keeping them does no harm, so it is what doubt leads to. */
export function suggestForLoss(where: Whereabouts | undefined, now: Date): Suggestion<'keep' | 'remove'> {
  if (where === undefined) {
    return {
      answer: 'keep',
      reason: 'The file has no parents of this tag (a global tag, AzureCloud of the region) to compare it with.',
    };
  }
  const { region, global, neither, neitherSince } = where;
  if (neither.length > 0 && region.length === 0 && global.length === 0) {
    const days = neitherSince === undefined ? 0 : (now.getTime() - Date.parse(neitherSince)) / dayMs;
    const since = neitherSince === undefined ? '' : ` since ${neitherSince.slice(0, 10)}`;
    return days >= retiredAfterDays
      ? { answer: 'remove', reason: `Both parents of the tag lack all of it${since}: Azure has retired it.` }
      : {
          answer: 'wait',
          reason: `Both parents of the tag lack all of it${since}; the next file shows whether that lasts.`,
        };
  }
  if (region.length > 0) {
    const what = global.length + neither.length === 0 ? 'all' : extent(region);
    return { answer: 'keep', reason: `AzureCloud of the region still has ${what} of it: Azure uses that there.` };
  }
  return {
    answer: 'keep',
    reason: `The global tag still has ${neither.length === 0 ? 'all' : extent(global)} of it: mostly Microsoft is tidying up, and keeping does no harm.`,
  };
}

const gainReasons: Readonly<Record<string, Suggestion<'allow' | 'block'>>> = {
  'reserved-range': { answer: 'block', reason: 'No public service answers from private or reserved addresses.' },
  'broad-prefix': {
    answer: 'block',
    reason: 'It is far broader than anything the tag had: a slip of the keyboard looks like this.',
  },
  'other-service': { answer: 'block', reason: 'It belongs to another service, whose addresses would be let in.' },
  'outside-parents': {
    answer: 'wait',
    reason:
      'A slip in one tag looks like this. What Azure does use comes into the parents of the tag as well, with this file or a later one.',
  },
  'other-region': {
    answer: 'wait',
    reason:
      "It was another region's. What has moved comes into AzureCloud of this one as well, with this file or a later one.",
  },
};

/**
 * For suspicious ranges that a tag gained.
 * @param confirmed whether the parents of the tag count and have it: then only its amount is unusual.
 */
export function suggestForGain(questions: readonly Reason[], confirmed: boolean): Suggestion<'allow' | 'block'> {
  for (const [rule, suggestion] of Object.entries(gainReasons)) {
    if (questions.some((question) => question.rule === rule)) return suggestion;
  }
  return confirmed
    ? { answer: 'allow', reason: 'Both parents of the tag have it; only the amount is unusual.' }
    : {
        answer: 'wait',
        reason: "No parent of the tag confirms it: compare with the file on Microsoft's download page.",
      };
}

const partReasons: Readonly<Record<string, string>> = {
  'broad-foreign-entry': 'It lets in more than the whole list.',
  'drift-again': 'It was put right twice and changed again: stop the other writer first, or it comes back.',
  'first-contact': 'The resource was filled by others before: see `plan` for what is added beside that.',
  'large-removal': 'Much of the target goes at once: approve it if the edit or the answer behind it was meant.',
  'config-growth': 'An edit of the config lets in far more than before: approve it if that edit was meant.',
  approval: 'The ranges follow from what was published, edited or answered; `plan` gives the cause of each.',
};

/** An answer to a loss that a part follows from. */
export interface AnsweredLoss {
  /** Who answered `remove`. */
  readonly by: string;
  readonly tag: string;
  /** Where what was released is now. */
  readonly where: Whereabouts | undefined;
}

/**
 * For a part of a plan. Every part follows from something that was decided or published: declining says that it was
 * wrong. One that follows from an answer which the files speak against is looked at first.
 */
export function suggestForPart(
  reasons: readonly Reason[],
  losses: readonly AnsweredLoss[],
  now: Date,
): Suggestion<'approve' | 'decline'> {
  for (const { by, tag, where } of losses) {
    const advice = suggestForLoss(where, now);
    if (advice.answer === 'remove') continue;
    return {
      answer: 'wait',
      reason: `Against the advice, ${by} answered \`remove\` for ${tag}. ${advice.reason} Look first: \`plan\` shows it.`,
    };
  }
  const known = Object.entries(partReasons).find(([rule]) => reasons.some((reason) => reason.rule === rule));
  return { answer: 'approve', reason: known?.[1] ?? partReasons.approval ?? '' };
}
