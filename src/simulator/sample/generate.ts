import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fewest, ipv4Prefixes, ipv6Prefixes } from './prefixes.ts';
import {
  type Cloud,
  chapters,
  otherStories,
  pipelineStory,
  prefixesIn,
  quietChapters,
  regionalStories,
  regionNames,
  regionPrefixes,
  stranger,
  type TagStory,
} from './scenario.ts';

interface SampleRequest {
  readonly cloud: Cloud;
  /** Which chapter of the story, from 0. */
  readonly chapter: number;
  /** Official files have had both; the same publication can come with either. */
  readonly lineEnd: '\n' | '\r\n';
  /** Filled up with further made-up tags until the file has at least this many bytes. */
  readonly leastBytes?: number;
}

/** Indent, quotes, comma and line end. */
const LINE_AROUND_PREFIX = 14;
/** Everything else of a tag, without its names. */
const OTHER_LINES = 340;

interface Row {
  readonly name: string;
  readonly changeNumber: number;
  readonly region: string;
  readonly regionId: number;
  readonly systemService: string;
  readonly addressPrefixes: readonly string[];
}

/** The changeNumber of the first chapter. */
const firstChangeNumber = 400;

/**
 * The text of one made-up publication in the shape of the official ones: canonical prefixes, IPv4 before IPv6, sorted,
 * never overlapping in a tag; a tag's changeNumber rises by one with each change of its prefixes; a service's global tag and
 * AzureCloud of the region cover its regional ones, but for a stranger and what a region gave up. The same request always gives the same text.
 */
export function generateSample(request: SampleRequest): string {
  const { cloud, chapter, lineEnd, leastBytes = 0 } = request;
  const rows = storyRows(cloud, chapter);
  let size = rows.reduce((sum, row) => sum + sizeOf(row), 0);
  for (let k = 0; size < leastBytes; k++) {
    const row = fillerRow(k);
    rows.push(row);
    size += sizeOf(row);
  }
  const text = JSON.stringify(
    { changeNumber: firstChangeNumber + chapter, cloud, values: rows.map(toValue) },
    undefined,
    2,
  );
  return lineEnd === '\n' ? text : text.replaceAll('\n', lineEnd);
}

function storyRows(cloud: Cloud, chapter: number): Row[] {
  const regional = [...regionalStories(cloud), pipelineStory(cloud)];
  const rows: Row[] = [];
  for (const service of ['AzureContainerRegistry', 'Storage', 'DataFactory']) {
    const own = regional.filter(({ name }) => name.startsWith(`${service}.`));
    const index = rows.length;
    const listAt = (at: number): string[] => globalPrefixes(own, index, at, cloud);
    rows.push({
      name: service,
      changeNumber: numberIn(chapter, 60 + index, listAt),
      region: '',
      regionId: 0,
      systemService: own[0]?.systemService ?? service,
      addressPrefixes: listAt(chapter),
    });
  }
  for (const [index, region] of regionNames(cloud).entries()) {
    const listAt = (at: number): string[] => fewestOfBoth(regionPrefixes(region, at, cloud));
    rows.push({
      name: `AzureCloud.${region}`,
      changeNumber: numberIn(chapter, 80 + index, listAt),
      region,
      regionId: index + 1,
      systemService: '',
      addressPrefixes: listAt(chapter),
    });
  }
  for (const story of [...otherStories(), ...regional]) {
    const listAt = (at: number): string[] => prefixesIn(story, at, cloud);
    const addressPrefixes = listAt(chapter);
    if (addressPrefixes.length === 0) continue;
    const { name, region, regionId, systemService } = story;
    const changeNumber = numberIn(chapter, story.firstNumber, listAt);
    rows.push({ name, changeNumber, region, regionId, systemService, addressPrefixes });
  }
  return rows;
}

/**
 * Whatever the regional tags have had so far, in the fewest prefixes, and some ranges of its own: in the official files
 * too the global tag held on to what a region lost by mistake.
 */
function globalPrefixes(regional: readonly TagStory[], index: number, chapter: number, cloud: Cloud): string[] {
  const soFar = Array.from({ length: chapter + 1 }, (_, at) => regional.map((story) => prefixesIn(story, at, cloud)));
  const published = soFar.flat(2).filter((prefix) => prefix !== stranger);
  return fewestOfBoth([...published, ...ipv4Prefixes(40 + index, 3), ...ipv6Prefixes(40 + index, 2)]);
}

/** The fewest prefixes for the same addresses, sorted, IPv4 first. */
function fewestOfBoth(prefixes: readonly string[]): string[] {
  return (['ipv4', 'ipv6'] as const).flatMap((family) =>
    fewest(
      family,
      prefixes.filter((prefix) => prefix.includes(':') === (family === 'ipv6')),
    ),
  );
}

/** A tag's own changeNumber: one more for each chapter in which its published list differs from the one before. */
function numberIn(chapter: number, first: number, listAt: (chapter: number) => readonly string[]): number {
  let number = first;
  let previous = listAt(0);
  for (let at = 1; at <= chapter; at++) {
    const list = listAt(at);
    if (previous.length > 0 && list.join() !== previous.join()) number++;
    previous = list;
  }
  return number;
}

/** As many tags, with as many prefixes, as the official files have beside the two services: 33 or so a tag. */
function fillerRow(k: number): Row {
  const region = `madeup${(k % 60) + 1}`;
  const service = `MadeUpService${Math.floor(k / 60) + 1}`;
  return {
    name: `${service}.MadeUp${(k % 60) + 1}`,
    changeNumber: 1 + (k % 40),
    region,
    regionId: 100 + (k % 60),
    systemService: service,
    addressPrefixes: [...ipv4Prefixes(64 + k, 24), ...ipv6Prefixes(64 + k, 9)],
  };
}

function toValue(row: Row): object {
  const { name, changeNumber, region, regionId, systemService, addressPrefixes } = row;
  const networkFeatures = name === 'AzureTrafficManager' ? null : ['API', 'NSG', 'UDR', 'FW'];
  const properties = {
    changeNumber,
    region,
    regionId,
    platform: 'Azure',
    systemService,
    addressPrefixes,
    networkFeatures,
  };
  return { name, id: name, properties };
}

/** Bytes of a row in the file, or a few less: one line a prefix, and lines whose lengths hardly differ for the rest. */
function sizeOf(row: Row): number {
  const rest = OTHER_LINES + 2 * row.name.length + row.region.length + row.systemService.length;
  return row.addressPrefixes.reduce((sum, prefix) => sum + prefix.length + LINE_AROUND_PREFIX, rest);
}

interface SampleFiles {
  /** The publications are dated on consecutive Mondays, the last one before this moment. */
  readonly end: Date;
  readonly cloud?: Cloud;
  /** Leaves out the chapters with a loss that a person would be asked about. */
  readonly quiet?: boolean;
}

/** The sample of a start tells January 2024: the fault is that of the 15th. */
export const storyEnd = new Date('2024-01-30T00:00:00Z');

const WEEK = 7 * 24 * 60 * 60 * 1000;
/** 1 January 2024 was a Monday. */
const A_MONDAY = Date.UTC(2024, 0, 1);

/** The names of the files, in order of publication. */
export function sampleNames(
  cloud: Cloud,
  { end, quiet = false }: Pick<SampleFiles, 'end' | 'quiet'> = { end: storyEnd },
): string[] {
  const count = quiet ? quietChapters : chapters.length;
  const lastMonday = A_MONDAY + Math.floor((end.getTime() - 1 - A_MONDAY) / WEEK) * WEEK;
  return Array.from({ length: count }, (_, chapter) => {
    const monday = new Date(lastMonday - (count - 1 - chapter) * WEEK);
    return `ServiceTags_${cloud}_${monday.toISOString().slice(0, 10).replaceAll('-', '')}.json`;
  });
}

/**
 * Writes made-up publications into a folder and gives their paths in order of publication. Their content does not
 * depend on `end`, only their names do: written again a week later, they are the same publications.
 */
export async function writeSample(
  folder: string,
  { end, cloud = 'Public', quiet = false }: SampleFiles,
): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const paths: string[] = [];
  for (const [chapter, name] of sampleNames(cloud, { end, quiet }).entries()) {
    const path = join(folder, name);
    await writeFile(path, generateSample({ cloud, chapter, lineEnd: chapter % 2 === 0 ? '\r\n' : '\n' }));
    paths.push(path);
  }
  return paths;
}
