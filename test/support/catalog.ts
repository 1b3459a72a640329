import { families } from '../../src/core/address/family.ts';
import type { Catalog, Cloud, Tag } from '../../src/core/publication/catalog.ts';
import { formatIssue } from '../../src/core/publication/issue-list.ts';
import type { ParsedPublication } from '../../src/core/publication/publication.ts';
import { readPublication } from '../../src/core/publication/read-publication.ts';

/** What a made-up Service Tags document holds. Prefixes stay as given: IPv4 first, each family in numeric order. */
export interface CatalogRecipe {
  readonly cloud?: Cloud;
  readonly changeNumber?: number;
  /** Prefixes by tag name. */
  readonly tags: Readonly<Record<string, readonly string[]>>;
  /** Each tag's own changeNumber where it is not 1. */
  readonly tagChangeNumbers?: Readonly<Record<string, number>>;
}

/** The document as a value, in Microsoft's shape, so that a test can damage it before it becomes text. */
export function makeCatalogValue(recipe: CatalogRecipe) {
  return {
    changeNumber: recipe.changeNumber ?? 100,
    cloud: recipe.cloud ?? 'Public',
    values: Object.entries(recipe.tags).map(([name, prefixes]) => ({
      name,
      id: name,
      properties: {
        changeNumber: recipe.tagChangeNumbers?.[name] ?? 1,
        region: name.includes('.') ? name.slice(name.indexOf('.') + 1).toLowerCase() : '',
        regionId: 0,
        platform: 'Azure',
        systemService: `Azure${name.split('.')[0]}`,
        addressPrefixes: [...prefixes],
        networkFeatures: ['API', 'NSG'],
      },
    })),
  };
}

/** The document as text, indented as Microsoft does. */
export function makeCatalogJson(recipe: CatalogRecipe): string {
  return JSON.stringify(makeCatalogValue(recipe), undefined, 2);
}

/** The document as the bytes a source would deliver. */
export function makeCatalogBytes(recipe: CatalogRecipe): Uint8Array {
  return new TextEncoder().encode(makeCatalogJson(recipe));
}

/** The document parsed; throws with every issue if the recipe breaks a rule, such as the order of prefixes. */
export function makeCatalog(recipe: CatalogRecipe): Catalog {
  return makePublication(recipe).catalog;
}

/** The document as an accepted publication of `date` (ISO 8601; a Monday in January 2024 if absent). */
export function makePublication(recipe: CatalogRecipe & { readonly date?: string }): ParsedPublication {
  const cloud = recipe.cloud ?? 'Public';
  const date = recipe.date ?? '2024-01-15';
  const file = `ServiceTags_${cloud}_${date.replaceAll('-', '')}.json`;
  const firstSeen = `${date}T12:00:00.000Z`;
  const provenance = { via: 'test', url: `https://example.test/${file}`, fetchedAt: firstSeen };
  const read = readPublication(makeCatalogBytes(recipe), { file, provenance, firstSeen }, cloud);
  const issues = read.ok ? [...[...read.setAside.values()].flat(), ...read.unnamed] : read.issues;
  if (!read.ok || issues.length > 0) throw new Error(issues.map(formatIssue).join('\n'));
  return { publication: read.publication, catalog: read.catalog };
}

/** Everything of a catalog that a reader can ask, as plain values: a tag may make its own when it is asked, and sets hide theirs from comparisons. */
export function plainCatalog({ tags, ...rest }: Catalog) {
  return { ...rest, tags: [...tags.values()].map(plainTag) };
}

/** Everything of a tag that a reader can ask. */
export function plainTag({ name, service, region, changeNumber, published, prefixes }: Tag) {
  const sets = families.map((family) => [prefixes[family].family, prefixes[family].toPrefixes()]);
  return { name, service, region, changeNumber, published, sets };
}
