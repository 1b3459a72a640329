import type { Cloud } from '../../src/core/publication/catalog.ts';

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
