import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeCatalogJson, makePublication } from '../../support/catalog.ts';
import { inOrder, type Tags } from '../../support/history.ts';
import { casesOf, slotsOf } from './cases.ts';
import { faultKinds } from './kinds.ts';
import type { Triple } from './pairs.ts';
import type { FaultCase } from './play.ts';

const regions = ['WestUS', 'EastUS', 'NorthEurope', 'UKSouth', 'JapanEast'];
const services = ['AzureContainerRegistry', 'EventHub', 'Sql', 'Storage'];
/** The Mondays of the files. */
export const dates = ['2024-01-08', '2024-01-15', '2024-01-22'];

/** Every second /24 of a /16 of its own, so that none joins another; three more each week, and one less. */
function prefixesOf(service: number, region: number, week: number): string[] {
  const second = service * 10 + region;
  const ipv4 = Array.from({ length: 16 + week * 3 }, (_, i) => `20.${second}.${i * 2}.0/24`).slice(week);
  const ipv6 = Array.from({ length: 7 + week }, (_, i) => `2603:${1030 + second}:${i * 2 + 1}::/48`);
  return [...ipv4, ...ipv6];
}

/** Tags of five regions with their parents, as they are in a week. */
function tagsOf(week: number): Tags {
  const regional = services.flatMap((service, s) =>
    regions.map((region, r) => ({ service, region, prefixes: prefixesOf(s, r, week) })),
  );
  const tags: Record<string, string[]> = {};
  for (const { service, region, prefixes } of regional) {
    for (const name of [`${service}.${region}`, service, `AzureCloud.${region.toLowerCase()}`, 'AzureCloud']) {
      tags[name] = [...(tags[name] ?? []), ...prefixes];
    }
  }
  return Object.fromEntries(Object.entries(tags).map(([name, prefixes]) => [name, inOrder(prefixes)]));
}

function recipeOf(week: number) {
  const tags = tagsOf(week);
  const tagChangeNumbers = Object.fromEntries(Object.keys(tags).map((name) => [name, 5 + week]));
  return { changeNumber: 270 + week, tags, tagChangeNumbers };
}

/** Writes three consecutive files into a folder. */
export async function writeGenerated(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [week, date] of dates.entries()) {
    const name = `ServiceTags_Public_${date.replaceAll('-', '')}.json`;
    await writeFile(join(folder, name), makeCatalogJson(recipeOf(week)));
  }
}

export function generatedTriple(): Triple {
  const [older, before, truth] = dates.map((date, week) => makePublication({ ...recipeOf(week), date }));
  if (!older || !before || !truth) throw new Error('expected three files');
  return { older, before, truth };
}

/** Every case of every kind in three files. */
export function allCases(triple: Triple, seed = '1'): readonly FaultCase[] {
  return casesOf(triple, slotsOf(faultKinds), seed);
}
