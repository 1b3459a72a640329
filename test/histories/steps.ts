import { WordRefused } from '../../src/run/desk.ts';
import type { Played } from './played.ts';
import { coverOf } from './seen.ts';
import { type Approval, type ConfigPlan, holdsNames, isOutside, type ListPlan, layoutOf } from './world/config-plan.ts';
import type { Death } from './world/process.ts';
import { type Edition, fileOf } from './world/publish.ts';
import type { Resource, WriteFault } from './world/resource.ts';
import { allPoints, pointsOf } from './world/universe.ts';
import { dayMs } from './world/world.ts';

/** One step of a history as plain data: what it says is what a failure shows. `pick`s count from 0 among what there is. */
export type Step =
  | { readonly do: 'run' }
  | { readonly do: 'ask for some, then more'; readonly picks: readonly number[] }
  | { readonly do: 'two quiet runs' }
  | { readonly do: 'run, and die'; readonly death: Death }
  | { readonly do: 'keep house' }
  | {
      readonly do: 'publish';
      readonly edits: readonly TagEdit[];
      readonly kind: 'next' | 'older' | 'far ahead' | 'none';
    }
  | { readonly do: 'edit list'; readonly list: string; readonly edit: ListEdit }
  | { readonly do: 'edit target'; readonly pick: number; readonly edit: TargetEdit }
  | { readonly do: 'others'; readonly pick: number; readonly what: Doing }
  | { readonly do: 'others in the middle'; readonly pick: number; readonly what: Doing }
  | { readonly do: 'others again and again'; readonly pick: number; readonly what: Doing; readonly times: number }
  | { readonly do: 'answer hold'; readonly pick: number; readonly answer: 'keep' | 'remove' }
  | { readonly do: 'answer part'; readonly pick: number; readonly answer: 'approve' | 'keep' }
  | { readonly do: 'withdraw'; readonly pick: number }
  | {
      readonly do: 'answer, and think again';
      readonly pick: number;
      readonly answer: 'approve' | 'keep';
      readonly runs: number;
    }
  | { readonly do: 'pause' | 'resume'; readonly pick: number }
  | { readonly do: 'wait'; readonly days: number }
  | { readonly do: 'weeks'; readonly weeks: number }
  | { readonly do: 'clock back'; readonly hours: number }
  | { readonly do: 'write fails'; readonly pick: number; readonly fault: WriteFault }
  | { readonly do: 'read fails'; readonly pick: number };

export interface TagEdit {
  readonly tag: string;
  readonly edit: 'grow' | 'shrink' | 'vanish';
  /** Prefixes of the universe. */
  readonly prefix: string;
}

export type ListEdit =
  | { readonly of: 'tag'; readonly tag: string }
  | { readonly of: 'always' | 'never'; readonly prefix: string; readonly days?: number }
  | { readonly of: 'name'; readonly name: string };

export type TargetEdit =
  | { readonly of: 'approval'; readonly direction: 'add' | 'remove'; readonly rule: Approval }
  | { readonly of: 'mode'; readonly mode: 'sync' | 'add-only' | 'report-only' }
  | { readonly of: 'adopt' }
  | { readonly of: 'list'; readonly list: string };

/** What somebody else does to a resource. `unit` counts from 0 among the units there are. */
export type Doing =
  | { readonly act: 'add'; readonly unit: number; readonly entry: string }
  | { readonly act: 'take out'; readonly unit: number; readonly from: number; readonly many: number }
  | { readonly act: 'replace'; readonly entries: readonly string[] }
  | { readonly act: 'delete'; readonly unit: number }
  | { readonly act: 'unmark' };

const minuteMs = 60_000;
const forGood = Number.POSITIVE_INFINITY;

/** Does one step. What does not fit the moment does nothing. */
export async function take(played: Played, step: Step): Promise<void> {
  const { world, model } = played;
  world.step(minuteMs);
  switch (step.do) {
    case 'run':
      await played.run();
      return;
    case 'ask for some, then more':
      return askForMore(played, step.picks);
    case 'two quiet runs':
      return twoQuietRuns(played);
    case 'run, and die':
      await played.run(step.death);
      return;
    case 'keep house':
      await world.keepHouse();
      return;
    case 'publish':
      return publish(played, step);
    case 'edit list':
      return editList(played, step.list, step.edit);
    case 'edit target':
      return editTarget(played, step.pick, step.edit);
    case 'others':
    case 'others in the middle': {
      const id = outsideOne(played, step.pick);
      if (id === undefined) return;
      const change = doing(played, id, step.what);
      if (step.do === 'others') played.others(id, change);
      else played.interfere(id, change);
      return;
    }
    case 'others again and again': {
      const id = outsideOne(played, step.pick);
      if (id === undefined) return;
      for (let time = 0; time < step.times; time++) {
        played.others(id, doing(played, id, step.what));
        await played.run();
        world.step(minuteMs);
      }
      await played.run();
      return;
    }
    case 'answer hold':
      return orRefused(() => answerHold(played, step.pick, step.answer));
    case 'answer part': {
      const one = at(played.open(), step.pick);
      if (one) await orRefused(() => played.answerPart(one.target, one.waiting, step.answer));
      return;
    }
    case 'withdraw':
      return orRefused(() => withdraw(played, step.pick));
    case 'answer, and think again': {
      const one = at(played.open(), step.pick);
      if (one === undefined) return;
      const known = played.model.words.length;
      await orRefused(() => played.answerPart(one.target, one.waiting, step.answer));
      for (let run = 0; run < step.runs; run++) await played.run();
      if (played.model.words.length > known) await orRefused(() => withdraw(played, known));
      return;
    }
    case 'pause':
    case 'resume':
      return orRefused(() => pauseOrResume(played, step.do, step.pick));
    case 'wait':
      world.step(step.days * dayMs);
      return;
    case 'weeks':
      for (let week = 0; week < step.weeks; week++) {
        world.step(7 * dayMs);
        publish(played, { edits: [], kind: 'next' });
        await played.run();
      }
      return;
    case 'clock back':
      world.step(-step.hours * 3_600_000);
      return;
    case 'write fails':
    case 'read fails': {
      const id = outsideOne(played, step.pick);
      if (id === undefined) return;
      if (step.do === 'write fails') world.resource(id).writeFault = step.fault;
      else world.resource(id).readFault = 'transient';
      return;
    }
  }
  const never: never = step;
  throw new Error(`no such step: ${JSON.stringify(never)} at ${model.count}`);
}

function at<T>(all: readonly T[], pick: number): T | undefined {
  return all[pick % Math.max(1, all.length)];
}

async function orRefused(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof WordRefused)) throw error;
  }
}

function outsideOne(played: Played, pick: number): string | undefined {
  return at(
    played.ids.filter((id) => isOutside(played.model.planOf(id).kind)),
    pick,
  );
}

async function askForMore(played: Played, picks: readonly number[]): Promise<void> {
  const asked = picks.map((pick) => at(played.ids, pick) as string);
  const seen = await played.settle(async () => {
    const { service } = await played.world.open();
    for (const id of asked) await service.requestRun({ trigger: 'http', targets: [id] });
    if (picks.length > 2) await service.requestRun({ trigger: 'timer' });
  });
  const looked = new Set(seen.runs.flatMap(({ targets }) => targets.map(({ id }) => id)));
  const left = (picks.length > 2 ? played.ids : asked).filter((id) => !looked.has(id));
  if (left.length > 0)
    played.breaks('requests are covered', `a run of ${left.join(', ')} was asked for, and none was made`);
}

async function twoQuietRuns(played: Played): Promise<void> {
  const { world, model } = played;
  // What is to be done is done, and what is to go wrong has gone wrong.
  await played.run();
  if ((await played.run()).disturbed.size > 0) return;
  const first = await played.run();
  const second = await played.run();
  for (const seen of [first, second]) {
    const wrote = seen.runs.find(({ armWrites }) => armWrites > 0);
    if (wrote) played.breaks('two quiet runs say the same', `run ${wrote.run} wrote ${wrote.armWrites} times`);
  }
  const said = [first, second].map(({ runs, holds }) =>
    JSON.stringify([
      runs.map(({ status, targets }) => [
        status,
        targets.map(({ id, status: own, outcomes }) => [id, own, outcomes.map(({ at: _, ...rest }) => rest)]),
      ]),
      holds,
    ]),
  );
  if (said[0] !== said[1]) {
    played.breaks('two quiet runs say the same', `${said[0]} and then ${said[1]} (${model.count}, ${world.now})`);
  }
}

function publish(played: Played, { edits, kind }: { edits: readonly TagEdit[]; kind: string }): void {
  const { world, model } = played;
  if (kind === 'none') {
    world.offered = undefined;
    if (model.offered && model.offered.edition !== model.publication) model.offered = undefined;
    return;
  }
  const base = model.offered?.acceptable ? model.offered.edition : model.publication;
  const last = model.publication;
  const tags = new Map(base?.tags);
  for (const { tag, edit, prefix } of edits) {
    const points = new Set(tags.get(tag));
    for (const point of pointsOf(prefix)) {
      if (edit === 'grow') points.add(point);
      else points.delete(point);
    }
    if (edit === 'vanish' || points.size === 0) tags.delete(tag);
    else tags.set(tag, points);
  }
  if (tags.size === 0) return;
  const newest = Math.max(base?.number ?? 0, last?.number ?? 0);
  const number = kind === 'older' ? Math.max(1, (last?.number ?? 2) - 1) : newest + (kind === 'far ahead' ? 30 : 1);
  const edition: Edition = { number, date: new Date(world.now).toISOString().slice(0, 10), tags };
  world.offered = fileOf(edition);
  const jump = number - (last?.number ?? number);
  model.offered = { edition, acceptable: kind === 'next' && jump <= 25 && edition.date >= (last?.date ?? '') };
}

function editList(played: Played, name: string, edit: ListEdit): void {
  const { config } = played.model;
  const list = config.lists[name];
  if (list === undefined) return;
  const next = editedList(played, list, edit);
  // A list that selects nothing is a mistake that the config's own check finds.
  if (next.names.length + next.tags.length + next.always.length === 0) return;
  if (list.names.length === 0 && next.tags.length === 0) return;
  played.configure({ ...config, lists: { ...config.lists, [name]: next } });
}

function editedList(played: Played, list: ListPlan, edit: ListEdit): ListPlan {
  if (edit.of === 'name') {
    if (list.names.length === 0) return list;
    const names = list.names.includes(edit.name)
      ? list.names.filter((one) => one !== edit.name)
      : [...list.names, edit.name];
    return names.length === 0 ? list : { ...list, names };
  }
  if (list.names.length > 0) return list;
  if (edit.of === 'tag') {
    const { tag } = edit;
    if (list.tags.includes(tag)) return { ...list, tags: list.tags.filter((one) => one !== tag) };
    // A name that no file has had is a mistake, which the run tells.
    return played.model.publication?.tags.has(tag) ? { ...list, tags: [...list.tags, tag] } : list;
  }
  const { of, prefix, days } = edit;
  const others = list[of].filter((one) => one.prefix !== prefix);
  if (others.length < list[of].length) return { ...list, [of]: others };
  // What is to be there always and never at once is a mistake, which the config's own check finds.
  const opposite = list[of === 'always' ? 'never' : 'always'];
  const points = allPoints([prefix]);
  if (opposite.some((one) => pointsOf(one.prefix).some((point) => points.has(point)))) return list;
  const expires = days === undefined ? {} : { expires: dateIn(played, days) };
  return { ...list, [of]: [...others, { prefix, ...expires }] };
}

function dateIn(played: Played, days: number): string {
  return new Date(played.world.now + days * dayMs).toISOString().slice(0, 10);
}

function editTarget(played: Played, pick: number, edit: TargetEdit): void {
  const { config } = played.model;
  const id = at(played.ids, pick) as string;
  const plan = played.model.planOf(id);
  const names = holdsNames(plan.kind);
  let next = plan;
  if (edit.of === 'approval') next = { ...plan, approval: { ...plan.approval, [edit.direction]: edit.rule } };
  else if (edit.of === 'mode') next = { ...plan, mode: edit.mode };
  else if (edit.of === 'adopt') next = { ...plan, adopt: true };
  else if (!names) next = { ...plan, list: edit.list };
  const targets: ConfigPlan['targets'] = { ...config.targets, [id]: next };
  played.configure({ ...config, targets });
}

/** What somebody does, as a change of the resource of a target. */
function doing(played: Played, id: string, what: Doing): (resource: Resource) => void {
  const { kind } = played.model.planOf(id);
  const names = holdsNames(kind);
  return (resource) => {
    const key = 'unit' in what ? at(resource.keys(), what.unit) : undefined;
    switch (what.act) {
      case 'add': {
        const family = what.entry.includes(':') ? 'ipv6' : 'ipv4';
        const entry = names ? 'elsewhere.example.org' : what.entry;
        const unit = resource.keys().find((one) => names || resource.unit(one)?.family === family);
        if (unit !== undefined) resource.edit(unit, (entries) => [...new Set([...entries, entry])]);
        else if (!names && layoutOf(kind).families.includes(family)) {
          resource.create(layoutOf(kind).unitKey(family, 0), family, [entry]);
        }
        return;
      }
      case 'take out':
        if (key === undefined) return;
        resource.edit(key, (entries) =>
          entries.filter((_, index) => {
            const place = (index - (what.from % entries.length) + entries.length) % entries.length;
            return place >= what.many;
          }),
        );
        return;
      case 'replace':
        for (const one of resource.keys()) {
          const family = resource.unit(one)?.family;
          const entries = names
            ? ['elsewhere.example.org']
            : what.entries.filter((entry) => entry.includes(':') === (family === 'ipv6'));
          resource.edit(one, () => entries);
        }
        return;
      case 'delete':
        if (key !== undefined) resource.remove(key);
        return;
      case 'unmark':
        for (const one of resource.keys()) resource.unmark(one);
    }
  };
}

async function answerHold(played: Played, pick: number, answer: 'keep' | 'remove'): Promise<void> {
  const { model } = played;
  const hold = at(model.holds, pick);
  if (hold === undefined) return;
  await played.say({ kind: 'answer', holds: [hold.id], answer }, () => {
    if (answer === 'keep') return;
    if ('tag' in hold.of) {
      if (hold.kind !== 'loss') return;
      const { tag } = hold.of;
      model.released.set(tag, new Set([...(model.released.get(tag) ?? []), ...allPoints(hold.prefixes)]));
      return;
    }
    const names = holdsNames(model.planOf(hold.of.target).kind);
    for (const point of coverOf(names, hold.prefixes)) model.target(hold.of.target).released.add(point);
  });
}

async function withdraw(played: Played, pick: number): Promise<void> {
  const { model, world } = played;
  const word = at(model.words, pick);
  if (word === undefined) return;
  await played.say({ kind: 'withdraw', word: word.id }, () => {
    model.words = model.words.filter((one) => one !== word);
    const { target, direction, points } = word;
    // What was asked is asked again.
    const one = model.target(target);
    if (points.size > 0) {
      one.waiting = [...one.waiting, { part: word.id, direction, points, rules: [`withdrawn at ${world.now}`] }];
    }
  });
}

async function pauseOrResume(played: Played, what: 'pause' | 'resume', pick: number): Promise<void> {
  const { model, world } = played;
  const target = pick % 3 === 0 ? undefined : at(played.ids, pick);
  const days = pick % 2 === 0 ? undefined : 3;
  const until = days === undefined ? forGood : world.now + days * dayMs;
  const named = target === undefined ? {} : { target };
  if (what === 'resume') {
    await played.say({ kind: 'resume', ...named }, () => {
      if (target === undefined) {
        model.paused = undefined;
        model.pausedTargets.clear();
      } else model.pausedTargets.delete(target);
    });
    return;
  }
  const end = days === undefined ? {} : { until: new Date(until).toISOString() };
  await played.say({ kind: 'pause', ...named, ...end }, () => {
    if (target === undefined) model.paused = { until };
    else model.pausedTargets.set(target, until);
  });
}
