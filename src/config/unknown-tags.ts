import type { Config } from './config.ts';
import { type Finding, type JsonPath, nearest } from './issue.ts';

/** Names of Service Tags, and where they come from. */
export interface KnownTags {
  readonly names: ReadonlySet<string>;
  /** For people: `publication 403 of 2026-11-23 (ServiceTags_Public_20261123.json)`. */
  readonly from: string;
  /** False for a sample: its names are spelt as Azure's are, and most of Azure's are not in it. */
  readonly complete: boolean;
}

/**
 * What a config names that no tag of a publication has: tags of lists and of `policy`, and regions of registries by hand. An
 * error, since a run refuses the targets of such a list; with an incomplete publication only other spellings of names that it
 * has are known, as notes.
 */
export function unknownTags(config: Pick<Config, 'lists' | 'policy' | 'registries'>, known: KnownTags): Finding[] {
  return [...tagsOf(config, known), ...regionsOf(config, known)];
}

function* tagsOf({ lists, policy }: Pick<Config, 'lists' | 'policy'>, known: KnownTags): Iterable<Finding> {
  for (const [list, { tags }] of Object.entries(lists)) {
    for (const [index, tag] of tags.entries()) yield* unknownName(tag, ['lists', list, 'tags', index], known);
  }
  for (const tag of Object.keys(policy.tags)) {
    // No run is refused for it: it has no effect.
    for (const finding of unknownName(tag, ['policy', 'tags', tag], known)) yield { ...finding, severity: 'note' };
  }
}

function* regionsOf({ registries }: Pick<Config, 'registries'>, known: KnownTags): Iterable<Finding> {
  const names = new Set([...known.names].flatMap(regionOfRegistryTag));
  const regions = { ...known, names };
  for (const [registry, { regions: own = [] }] of Object.entries(registries)) {
    for (const [index, region] of own.entries()) {
      yield* unknownName(region, ['registries', registry, 'regions', index], regions, 'a region that has tags');
    }
  }
}

/** The region as ARM spells it of `AzureContainerRegistry.WestUS`: a registry has its addresses in such tags. */
function regionOfRegistryTag(tag: string): string[] {
  const region = /^AzureContainerRegistry\.(.+)$/.exec(tag)?.[1];
  return region === undefined ? [] : [region.toLowerCase()];
}

function* unknownName(name: string, path: JsonPath, known: KnownTags, what = 'a Service Tag'): Iterable<Finding> {
  const { names, from, complete } = known;
  if (names.has(name)) return;
  const same = [...names].find((one) => one.toLowerCase() === name.toLowerCase());
  if (same === undefined && !complete) return;
  yield {
    severity: complete ? 'error' : 'note',
    path,
    expected: `${what} of ${from}`,
    got: JSON.stringify(name),
    hint: same === undefined ? nearest(name, names) : `did you mean ${JSON.stringify(same)}? The case counts`,
  };
}
