import { type Case, type Check, some } from './case.ts';
import type { TargetModel, Waiting } from './model.ts';
import { definitionOf } from './world/config-plan.ts';
import { pointNamed, sizeOf } from './world/universe.ts';

/** Nothing waiting is written, over any number of runs. */
export const waitingWaits: Check = (one) => {
  const { id, model, target, before, after, at } = one;
  for (const { direction, points, rules } of stillAsked(one)) {
    const moved = [...points].filter((point) => after.has(point) === (direction === 'add'));
    const unanswered = moved.filter(
      (point) => !isEmptied(one, point) && !model.approves(id, direction, point, at) && !wasGone(target, point),
    );
    if (unanswered.length > 0) {
      return `${some(unanswered)} waits for an answer (${rules.join(', ')}; ${direction}), and was written`;
    }
  }
  for (const { target: of, direction, points, answer, until } of model.words) {
    if (of !== id || answer !== 'keep' || until <= at) continue;
    const moved = [...points].filter((point) =>
      direction === 'add' ? after.has(point) && !before.has(point) : before.has(point) && !after.has(point),
    );
    if (moved.length > 0) return `${some(moved)} was to be kept as it is (${direction}), and was written`;
  }
  return undefined;
};

/** Sizes above which an edited list is asked about: more than these addresses, and more than this share of what is there. */
const growth = { addresses: 4_096, percent: 25 };
/** Rules that ask about each range by itself: what is left of a part is asked about still. */
const byRange = new Set(['approval', 'drift-again']);

/**
 * What still waits of the parts that were last told: what a person was asked about, and is wanted still, and was not done by
 * others. Where that is less than it was, it is another part: then only what its rule asks about all the same.
 */
function stillAsked({ id, model, target, wanted, before }: Case): Waiting[] {
  const { waiting, whole } = target;
  const { tags } = model.listOf(id);
  // What a tag that was there whole has now comes by its publication, and is no part of an edit.
  const published = (point: string) =>
    tags.some((tag) => whole.has(tag) && model.publication?.tags.get(tag)?.has(point));
  return waiting.flatMap((part): Waiting[] => {
    const { direction, points, rules } = part;
    const open = [...points].filter((point) =>
      direction === 'add' ? wanted.has(point) && !before.has(point) : !wanted.has(point) && before.has(point),
    );
    const superseded = open.length < points.size && direction === 'add' && !rules.every((rule) => byRange.has(rule));
    const left = superseded ? open.filter((point) => !published(point)) : open;
    if (left.length === 0) return [];
    const size = sizeOf(left, 'ipv4');
    const large = size > growth.addresses && size * 100 > sizeOf(before, 'ipv4') * growth.percent;
    const asked =
      left.length === points.size ||
      rules.every((rule) => byRange.has(rule)) ||
      (rules.length === 1 && rules[0] === 'config-growth' && large);
    return asked ? [{ ...part, points: new Set(left) }] : [];
  });
}

/** A run with an open question says so, each time. */
export const openIsSaid: Check = (one) => {
  const { id, model, seen, before, after, at, looked } = one;
  const { status } = seen.runs.at(-1) ?? {};
  if (!looked || (status !== 'no-change' && status !== 'applied')) return undefined;
  for (const { direction, points, rules } of stillAsked(one)) {
    const untouched = [...points].every((point) => after.has(point) === before.has(point));
    const open = [...points].some(
      (point) => !isEmptied(one, point) && model.wordsOn(id, direction, point, at).length === 0,
    );
    if (open && untouched)
      return `${some(points)} waits for an answer (${rules.join(', ')}), and the run says ${status}`;
  }
  return undefined;
};

/** A path that others emptied, of one family or of both, is filled with what there is, once it may be, and asks nothing. */
function isEmptied({ id, model, before, wanted }: Case, point: string): boolean {
  const egress = definitionOf(model.planOf(id).kind).direction === 'egress';
  const left = [...before].filter((one) => wanted.has(one));
  return egress && !left.some((one) => pointNamed.get(one)?.family === pointNamed.get(point)?.family);
}

function wasGone({ gone }: TargetModel, point: string): boolean {
  return [...gone.values()].some((points) => points.has(point));
}
