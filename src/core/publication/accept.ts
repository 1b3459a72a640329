import { quantity } from '../judge/arithmetic.ts';
import type { Policy } from '../judge/policy.ts';
import type { Catalog } from './catalog.ts';
import { daysSince } from './freshness.ts';
import { type ParsedPublication, type Publication, setAsideIn } from './publication.ts';
import type { FileRead } from './read-publication.ts';
import { staleContent, staleTags } from './stale-tags.ts';
import { type Before, takeFile } from './take-file.ts';

/**
 * - `accepted`: becomes the last accepted publication.
 * - `seen`: the content of the last accepted one again; counts for nothing.
 * - `waiting`: a person must look at it; it does not become the last accepted one.
 * - `refused`: never accepted by itself.
 */
interface Acceptance {
  readonly verdict: 'accepted' | 'seen' | 'refused' | 'waiting';
  /** Why, in sentences for people: for `accepted` only what is remarkable. */
  readonly reasons: readonly string[];
}

/** Numbers rise by about one a week: more than this means half a year unseen, or a number that cannot be trusted. */
const largestJump = 25;

/**
 * Decides whether a publication may follow the last accepted one (undefined: there is none yet).
 * @param doubtful what else speaks for a person's look, in sentences.
 */
export function acceptPublication(
  last: Publication | undefined,
  next: Publication,
  now: Date,
  doubtful: readonly string[] = [],
): Acceptance {
  if (last?.cloud === next.cloud && last.digest === next.digest) return { verdict: 'seen', reasons: [] };
  const refusals = last === undefined ? [] : refusalsOf(last, next);
  if (refusals.length > 0) return { verdict: 'refused', reasons: refusals };
  const doubts = [...doubtsOf(last, next, now), ...doubtful];
  if (doubts.length > 0) return { verdict: 'waiting', reasons: doubts };
  return { verdict: 'accepted', reasons: last?.changeNumber === next.changeNumber ? [sameNumber(last, next)] : [] };
}

/** What a file is judged by. */
interface Circumstances {
  /** What is in force: where tags that are set aside are taken from. */
  readonly before: Before;
  /** The catalog in force as its file has it; undefined where that cannot be read, so that no numbers of tags can be compared. */
  readonly inForce: Catalog | undefined;
  /** The publication that it would follow: the one in force, or one that another way of the source had. */
  readonly after: Publication | undefined;
  readonly policy: Policy;
  readonly now: Date;
}

/** Decides whether a file that was read may come into force, whole or in part, and gives what it would put in force. */
export function acceptFile(
  file: FileRead,
  { before, inForce, after, policy, now }: Circumstances,
): Acceptance & { readonly parsed: ParsedPublication } {
  const stale = staleTags(comparable(inForce, before.publication, policy), file.catalog);
  const doubt = staleContent(stale);
  const parsed = takeFile(file, before, doubt === undefined ? stale.back : []);
  return { ...acceptPublication(after, parsed.publication, now, doubt === undefined ? [] : [doubt]), parsed };
}

/** The tags whose numbers count from file to file: not those that a person took from a file out of turn. */
function comparable(
  catalog: Catalog | undefined,
  inForce: Publication | undefined,
  policy: Policy,
): Pick<Catalog, 'tags'> | undefined {
  const byPerson = new Set(inForce?.tagsFrom?.flatMap(({ tag, why }) => (why === undefined ? [tag] : [])));
  const counts = (tag: string): boolean =>
    !byPerson.has(tag) && (policy.tags[tag]?.fileQuestionOlderTag ?? policy.fileQuestionOlderTag);
  return catalog && { tags: new Map([...catalog.tags].filter(([tag]) => counts(tag))) };
}

function refusalsOf(last: Publication, next: Publication): string[] {
  if (next.cloud !== last.cloud) {
    return [`It is a file of ${next.cloud}; the last accepted one is of ${last.cloud}, whose numbers run separately.`];
  }
  const behind = last.changeNumber - next.changeNumber;
  const dated = !last.dateEstimated && !next.dateEstimated;
  if (behind > 0) {
    return dated && next.date > last.date
      ? [
          `Number and date disagree: ${name(next)} has a later date and a lower number than ${name(last)}, accepted before.`,
        ]
      : [`It is older: ${name(next)} is ${behind} below ${name(last)}${daysApart(next, last)}, accepted before.`];
  }
  if (behind === 0) {
    const newer = dated && next.date > last.date;
    const older = dated && next.date < last.date;
    return newer || (!older && isRepaired(last, next)) ? [] : [`${sameNumber(last, next)} ${undecided(dated)}`];
  }
  return dated && next.date < last.date
    ? [
        `Number and date disagree: ${name(next)} has an earlier date and a higher number than ${name(last)}, accepted before.`,
      ]
    : [];
}

/** Whether the last one was taken in part, and of this one less has to be left out, and nothing else. */
function isRepaired(last: Publication, next: Publication): boolean {
  const [before, now] = [setAsideIn(last), setAsideIn(next)];
  const [unnamedBefore, unnamedNow] = [last.unnamed ?? 0, next.unnamed ?? 0];
  const less = now.size < before.size || unnamedNow < unnamedBefore;
  return less && unnamedNow <= unnamedBefore && [...now].every((tag) => before.has(tag));
}

function doubtsOf(last: Publication | undefined, next: Publication, now: Date): string[] {
  const doubts: string[] = [];
  const jump = last === undefined ? 0 : next.changeNumber - last.changeNumber;
  if (last !== undefined && jump > largestJump) {
    doubts.push(
      `${name(next)} is ${jump} above ${name(last)}, accepted before; more than ${largestJump} need a person's look.`,
    );
  }
  const ahead = -daysSince(next.date, now);
  if (ahead > 1) {
    doubts.push(`${name(next)} lies ${ahead} days ahead of today, ${now.toISOString().slice(0, 10)} (UTC).`);
  }
  return doubts;
}

function sameNumber(last: Publication, next: Publication): string {
  return `Number ${next.changeNumber} was accepted before with other content: ${when(last)} then, ${when(next)} now.`;
}

function undecided(dated: boolean): string {
  return dated ? 'Its date is not newer.' : 'Which is newer cannot be told: not both file names carry a date.';
}

function name(publication: Publication): string {
  return `number ${publication.changeNumber} (${when(publication)})`;
}

function when({ date, dateEstimated }: Publication): string {
  return `${dateEstimated ? 'first seen' : 'dated'} ${date}`;
}

function daysApart(older: Publication, newer: Publication): string {
  const days = daysSince(older.date, new Date(`${newer.date}T00:00:00Z`));
  return days > 0 && !older.dateEstimated && !newer.dateEstimated ? ` and ${quantity(days, 'day')} before it` : '';
}
