import { azureRegions } from '../core/azure-regions.ts';
import { nearest, nearestName } from '../core/nearest.ts';
import type { Config } from './config.ts';
import type { Finding, JsonPath } from './issue.ts';

/** Names of Service Tags, and where they come from. */
export interface KnownTags {
  readonly names: ReadonlySet<string>;
  /** For people: `publication 403 of 2026-11-23 (ServiceTags_Public_20261123.json)`. */
  readonly from: string;
  /** False for a sample: its names are spelt as Azure's are, and most of Azure's are not in it. */
  readonly complete: boolean;
}

type Named = Pick<Config, 'cloud' | 'crossCheck' | 'lists' | 'policy' | 'registries' | 'targets'>;

/**
 * What a config names that no tag of a publication has: tags of lists and of `policy`, and regions of registries by hand. An
 * error, since a run refuses the targets of such a list. With an incomplete publication these are notes: other spellings of names that
 * it has, and regions that this version does not know.
 */
export function unknownTags(config: Named, known: KnownTags): Finding[] {
  return [...tagsOf(config, known), ...regionsOf(config, known), ...locationsOf(config, known)];
}

function* tagsOf({ cloud, lists, policy }: Named, known: KnownTags): Iterable<Finding> {
  const unknown = (tag: string, path: JsonPath) =>
    known.complete ? unknownName(tag, path, known) : doubtfulTag(tag, path, known, cloud);
  for (const [list, { tags }] of Object.entries(lists)) {
    for (const [index, tag] of tags.entries()) yield* unknown(tag, ['lists', list, 'tags', index]);
  }
  for (const tag of Object.keys(policy.tags)) {
    // No run is refused for it: it has no effect.
    for (const finding of unknown(tag, ['policy', 'tags', tag])) yield { ...finding, severity: 'note' };
  }
}

function* regionsOf({ cloud, registries }: Named, known: KnownTags): Iterable<Finding> {
  const tagged = {
    ...known,
    names: new Set([...known.names].flatMap((tag) => regionIn(tag, 'AzureContainerRegistry'))),
  };
  for (const [registry, { regions = [] }] of Object.entries(registries)) {
    for (const [index, region] of regions.entries()) {
      const path = ['registries', registry, 'regions', index];
      if (known.complete) yield* unknownName(region, path, tagged, 'a region that has tags');
      else yield* unknownRegion(region, path, cloud, known, 'a region that has tags (Storage.<Region>)');
    }
  }
}

/** Where resources are: Azure itself refuses a region that does not exist, but only when something is written there. */
function* locationsOf({ cloud, crossCheck: { api }, targets }: Named, known: KnownTags): Iterable<Finding> {
  if (api) yield* unknownRegion(api.location, ['crossCheck', 'api', 'location'], cloud, known);
  for (const [id, { settings }] of Object.entries(targets)) {
    const { location } = settings as { readonly location?: unknown };
    if (typeof location === 'string') yield* unknownRegion(location, ['targets', id, 'location'], cloud, known);
  }
}

/** A region in ARM's spelling that neither this version knows nor a tag is named for. */
function* unknownRegion(
  region: string,
  path: JsonPath,
  cloud: Config['cloud'],
  { names }: KnownTags,
  what = 'a region',
): Iterable<Finding> {
  const regions = azureRegions(cloud).map((name) => name.toLowerCase());
  if (regions.includes(region) || [...names].some((tag) => regionIn(tag, 'Storage').includes(region))) return;
  yield {
    severity: 'note',
    path,
    expected: `${what}, as the ${regions.length} of ${cloud} that this version knows`,
    got: JSON.stringify(region),
    hint: nearest(region, regions) || 'a newer one is fine: `az account list-locations` has them all',
  };
}

/** The region as ARM spells it of `Storage.WestUS`. */
function regionIn(tag: string, service: string): string[] {
  return tag.startsWith(`${service}.`) ? [tag.slice(service.length + 1).toLowerCase()] : [];
}

function* unknownName(name: string, path: JsonPath, known: KnownTags, what = 'a Service Tag'): Iterable<Finding> {
  const { names, from } = known;
  if (names.has(name)) return;
  const hint = caseHint(name, names) || nearest(name, names);
  yield { severity: 'error', path, expected: `${what} of ${from}`, got: JSON.stringify(name), hint };
}

/** A tag that is spelt nearly like one of a sample, or whose region is spelt nearly like a region. */
function* doubtfulTag(tag: string, path: JsonPath, known: KnownTags, cloud: Config['cloud']): Iterable<Finding> {
  const { names, from } = known;
  const [service = '', region = ''] = tag.split('.');
  // Tags of AzureCloud spell regions in a way of their own: `AzureCloud.centralfrance`.
  const regions = region === '' || service === 'AzureCloud' ? [] : azureRegions(cloud);
  if (names.has(tag) || regions.includes(region)) return;
  const like = nearestName(region, regions);
  const hint =
    caseHint(tag, [...names, ...regions.map((one) => `${service}.${one}`)]) ||
    (like === undefined ? '' : `did you mean ${JSON.stringify(`${service}.${like}`)}?`);
  if (hint === '') return;
  const expected = `a Service Tag of ${from}, or of a region that this version knows`;
  yield { severity: 'note', path, expected, got: JSON.stringify(tag), hint };
}

function caseHint(name: string, names: Iterable<string>): string {
  const same = [...names].find((one) => one.toLowerCase() === name.toLowerCase());
  return same === undefined ? '' : `did you mean ${JSON.stringify(same)}? The case counts`;
}
