import { at } from './pick.ts';
import type { Played } from './played.ts';
import type { ListEdit, TagEdit, TargetEdit } from './step.ts';
import { type ConfigPlan, holdsNames, type ListPlan } from './world/config-plan.ts';
import { type Edition, fileOf, prefixesOf } from './world/publish.ts';
import { allPoints, pointsOf } from './world/universe.ts';
import { dayMs } from './world/world.ts';

/** The source has another file from now on, or none. */
export function publish(played: Played, { edits, kind }: { edits: readonly TagEdit[]; kind: string }): void {
  const { world, model } = played;
  if (kind === 'none') {
    world.offered = undefined;
    if (model.offered && model.offered.edition !== model.publication) model.offered = undefined;
    return;
  }
  const base = model.offered?.acceptable ? model.offered.edition : model.publication;
  const last = model.publication;
  const tags = new Map(base?.tags);
  for (const edit of edits) {
    const points = editedTag(tags.get(edit.tag) ?? new Set(), edit);
    if (points.size === 0) tags.delete(edit.tag);
    else tags.set(edit.tag, points);
  }
  if (tags.size === 0) return;
  const newest = Math.max(base?.number ?? 0, last?.number ?? 0);
  const number = kind === 'older' ? Math.max(1, (last?.number ?? 2) - 1) : newest + (kind === 'far ahead' ? 30 : 1);
  const edition: Edition = { number, date: new Date(world.now).toISOString().slice(0, 10), tags };
  world.offered = fileOf(edition);
  const jump = number - (last?.number ?? number);
  model.offered = { edition, acceptable: kind === 'next' && jump <= 25 && edition.date >= (last?.date ?? '') };
}

function editedTag(points: ReadonlySet<string>, edit: TagEdit): ReadonlySet<string> {
  switch (edit.edit) {
    case 'grow':
      return new Set([...points, ...allPoints([edit.prefix])]);
    case 'shrink': {
      const prefixes = prefixesOf(points);
      const gone = allPoints(Array.from({ length: edit.many }, (_, index) => at(prefixes, edit.from + index) ?? ''));
      return new Set([...points].filter((point) => !gone.has(point)));
    }
    case 'vanish':
      return new Set();
  }
}

export function editList(played: Played, name: string, edit: ListEdit): void {
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

export function editTarget(played: Played, pick: number, edit: TargetEdit): void {
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
