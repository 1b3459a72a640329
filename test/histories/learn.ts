import type { Plan } from '../../src/core/plan/plan-types.ts';
import type { HoldView } from '../../src/operator/operator.ts';
import type { Case } from './case.ts';
import { type Model, type PartWord, tells, type Waiting } from './model.ts';
import { coverOf, entriesIn, type Seen } from './seen.ts';
import { holdsNames } from './world/config-plan.ts';
import { allPoints } from './world/universe.ts';
import { dayMs } from './world/world.ts';

/** Waits that end by themselves or with what others do, or that a person has ordered. */
const quiet = new Set([
  'mode',
  'config-clock',
  'kept',
  'left-empty',
  'paused',
  'window',
  'freeze',
  'covered-by-foreign-entry',
]);

/** The file that is offered is in force from this run on, if it may be. */
export function takeOffered(model: Model, at: number): void {
  const { offered, publication: earlier } = model;
  if (!offered?.acceptable || offered.edition === earlier) return;
  // A date after tomorrow waits for a person, or for its day.
  if (-Math.floor((at - Date.parse(offered.edition.date)) / dayMs) > 1) return;
  model.take(offered.edition, at);
  for (const [id, target] of model.targets) {
    // What came with the file itself was asked for by both.
    for (const [point] of target.asked) {
      const old = model.listOf(id).tags.some((tag) => earlier?.tags.get(tag)?.has(point));
      if (!old) target.asked.set(point, 'time');
    }
  }
}

/** Losses that only a person lets go of, by tag. */
export function questionsIn(holds: readonly HoldView[]): Map<string, Set<string>> {
  const questions = new Map<string, Set<string>>();
  for (const { of, kind, prefixes, questions: asked } of holds) {
    if (!('tag' in of) || kind !== 'loss' || asked.length === 0) continue;
    questions.set(of.tag, new Set([...(questions.get(of.tag) ?? []), ...allPoints(prefixes)]));
  }
  return questions;
}

/** What the model knows from now on. */
export function learn(one: Case): void {
  const { id, model, target, seen, at, wanted, before, after, outcomes, looked, isFailed } = one;
  const { kind, mode } = model.planOf(id);
  const put = [...after].filter((point) => !before.has(point));
  const known = target.ours.size;
  for (const point of put) target.ours.add(point);
  for (const point of before) if (!after.has(point)) target.ours.delete(point);
  // What only an entry of others covers, which is to go, is not there by itself.
  const there = new Set(entriesIn(seen.after, id));
  const borrowed = coverOf(
    holdsNames(kind),
    [...target.strange].filter((entry) => there.has(entry)),
  );
  for (const point of after) {
    if (borrowed.has(point)) continue;
    target.drifted.delete(point);
    target.asked.delete(point);
  }
  for (const word of model.words) {
    if (word.target !== id || word.answer !== 'approve') continue;
    const points = [...word.points].filter((point) =>
      word.direction === 'add' ? !put.includes(point) : !wentOut(seen, word, point),
    );
    model.words[model.words.indexOf(word)] = { ...word, points: new Set(points) };
  }
  // At first contact the list of that moment is known, also where only a part of it went in.
  if (known === 0 && put.length > 0) {
    const named = holdsNames(kind) ? [...wanted].filter((point) => !after.has(point)) : [];
    for (const point of [...target.asked.keys(), ...named]) target.asked.set(point, 'time');
  }
  const refused = outcomes.some(({ subject, result }) => subject === 'target' && result !== 'done');
  // A report remembers nothing.
  if (looked && !refused && mode !== 'report-only') {
    // What others took out and nothing wants is forgotten when it is read: wanted again, it is new.
    const own = (lives: Seen['read']) =>
      coverOf(
        holdsNames(kind),
        entriesIn(lives, id).filter((entry) => !target.foreign.has(entry) && !target.strange.has(entry)),
      );
    const [read, again] = [own(seen.read), own(seen.before)];
    for (const point of target.drifted) {
      if (wanted.has(point) || (read.has(point) && again.has(point))) continue;
      target.drifted.delete(point);
      target.ours.delete(point);
      for (const [unit, points] of target.gone) {
        target.gone.set(unit, new Set([...points].filter((one) => one !== point)));
      }
    }
  }
  if (looked && !refused && !seen.disturbed.has(id)) {
    for (const [unit, points] of target.gone) {
      if (![...points].some((point) => wanted.has(point) && !after.has(point))) target.gone.delete(unit);
    }
    target.met = true;
    // What the list has by itself counts as ours from the first look on, also where others wrote it.
    if (kind !== 'registry') {
      for (const point of after) if (wanted.has(point) && !borrowed.has(point)) target.ours.add(point);
    }
  }
  for (const point of [...target.ours]) {
    if (wanted.has(point)) {
      target.unwanted.delete(point);
      target.released.delete(point);
    } else if (!target.unwanted.has(point)) target.unwanted.set(point, { at, count: model.count });
  }
  // A question ends when what it is about is wanted no longer: withdrawing the answer asks nothing then.
  for (const [at, word] of model.words.entries()) {
    if (word.target !== id || !looked) continue;
    const asked = [...word.asked].filter((point) => wanted.has(point) === (word.direction === 'add'));
    const apart = word.rules.every((rule) => rule === 'approval' || rule === 'drift-again');
    if (asked.length < word.asked.size) model.words[at] = { ...word, asked: new Set(apart ? asked : []) };
  }
  // While the whole target is refused, a question stands as long as all of it is still to be done.
  if (looked && refused) {
    target.waiting = target.waiting.filter(({ direction, points }) =>
      [...points].every((point) => wanted.has(point) === (direction === 'add')),
    );
  }
  if (looked && !refused) target.waiting = waitingIn(seen.plans.get(id), holdsNames(kind));
  // A run tells of what it finds when it plans.
  const found = new Set(entriesIn(seen.read, id));
  const told = [...target.foreign].filter((entry) => found.has(entry));
  for (const entry of target.foreign) if (!there.has(entry)) target.foreign.delete(entry);
  for (const entry of target.strange) if (!there.has(entry)) target.strange.delete(entry);
  // A tag that is selected again is an edit again.
  if (looked && !refused) {
    for (const tag of target.whole) if (!model.listOf(id).tags.includes(tag)) target.whole.delete(tag);
  }
  // What others took out was there: the tag has been there whole all the same.
  const had = (point: string) => after.has(point) || target.ours.has(point);
  for (const tag of model.listOf(id).tags) {
    const lacking = [...wanted].filter((point) => !had(point) && model.hasTag(tag, point));
    if (looked && !refused && mode !== 'report-only' && lacking.length === 0) target.whole.add(tag);
  }
  // What went and came again while it could not be read was never gone.
  const unread = outcomes.some(({ subject, result }) => subject === 'target' && result === 'failed');
  if (looked && !unread) target.foreignKnown = new Set(told);
  target.failedTries = target.failed && isFailed ? target.failedTries + 1 : 0;
  target.failed = isFailed;
}

/** An answer on entries of others lets these out, and nothing of ours that lies below them. */
function wentOut({ changes }: Seen, { target, rules }: PartWord, point: string): boolean {
  const onOthers = rules.includes('broad-foreign-entry');
  return changes.some(
    (change) =>
      change.target === target &&
      change.direction === 'remove' &&
      tells(change, point) &&
      (!onOthers || change.cause.kind === 'foreign'),
  );
}

function waitingIn(plan: Plan | undefined, names: boolean): Waiting[] {
  return (plan?.parts ?? []).flatMap(({ id, direction, steps, verdict }) => {
    if (verdict.kind !== 'wait') return [];
    const rules = verdict.reasons.map(({ rule }) => rule).filter((rule) => !quiet.has(rule));
    if (rules.length === 0) return [];
    const points = coverOf(
      names,
      steps.map(({ prefix }) => prefix),
    );
    return [{ part: id, direction, points, rules }];
  });
}
