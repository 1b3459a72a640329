import { type Case, type Check, some } from './case.ts';
import { tells } from './model.ts';
import { openIsSaid, waitingWaits } from './open-questions.ts';
import { coverOf, entriesIn } from './seen.ts';
import { definitionOf, holdsNames, isOutside } from './world/config-plan.ts';

/** What was broken, in words. */
export class BrokenPromise extends Error {
  override name = 'BrokenPromise';
  readonly promise: PromiseName;

  constructor(promise: PromiseName, text: string) {
    super(`${promise}: ${text}`);
    this.promise = promise;
  }
}

/** No wanted address is missing without a stated reason that is true. */
const nothingMissing: Check = (one) => {
  const hidden = hiddenIn(one);
  const missing = missingIn(one).filter((point) => !hidden.has(point));
  if (missing.length > 0) return `${some(missing)} is wanted and missing, and nothing says why`;
  const failed = one.outcomes.find(({ result }) => result === 'failed');
  if (!one.looked || !failed || one.seen.disturbed.has(one.id) || one.seen.killed) return undefined;
  return `it failed although nothing was wrong: ${failed.text}`;
};

/** An entry of another writer that covers ours hides none that is gone. */
const foreignHidesNothing: Check = (one) => {
  const hidden = hiddenIn(one);
  const missing = missingIn(one).filter((point) => hidden.has(point));
  return missing.length > 0 ? `${some(missing)} is gone, and an entry of another writer hides it` : undefined;
};

/** What entries of others cover, also those that went in the middle of the run. */
function hiddenIn({ id, model, target }: Case): Set<string> {
  return coverOf(holdsNames(model.planOf(id).kind), [...target.foreign, ...target.strange]);
}

function missingIn({ id, model, target, seen, wanted, after, outcomes, looked }: Case): string[] {
  if (!looked || isWholeRefused(outcomes)) return [];
  const excused = coverOf(
    holdsNames(model.planOf(id).kind),
    outcomes.flatMap(({ result, added }) => (result === 'done' ? [] : added)),
  );
  // What was taken out in the middle of a run is the next one's.
  const unseen = (point: string) => seen.disturbed.has(id) && target.drifted.has(point);
  return [...wanted].filter((point) => !after.has(point) && !excused.has(point) && !unseen(point));
}

function isWholeRefused(outcomes: Case['outcomes']): boolean {
  return outcomes.some(({ subject, result }) => subject === 'target' && result !== 'done');
}

/** A rule or group that was taken away whole is put back: an egress path is not empty while an answer is awaited. */
const pathIsPutBack: Check = ({ id, model, target, seen, wanted, after, outcomes, looked, at }) => {
  const { kind, mode, approval } = model.planOf(id);
  if (!looked || definitionOf(kind).direction !== 'egress' || mode === 'report-only') return undefined;
  if (approval.add === 'always' || model.isPaused(id, at)) return undefined;
  if (isWholeRefused(outcomes) || seen.disturbed.has(id) || seen.killed) return undefined;
  for (const [unit, points] of target.gone) {
    // What a person declined stays out, whatever the target asks about by now.
    const declined = (point: string) => model.wordsOn(id, 'add', point, at).some(({ answer }) => answer === 'keep');
    const lacking = [...points].filter((point) => wanted.has(point) && !after.has(point) && !declined(point));
    if (lacking.length > 0) return `unit ${unit} was taken away whole, and ${some(lacking)} was not put back`;
  }
  return undefined;
};

/** Nothing unanswered, wanted or foreign is taken out. */
const nothingTakenOut: Check = ({ id, model, target, seen, before, after, covered, wanted, at }) => {
  const { mode, foreignEntries, list } = model.planOf(id);
  const still = new Set(entriesIn(seen.after, id));
  if (foreignEntries === 'keep') {
    const names = holdsNames(model.planOf(id).kind);
    const approved = (entry: string) =>
      [...coverOf(names, [entry])].every((point) => model.approves(id, 'remove', point, at));
    const lost = [...target.foreign].filter(
      (entry) => entriesIn(seen.before, id).includes(entry) && !still.has(entry) && !approved(entry),
    );
    if (lost.length > 0) return `${some(lost)} is another writer's, and was taken out`;
  }
  const out = [...before].filter((point) => !after.has(point) && !covered.has(point));
  if (out.length > 0 && mode !== 'sync') return `${some(out)} was taken out in mode ${mode}`;
  for (const point of out) {
    if (wanted.has(point)) return `${point} is wanted, and was taken out`;
    const since = target.unwanted.get(point);
    const may =
      model.isNever(id, point, at) ||
      model.approves(id, 'remove', point, at) ||
      target.released.has(point) ||
      (since !== undefined && model.isOver(since, at)) ||
      (model.config.lists[list]?.tags ?? []).some((tag) => model.mayRelease(tag, point, at)) ||
      (foreignEntries === 'remove' && !target.ours.has(point));
    if (!may) return `${point} was taken out: no clock has run down, and no answer lets it go`;
  }
  return undefined;
};

/** Whatever goes in has a true cause. */
const causesAreTrue: Check = ({ id, model, target, seen, at }) => {
  for (const change of seen.changes.filter((one) => one.target === id && one.direction === 'add')) {
    const { cause, prefix } = change;
    const points = [...coverOf(holdsNames(model.planOf(id).kind), [prefix])];
    const not = (why: string) => `${prefix} went in because of ${JSON.stringify(cause)}, but ${why}`;
    if (cause.kind === 'publication') {
      const published = model.publication?.tags.get(cause.tag);
      const lost = model.losses.get(cause.tag);
      if (!model.listOf(id).tags.includes(cause.tag)) return not('its list does not select that tag');
      const strange = points.filter((point) => !published?.has(point) && !lost?.has(point));
      if (strange.length > 0) return not(`${some(strange)} is not in that tag`);
      const drifted = points.filter((point) => target.drifted.has(point));
      if (drifted.length > 0) return not(`${some(drifted)} was there, and another writer took it out`);
      // What a tag that was there whole gains comes by the publication, also where an edit asks for it at the same time.
      const known = target.whole.has(cause.tag);
      const asked = points.filter((point) => !known && target.asked.get(point) === 'edit');
      if (asked.length > 0) return not(`${some(asked)} was asked for by an edit of the config`);
    }
    if (cause.kind === 'drift') {
      const other = points.filter((point) => !target.drifted.has(point));
      if (other.length > 0) return not(`no other writer took ${some(other)} out`);
    }
    if (cause.kind === 'config') {
      // Until a tag is there whole, the edit that selected it brings all of it.
      const selecting = model.listOf(id).tags.filter((tag) => !target.whole.has(tag));
      const other = points.filter(
        (point) => !target.asked.has(point) && !selecting.some((tag) => model.hasTag(tag, point)),
      );
      if (other.length > 0) return not(`no edit of the config asked for ${some(other)}`);
    }
    if (cause.kind === 'registry') return not('no registry is followed');
    if (cause.kind === 'first contact' && target.ours.size > 0) return not('the target was known');
  }
  for (const change of seen.changes.filter((one) => one.target === id && one.direction === 'remove')) {
    const { cause, prefix } = change;
    if (cause.kind !== 'released') continue;
    const points = [...coverOf(false, [prefix])].filter(
      (point) => !model.mayRelease(cause.tag, point, at) && !model.approves(id, 'remove', point, at),
    );
    if (points.length > 0)
      return `${prefix} went out because of ${JSON.stringify(cause)}, but that may not be released`;
  }
  return undefined;
};

/** What is told has happened, and what has happened is told; so is what may go and did not. */
const toldIsTrue: Check = ({ id, model, seen, before, after, covered, outcomes: newest }) => {
  const names = holdsNames(model.planOf(id).kind);
  const outcomes = seen.runs.flatMap(({ targets }) => targets.find((one) => one.id === id)?.outcomes ?? []);
  const done = outcomes.filter(({ result }) => result === 'done');
  const told = {
    add: coverOf(
      names,
      done.flatMap(({ added }) => added),
    ),
    remove: coverOf(
      names,
      done.flatMap(({ removed }) => removed),
    ),
  };
  const changes = seen.changes.filter((change) => change.target === id);
  if (seen.runs.length === 1) {
    const notThere = [...told.add].filter((point) => !covered.has(point) && !seen.disturbed.has(id));
    if (notThere.length > 0) return `${some(notThere)} is told as added, and is not there`;
  }
  const put = [...after].filter((point) => !before.has(point));
  const untold = put.filter((point) => !changes.some((one) => one.direction === 'add' && tells(one, point)));
  if (untold.length > 0) return `${some(untold)} went in, and no change tells of it`;
  const out = [...before].filter((point) => !after.has(point) && !covered.has(point));
  const silent = out.filter((point) => !changes.some((one) => one.direction === 'remove' && tells(one, point)));
  if (silent.length > 0) return `${some(silent)} went out, and no change tells of it`;
  if (seen.killed || seen.disturbed.has(id)) return undefined;
  const unsaid = put.filter((point) => !told.add.has(point));
  if (unsaid.length > 0) return `${some(unsaid)} went in, and no outcome says so`;
  const named = coverOf(
    names,
    newest.flatMap(({ added, removed }) => [...added, ...removed]),
  );
  const open = (seen.plans.get(id)?.parts ?? []).filter(({ verdict }) => verdict.kind === 'go');
  const left = coverOf(
    names,
    open.flatMap(({ steps }) => steps.map(({ prefix }) => prefix)),
  );
  const silently = [...left].filter((point) => !named.has(point));
  if (silently.length > 0) return `${some(silently)} may go by the plan, and no outcome says what became of it`;
  return undefined;
};

/** Entries of others are told when they come, and when they go. */
const foreignTold: Check = ({ id, model, target, seen, looked }) => {
  if (!looked || !isOutside(model.planOf(id).kind) || model.planOf(id).foreignEntries === 'remove') return undefined;
  if (!target.met || seen.disturbed.has(id)) return undefined;
  const events = seen.runs
    .flatMap((run) => run.events)
    .filter((event) => 'target' in event && event.target === id)
    .map((event) => JSON.stringify(event))
    .join();
  const untold = [...target.foreign].filter(
    (entry) =>
      !target.foreignKnown.has(entry) &&
      entriesIn(seen.read, id).includes(entry) &&
      !events.includes(JSON.stringify(entry)),
  );
  return untold.length > 0 ? `${some(untold)} came from another writer, and no event tells of it` : undefined;
};

/** A resource that was left Failed is written again, twice. */
const failedIsHealed: Check = ({ id, model, target, seen, outcomes, looked, at, isFailed }) => {
  const { kind, mode } = model.planOf(id);
  if (!looked || !isOutside(kind) || mode === 'report-only' || model.isPaused(id, at)) return undefined;
  if (seen.disturbed.has(id) || seen.killed || !target.failed || target.failedTries >= 2) return undefined;
  // What is refused for another reason is not written at all.
  if (isWholeRefused(outcomes) && !outcomes.some(({ text }) => text.includes('state Failed'))) return undefined;
  // No list is written empty: what was emptied by others is written with what goes in next.
  if (entriesIn(seen.read, id).length === 0) return undefined;
  return isFailed ? 'the resource is Failed, and was not written again' : undefined;
};

export const promises = {
  'nothing missing': nothingMissing,
  'foreign entries hide nothing': foreignHidesNothing,
  'an egress path is put back': pathIsPutBack,
  'what waits, waits': waitingWaits,
  'what is open is said': openIsSaid,
  'nothing taken out': nothingTakenOut,
  'causes are true': causesAreTrue,
  'told is true': toldIsTrue,
  'foreign entries are told': foreignTold,
  'what failed is healed': failedIsHealed,
} as const;

/** Held where they are asked about: in a step, or in all that is to be seen. */
const otherPromises = [
  'requests are covered',
  'a lost body asks for nothing',
  'made-up ranges stay in the sandbox',
  'two quiet runs say the same',
  'it gets on',
  'the newest file is in force',
  'moves say what memory says',
  'notices of one run agree',
] as const;

export type PromiseName = keyof typeof promises | (typeof otherPromises)[number];

export const promiseNames: readonly PromiseName[] = [
  ...(Object.keys(promises) as (keyof typeof promises)[]),
  ...otherPromises,
];
