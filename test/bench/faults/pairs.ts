import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import { dayMs } from '../../../src/core/calendar.ts';
import type { Catalog, Tag } from '../../../src/core/publication/catalog.ts';
import { formatIssue } from '../../../src/core/publication/issue-list.ts';
import type { ParsedPublication } from '../../../src/core/publication/publication.ts';
import { parseFileName } from '../../../src/core/publication/publication.ts';
import { readPublication } from '../../../src/core/publication/read-publication.ts';
import { publicationFilesIn } from '../../../src/sources/publication-files.ts';

/** Three consecutive files: the file two before, the one in force, and the one that a fault is planted into. */
export interface Triple {
  readonly older: ParsedPublication;
  readonly before: ParsedPublication;
  readonly truth: ParsedPublication;
}

/** Faults are planted into tags of the first two; the others are their neighbours and parents. Of all others the global tags are kept. */
const services: ReadonlySet<string> = new Set(['AzureContainerRegistry', 'Storage', 'Sql', 'EventHub', 'AzureCloud']);
/** Files that are further apart are no neighbours: one between them is not at hand. */
const mostDaysApart = 14;

/** Paths of consecutive Public files of a folder by threes, `most` of them spread over all its years. */
export async function triplesIn(folder: string, most: number): Promise<readonly (readonly [string, string, string])[]> {
  const paths = await publicationFilesIn(folder, 'Public');
  const triples = paths.flatMap((truth, i) => {
    const [older, before] = [paths[i - 2], paths[i - 1]];
    if (older === undefined || before === undefined) return [];
    const near = daysBetween(older, before) <= mostDaysApart && daysBetween(before, truth) <= mostDaysApart;
    return near ? [[older, before, truth] as const] : [];
  });
  return spread(triples, most);
}

/** At most so many of a list, at even distances. */
export function spread<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  return Array.from({ length: most }, (_, i) => list[Math.floor((i * list.length) / most)]).filter(
    (one) => one !== undefined,
  );
}

/** Reads three files. Throws for one that the strict parser refuses, with its issues. */
export async function readTriple([older, before, truth]: readonly [string, string, string]): Promise<Triple> {
  const first = await readWhole(older, new Map());
  const second = await readWhole(before, first.catalog.tags);
  const third = await readWhole(truth, second.catalog.tags);
  return { older: slim(first), before: slim(second), truth: slim(third) };
}

async function readWhole(path: string, known: ReadonlyMap<string, Tag>): Promise<ParsedPublication> {
  const file = basename(path);
  const firstSeen = new Date(0).toISOString();
  const provenance = { via: 'folder', url: pathToFileURL(path).href, fetchedAt: firstSeen };
  const read = readPublication(await readFile(path), { file, provenance, firstSeen }, 'Public', known);
  if (!read.ok) throw new Error(`${path}: ${read.issues.map(formatIssue).join('\n')}`);
  return read;
}

function slim({ publication, catalog }: ParsedPublication): ParsedPublication {
  const tags = new Map(
    [...catalog.tags].filter(([, { service, region }]) => services.has(service) || region === undefined),
  );
  return { publication, catalog: { ...catalog, tags } satisfies Catalog };
}

function daysBetween(earlier: string, later: string): number {
  const [from, to] = [earlier, later].map((path) => Date.parse(parseFileName(basename(path))?.date ?? ''));
  return from === undefined || to === undefined ? Number.NaN : (to - from) / dayMs;
}
