import { covers, type Entries, entriesOf, noEntries, unite, within } from '../plan/entries.ts';
import type { AcceptPublicationDecision, ApproveDecision, HoldDecision } from './decision.ts';
import { distinctPersons, isSamePerson } from './person.ts';

/** People who decided the same, where several have to. */
export interface ApprovalsSoFar {
  readonly by: readonly string[];
  readonly needed: number;
}

/** How many people must have decided the same before it counts. */
export function peopleNeeded({ needs = 1 }: { readonly needs?: number }): number {
  return needs;
}

/**
 * The ranges of an approval that as many people approved as it needs. Approvals meet by their ranges: a part that shrank
 * between two of them is approved as far as both showed it.
 * @param open approvals that are neither withdrawn nor over, this one among them.
 */
export function approvedByEnough(approval: ApproveDecision, open: readonly ApproveDecision[]): Entries {
  const own = entriesOf(approval.ranges);
  const needed = peopleNeeded(approval);
  if (needed <= 1) return own;
  const same = open.filter(({ target, direction }) => target === approval.target && direction === approval.direction);
  const byPerson = distinctPersons(same.map(({ by }) => by)).map((person) =>
    unite(same.filter(({ by }) => isSamePerson(by, person)).map(({ ranges }) => entriesOf(ranges))),
  );
  return within(own, coveredTimes(byPerson, needed));
}

/** What at least `times` of some sets have. */
function coveredTimes(sets: readonly Entries[], times: number): Entries {
  // At index n: what n + 1 of the sets so far have.
  const layers: Entries[] = Array.from({ length: times }, () => noEntries);
  for (const set of sets) {
    for (let at = times - 1; at >= 0; at--) {
      const more = at === 0 ? set : within(layers[at - 1] ?? noEntries, set);
      layers[at] = unite([layers[at] ?? noEntries, more]);
    }
  }
  return layers[times - 1] ?? noEntries;
}

/** Those who answered a hold alike, this answer's person among them, for at least the same ranges. */
export function answeredAlike(answer: HoldDecision, all: readonly HoldDecision[]): readonly HoldDecision[] {
  const includes = (ranges: readonly string[] | undefined) =>
    ranges === undefined || (answer.ranges !== undefined && covers(entriesOf(ranges), entriesOf(answer.ranges)));
  return all.filter((one) => one.hold === answer.hold && one.answer === answer.answer && includes(one.ranges));
}

/** Those who accepted a file, this one among them, for at least the same tags. */
export function acceptedAlike(
  accept: AcceptPublicationDecision,
  all: readonly AcceptPublicationDecision[],
): readonly AcceptPublicationDecision[] {
  const includes = (tags: readonly string[] | undefined) =>
    tags === undefined || accept.tags?.every((tag) => tags.includes(tag)) === true;
  return all.filter((one) => one.digest === accept.digest && includes(one.tags));
}

/** Whether as many people decided alike as a decision needs. */
export function isByEnough<T extends HoldDecision | AcceptPublicationDecision>(
  decision: T,
  alike: readonly T[],
): boolean {
  return distinctPersons(alike.map(({ by }) => by)).length >= peopleNeeded(decision);
}
