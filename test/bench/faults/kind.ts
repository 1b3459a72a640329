import { type Sets, setsOf } from '../../../src/core/address/sets.ts';
import { type Catalog, serviceOf, type Tag } from '../../../src/core/publication/catalog.ts';
import type { Draw } from './draw.ts';
import { type Edits, tidy, type Week, withoutAddresses } from './edit.ts';

/** Three consecutive files. */
export interface Scene {
  readonly older: Catalog;
  /** In force when the fault comes. */
  readonly before: Catalog;
  /** What the faulty file would say without its fault. */
  readonly truth: Catalog;
}

/** Where a fault is planted: a regional tag that both the file before and the truth have, as the truth has it. */
export interface Place {
  readonly scene: Scene;
  readonly tag: Tag;
}

export interface Planted {
  /** As found, but where the fault needs other files. */
  readonly scene: Scene;
  /** The tags that the fault is about; these are followed. */
  readonly tags: readonly string[];
  /** The faulty file and those after it, a week each; the last content stays. */
  readonly weeks: readonly Week[];
}

/** A kind of fault, with what it threatens: a stranger let in, a loss, both, or nothing. */
export interface FaultKind {
  readonly name: string;
  readonly threat: 'stranger' | 'loss' | 'both' | 'nothing';
  /** It strikes the whole service: one case a pair of files is enough. */
  readonly once?: true;
  /** Why no rule on the file alone can tell it from an honest change. The bars leave it out; the table does not. */
  readonly indistinguishable?: string;
  /** Plants it; undefined where it cannot be. */
  readonly plant: (place: Place, draw: Draw) => Planted | undefined;
}

/** What of the lists around a tag has the fault as well: its parents, and AzureCloud, which contains them. */
export type Parent = 'global' | 'region' | 'azure';

/** The names of some parents of a tag; undefined unless the truth has all of them. */
export function parentNames({ scene, tag }: Place, parents: readonly Parent[]): string[] | undefined {
  const nameOf = { global: serviceOf(tag.name), region: regionName(tag, scene.truth), azure: 'AzureCloud' };
  const names = parents.map((parent) => nameOf[parent]);
  const known = names.filter((name) => name !== undefined && scene.truth.tags.has(name));
  return known.length === parents.length ? known.filter((name) => name !== undefined) : undefined;
}

/** `AzureCloud.westus` for `Storage.WestUS`; undefined where the catalog has no such tag. */
export function regionName({ region }: Pick<Tag, 'region'>, catalog: Catalog): string | undefined {
  const spelled = region === undefined ? undefined : catalog.regions.get(region);
  const name = `AzureCloud.${spelled}`;
  return spelled !== undefined && catalog.tags.has(name) ? name : undefined;
}

/** The same tag of another service, `Sql.WestUS` for `Storage.WestUS`. */
export function neighbour({ scene, tag }: Place, service: string): Tag | undefined {
  return scene.truth.tags.get(`${service}.${tag.region}`);
}

/** Another regional tag of the same service. */
export function otherRegion({ scene, tag }: Place, draw: Draw): Tag | undefined {
  const others = [...scene.truth.tags.values()].filter(
    ({ service, region, name }) =>
      service === tag.service && region !== undefined && name !== tag.name && scene.before.tags.has(name),
  );
  return others.length === 0 ? undefined : draw.pick(others);
}

/** The fault in one file, whose content stays. */
export function planted({ scene, tag }: Place, edits: Edits, tags: readonly string[] = [tag.name]): Planted {
  return { scene, tags, weeks: [{ base: scene.truth, edits }] };
}

/** The tag, and some of its parents, with prefixes that do not belong to it. */
export function gains(place: Place, added: readonly string[], parents: readonly Parent[] = []): Planted | undefined {
  const names = parentNames(place, parents);
  if (!names || added.length === 0) return undefined;
  const { truth } = place.scene;
  const edits = [place.tag.name, ...names].map(
    (name) => [name, tidy([...(truth.tags.get(name)?.published ?? []), ...added])] as const,
  );
  return planted(place, new Map(edits));
}

/** The tag, and some of its parents, without some of its prefixes; undefined where none would be left. */
export function losses(place: Place, gone: readonly string[], parents: readonly Parent[] = []): Planted | undefined {
  const edits = lossEdits(place, gone, parents);
  return edits && planted(place, edits);
}

export function lossEdits(place: Place, gone: readonly string[], parents: readonly Parent[]): Edits | undefined {
  const names = parentNames(place, parents);
  const lost = new Set(gone);
  const left = place.tag.published.filter((text) => !lost.has(text));
  if (!names || gone.length === 0 || left.length === 0) return undefined;
  const sets: Sets = setsOf(gone);
  const { truth } = place.scene;
  const others = names.map((name) => [name, withoutAddresses(truth.tags.get(name)?.published ?? [], sets)] as const);
  return new Map([[place.tag.name, left] as const, ...others]);
}
