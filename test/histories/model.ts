import type { HoldView } from '../../src/operator/operator.ts';
import type { Change } from '../../src/ports/store.ts';
import { type ConfigPlan, clocks, holdsNames, type ListPlan, layoutOf, type TargetPlan } from './world/config-plan.ts';
import type { Edition } from './world/publish.ts';
import { allPoints, pointNamed, pointsOf } from './world/universe.ts';
import { dayMs } from './world/world.ts';

/** Since when something is so: milliseconds, and how many publications were accepted by then. */
export interface Since {
  readonly at: number;
  readonly count: number;
}

/** A part of a target's plan that waits for a person, as it was last told. */
export interface Waiting {
  readonly part: string;
  readonly direction: 'add' | 'remove';
  readonly points: ReadonlySet<string>;
  readonly rules: readonly string[];
}

/** A person's word on a part. */
export interface PartWord {
  readonly id: string;
  readonly target: string;
  readonly direction: 'add' | 'remove';
  /** All that it answered; `points` is what it lets through or keeps still. */
  readonly asked: ReadonlySet<string>;
  readonly points: ReadonlySet<string>;
  readonly answer: 'approve' | 'keep';
  /** Why it was asked about. */
  readonly rules: readonly string[];
  /** Milliseconds; an approval stands for seven days. */
  readonly until: number;
}

/** What the model knows of one target. */
export class TargetModel {
  /** What runs put there and did not take out: ours, also while another writer has taken it out. */
  readonly ours = new Set<string>();
  /** Entries that others wrote and that are not of the list, and those of them that were there at the last look. */
  readonly foreign = new Set<string>();
  foreignKnown: ReadonlySet<string> = new Set();
  /** Entries of others that are to be taken out, where the config says so. */
  readonly strange = new Set<string>();
  /** Of ours: what others have taken out and no run has put back. */
  readonly drifted = new Set<string>();
  /** Units of ours that others have taken out whole, with what was in them. */
  readonly gone = new Map<string, ReadonlySet<string>>();
  /** Of ours: since when the list does not want it. */
  readonly unwanted = new Map<string, Since>();
  /** What an edit of the config, or the end of an exception, asks for, and no run has put there. */
  readonly asked = new Map<string, 'edit' | 'time'>();
  /** What a person answered `remove` on, of the holds of this target. */
  readonly released = new Set<string>();
  waiting: readonly Waiting[] = [];
  /** Tags that it has had whole, as its list wants them. */
  readonly whole = new Set<string>();
  /** Whether a run has verified it. */
  met = false;
  /** Whether the resource was Failed at the last look, and how many writes have failed since it is. */
  failed = false;
  failedTries = 0;
}

/**
 * What the promises need to know, and nothing else: what is published, configured and said, and what others did, in plain
 * sets of points and names. What the service remembers is no part of it.
 */
export class Model {
  config: ConfigPlan;
  offered: { readonly edition: Edition; readonly acceptable: boolean } | undefined;
  publication: Edition | undefined;
  count = 0;
  readonly targets = new Map<string, TargetModel>();
  readonly watched = new Set<string>();
  /** By tag: what was published and is not, since when. */
  readonly losses = new Map<string, Map<string, Since>>();
  /** By tag: what of its losses no list around it has either, since when. */
  readonly alone = new Map<string, Map<string, Since>>();
  /** Tags of which some list around them had something, also when it was lost already: there is somebody who may answer. */
  readonly contained = new Set<string>();
  /** By tag: what was let go of, on a person's answer or by its clock, until it is published again. */
  readonly released = new Map<string, Set<string>>();
  /** Losses that a person is asked about, by tag, as they were told last. */
  questions = new Map<string, ReadonlySet<string>>();
  holds: readonly HoldView[] = [];
  words: PartWord[] = [];
  paused: { readonly until: number } | undefined;
  readonly pausedTargets = new Map<string, number>();

  constructor(config: ConfigPlan) {
    this.config = config;
    for (const id of Object.keys(config.targets)) this.targets.set(id, new TargetModel());
  }

  target(id: string): TargetModel {
    const target = this.targets.get(id);
    if (target === undefined) throw new Error(`no target ${id}`);
    return target;
  }

  planOf(id: string): TargetPlan {
    const plan = this.config.targets[id];
    if (plan === undefined) throw new Error(`no target ${id}`);
    return plan;
  }

  listOf(id: string): ListPlan {
    const list = this.config.lists[this.planOf(id).list];
    if (list === undefined) throw new Error(`no list of ${id}`);
    return list;
  }

  /** Points of the holds of a tag. */
  heldBy(tag: string, kind: 'loss' | 'gain'): Set<string> {
    return allPoints(
      this.holds.flatMap((hold) =>
        'tag' in hold.of && hold.of.tag === tag && hold.kind === kind ? hold.prefixes : [],
      ),
    );
  }

  /** What a target must hold at a moment: published or held, and never what its list leaves out. */
  wanted(id: string, at: number): Set<string> {
    const { kind } = this.planOf(id);
    const { tags, always, never, names } = this.listOf(id);
    if (holdsNames(kind)) return new Set(names);
    const wanted = new Set<string>();
    for (const tag of tags) {
      const gains = this.heldBy(tag, 'gain');
      for (const point of this.publication?.tags.get(tag) ?? []) if (!gains.has(point)) wanted.add(point);
      for (const point of this.heldBy(tag, 'loss')) wanted.add(point);
    }
    for (const { prefix } of inForce(always, at)) for (const point of pointsOf(prefix)) wanted.add(point);
    for (const { prefix } of inForce(never, at)) for (const point of pointsOf(prefix)) wanted.delete(point);
    const { families } = layoutOf(kind);
    for (const point of wanted) {
      const { family } = pointNamed.get(point) ?? {};
      if (family !== undefined && !families.includes(family)) wanted.delete(point);
    }
    return wanted;
  }

  /** Whether a tag has a point now, or lost it and may be kept. */
  hasTag(tag: string, point: string): boolean {
    return this.publication?.tags.get(tag)?.has(point) === true || this.losses.get(tag)?.has(point) === true;
  }

  isNever(id: string, point: string, at: number): boolean {
    return inForce(this.listOf(id).never, at).some(({ prefix }) => pointsOf(prefix).includes(point));
  }

  /**
   * Whether a loss of a tag may be let go of: by the clock, or on a person's answer. The lists around a regional tag count as
   * well: what AzureCloud of the region has stays, and a question ends by itself once they have lacked its ranges as long.
   */
  mayRelease(tag: string, point: string, at: number): boolean {
    if (this.publication?.tags.get(tag)?.has(point)) return false;
    if (this.released.get(tag)?.has(point)) return true;
    const since = this.losses.get(tag)?.get(point);
    const alone = this.alone.get(tag)?.get(point);
    if (since === undefined || this.publication?.tags.get(regionOf(tag))?.has(point)) return false;
    const isAlone = alone !== undefined && this.isOver(alone, at, { more: 1 });
    if (this.questions.get(tag)?.has(point)) return isAlone && this.contained.has(tag);
    return isAlone || this.isOver(since, at, { days: clocks.lossClockGlobalDays, more: 1 });
  }

  /** What the service holds no longer, and may let go of now, is let go of: also when the clock is set back later. */
  letGo(at: number): void {
    for (const [tag, losses] of this.losses) {
      const held = this.heldBy(tag, 'loss');
      const gone = [...losses.keys()].filter((point) => !held.has(point) && this.mayRelease(tag, point, at));
      if (gone.length > 0) this.released.set(tag, new Set([...(this.released.get(tag) ?? []), ...gone]));
    }
  }

  /** Whether the clock has run down. `more`: the publication that it began with counts as well. */
  isOver(since: Since, at: number, { days = clocks.lossClockDays, more = 0 } = {}): boolean {
    return at - since.at >= days * dayMs && this.count - since.count + more >= clocks.lossClockPublications;
  }

  isPaused(id: string, at: number): boolean {
    return (this.paused?.until ?? 0) > at || (this.pausedTargets.get(id) ?? 0) > at;
  }

  approves(id: string, direction: 'add' | 'remove', point: string, at: number): boolean {
    return this.wordsOn(id, direction, point, at).some(({ answer }) => answer === 'approve');
  }

  wordsOn(id: string, direction: 'add' | 'remove', point: string, at: number): PartWord[] {
    return this.words.filter(
      (word) => word.target === id && word.direction === direction && word.until > at && word.points.has(point),
    );
  }

  /** A run took the file that was offered. */
  take(edition: Edition, at: number): void {
    this.count++;
    for (const tag of this.watched) {
      const losses = this.losses.get(tag) ?? new Map<string, Since>();
      const published = edition.tags.get(tag) ?? new Set();
      for (const point of this.publication?.tags.get(tag) ?? []) {
        if (!published.has(point)) losses.set(point, { at, count: this.count });
      }
      for (const point of published) {
        losses.delete(point);
        this.released.get(tag)?.delete(point);
      }
      this.losses.set(tag, losses);
      this.#follow(tag, losses, edition, at);
    }
    this.publication = edition;
  }

  #follow(tag: string, losses: ReadonlyMap<string, Since>, edition: Edition, at: number): void {
    for (const one of [this.publication, edition]) {
      const has = hasAround(tag, one);
      if ([...(one?.tags.get(tag) ?? []), ...losses.keys()].some(has)) this.contained.add(tag);
    }
    const has = hasAround(tag, edition);
    const before = this.alone.get(tag);
    const alone = [...losses.keys()].filter((point) => !has(point));
    this.alone.set(tag, new Map(alone.map((point) => [point, before?.get(point) ?? { at, count: this.count }])));
  }

  watch(): void {
    for (const { tags } of Object.values(this.config.lists)) {
      for (const tag of tags) {
        this.watched.add(tag);
        this.watched.add(serviceOf(tag));
      }
    }
  }
}

function serviceOf(tag: string): string {
  return tag.replace(/\..*/, '');
}

/** Whether a list around a regional tag has a point in an edition. */
function hasAround(tag: string, edition: Edition | undefined): (point: string) => boolean {
  const names = [serviceOf(tag), regionOf(tag)].filter((name) => name !== tag);
  const around = names.map((name) => edition?.tags.get(name));
  return (point) => around.some((points) => points?.has(point));
}

/** All of Azure in the region of a tag. */
function regionOf(tag: string): string {
  return tag
    .replace(/^[^.]*\./, 'AzureCloud.')
    .toLowerCase()
    .replace('azurecloud', 'AzureCloud');
}

/** Whether a change of a run tells of a point. */
export function tells({ prefix }: Change, point: string): boolean {
  return prefix === point || pointsOf(prefix).includes(point);
}

function inForce<E extends { readonly expires?: string }>(exceptions: readonly E[], at: number): E[] {
  const today = new Date(at).toISOString().slice(0, 10);
  return exceptions.filter(({ expires }) => expires === undefined || today < expires);
}
