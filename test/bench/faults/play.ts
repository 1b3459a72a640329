import { isEmpty, type Sets, subtract } from '../../../src/core/address/sets.ts';
import { dayMs } from '../../../src/core/calendar.ts';
import type { Policy } from '../../../src/core/judge/policy.ts';
import type { Catalog } from '../../../src/core/publication/catalog.ts';
import type { ParsedPublication, Publication } from '../../../src/core/publication/publication.ts';
import { copyingPolicies } from '../copying-policies.ts';
import { followingCatalog, type Week } from './edit.ts';
import { type Effect, faultIn, isAbout, setsIn, shareOf, TagEffects, type TagFault } from './effects.ts';
import { CopyingFollower, type Follower, Judging, type Told } from './follower.ts';
import type { FaultKind, Planted } from './kind.ts';

/** Weekly files that a fault is played on for, the faulty one included: longer than any clock. */
const weeksPlayed = 26;

/** When a pair of files was published. */
export interface PairDates {
  /** The file before, as published. */
  readonly before: Publication;
  /** The file that the fault is planted into. */
  readonly truth: Publication;
}

/** A planted fault as everybody sees it. */
export interface FaultCase {
  readonly id: string;
  readonly kind: FaultKind;
  readonly pair: PairDates;
  readonly planted: Planted;
}

/** What became of a case. */
export interface Played {
  readonly faults: readonly TagFault[];
  /** The most of any tag that is lost, 0 to 1. */
  readonly lostShare: number;
  /** By the name of who followed the files. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

export interface Outcome {
  readonly effects: readonly Effect[];
  /** A question about what was planted. */
  readonly asked: boolean;
  /** A file was refused, or waited for a person. */
  readonly waits: boolean;
  /** A loss was planted, nobody was asked, and all of it is allowed still. */
  readonly keptUnasked: boolean;
}

/** The files of a case, week by week; `weeks` of them. */
export function filesOf({ id, pair, planted }: FaultCase, weeks = weeksPlayed): readonly ParsedPublication[] {
  const files: ParsedPublication[] = [];
  let catalog = { ...planted.scene.before, changeNumber: pair.before.changeNumber };
  let content: Week | undefined;
  for (let week = 0; week < weeks; week++) {
    const next = planted.weeks[Math.min(week, planted.weeks.length - 1)];
    if (next === undefined) throw new RangeError('expected at least one faulty file');
    // The same content under the next number: the tags stay the same objects.
    if (next === content) catalog = { ...catalog, changeNumber: catalog.changeNumber + 1 };
    else catalog = followingCatalog(catalog, next);
    content = next;
    files.push({ catalog, publication: publicationOf(pair.truth, week, catalog, id) });
  }
  return files;
}

function publicationOf(truth: Publication, week: number, { changeNumber }: Catalog, id: string): Publication {
  const date = new Date(Date.parse(truth.date) + week * 7 * dayMs).toISOString().slice(0, 10);
  // Digests only have to differ where contents do.
  const digest = `${id} ${week}`;
  const file = `ServiceTags_Public_${date.replaceAll('-', '')}.json`;
  return { ...truth, date, file, changeNumber, digest, valuesDigest: digest };
}

/** Shows a case to the judge and to the ways of copying, day by day, with nobody who answers. */
export function playCase(fault: FaultCase, policy: Policy): Played {
  const { scene, tags } = fault.planted;
  const files = filesOf(fault);
  const catalogs = [...new Set(files.map(({ catalog }) => catalog.tags))].map((of) => ({ ...scene.truth, tags: of }));
  const faults = tags.map((tag) => faultIn(tag, scene, catalogs));
  const followers = [
    new Judging(policy, tags),
    ...copyingPolicies().map((copying) => new CopyingFollower(copying, tags)),
  ];
  return {
    faults,
    lostShare: Math.max(...faults.map(({ tag, lost }) => shareOf(lost, scene.before, tag))),
    outcomes: new Map(followers.map((follower) => [follower.name, follow(follower, fault, files, faults)])),
  };
}

/** Shows the files of a case to one who follows them, with every day between two files as a day of its own. */
export function follow(
  follower: Follower,
  { pair, planted }: FaultCase,
  files: readonly ParsedPublication[],
  faults: readonly TagFault[],
): Outcome {
  let time = Date.parse(pair.before.date);
  follower.take({ publication: pair.before, catalog: planted.scene.before }, new Date(time));
  const watched = planted.tags.map((tag) => ({
    tag,
    effects: new TagEffects(tag, planted.scene, follower.effective(tag)),
  }));
  let asked = false;
  let waits = false;
  const step = (told: Told, droppedFrom: (tag: string) => Sets | undefined): void => {
    asked ||= told.waits || (told.asked.size > 0 && isAbout(told.asked, faults));
    waits ||= told.waits;
    for (const { tag, effects } of watched) effects.step(follower.effective(tag), told, droppedFrom(tag));
  };
  let last = planted.scene.before;
  for (const file of files) {
    const published = Date.parse(file.publication.date);
    for (time += dayMs; time < published; time += dayMs) step(follower.pass(new Date(time)), () => undefined);
    time = published;
    const previous = last;
    last = file.catalog;
    step(follower.take(file, new Date(time)), (tag) => subtract(setsIn(previous, tag), setsIn(file.catalog, tag)));
  }
  const results = watched.map(({ effects }) => effects.result(last));
  const loses = faults.some(({ lost }) => !isEmpty(lost));
  const cuts = results.some(({ cutAtOnce, cutLater }) => !isEmpty(cutAtOnce) || !isEmpty(cutLater));
  return { effects: results, asked, waits, keptUnasked: loses && !asked && !cuts };
}
