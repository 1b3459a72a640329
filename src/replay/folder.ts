import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Policy } from '../core/judge/policy.ts';
import type { Cloud, Tag } from '../core/publication/catalog.ts';
import { regionOf, serviceOf } from '../core/publication/catalog.ts';
import type { ParsedPublication } from '../core/publication/publication.ts';
import { readPublication } from '../core/publication/read-publication.ts';
import { SourceError } from '../ports/source.ts';
import { issueTexts } from '../run/fetch-publication.ts';
import { RequestError } from '../run/service.ts';
import { publicationFilesIn } from '../sources/publication-files.ts';
import { type Replayed, type ReplayInput, replay } from './replay.ts';

interface ReplayFolderInput {
  readonly folder: string;
  readonly cloud: Cloud;
  /** Tags to watch; every regional tag of the default services if absent. */
  readonly watch?: readonly string[];
  readonly policy: Policy;
  readonly hindsightDays?: number;
  readonly compared?: ReplayInput['compared'];
  readonly onJudged?: ReplayInput['onJudged'];
  /** Called once a file read, for progress. */
  readonly onFile?: (file: string, index: number, all: number) => void;
}

export interface ReplayedFolder extends Replayed {
  /** Files that could not even be parsed, with what is wrong. */
  readonly unreadable: readonly { readonly file: string; readonly reasons: readonly string[] }[];
  readonly watch: readonly string[];
}

/** Watched by default: the tags that the product is for. */
const defaultServices: ReadonlySet<string> = new Set(['AzureContainerRegistry', 'Storage']);

/** Reads a folder of publications and replays them. Throws RequestError for a folder without any, or that cannot be read. */
export async function replayFolder(input: ReplayFolderInput): Promise<ReplayedFolder> {
  const { publications, unreadable } = await readPublicationsToReplay(input);
  if (publications.length === 0) throw new RequestError(nothingIn(input, unreadable));
  const watch = input.watch ?? regionalTags(publications);
  const { hindsightDays, compared, onJudged, cloud, policy } = input;
  const replayed = replay({
    cloud,
    publications,
    watch,
    policy,
    ...(hindsightDays === undefined ? {} : { hindsightDays }),
    ...(compared ? { compared } : {}),
    ...(onJudged ? { onJudged } : {}),
  });
  return { ...replayed, unreadable, watch };
}

function nothingIn({ folder, cloud }: ReplayFolderInput, unreadable: ReplayedFolder['unreadable']): string {
  const [first] = unreadable;
  return first === undefined
    ? `${folder} holds no file named ServiceTags_${cloud}_<date>.json: name another folder, or the cloud of its files`
    : `no file in ${folder} can be read as a publication; the first is ${first.file}: ${first.reasons.join(' ')}`;
}

/** A folder's publications in order, with the tags of the services that matter only. */
export async function readPublicationsToReplay({
  folder,
  cloud,
  watch,
  onFile,
}: Pick<ReplayFolderInput, 'folder' | 'cloud' | 'watch' | 'onFile'>): Promise<
  Pick<ReplayedFolder, 'unreadable'> & { readonly publications: readonly ParsedPublication[] }
> {
  const files = await publicationFilesIn(folder, cloud).catch((error: unknown) => {
    throw error instanceof SourceError ? new RequestError(error.message, { cause: error }) : error;
  });
  const services = watch ? new Set(watch.map(serviceOf)) : defaultServices;
  const unreadable: { file: string; reasons: readonly string[] }[] = [];
  const publications: ParsedPublication[] = [];
  let known: ReadonlyMap<string, Tag> = new Map();
  for (const [index, path] of files.entries()) {
    const file = basename(path);
    onFile?.(file, index, files.length);
    const provenance = { via: 'folder', url: pathToFileURL(path).href, fetchedAt: new Date(0).toISOString() };
    const origin = { file, provenance, firstSeen: provenance.fetchedAt };
    const read = readPublication(await readFile(path), origin, cloud, known);
    if (!read.ok) {
      unreadable.push({ file, reasons: issueTexts(read.issues) });
      continue;
    }
    // Every tag of the file before is at hand, and a tag that stayed as it was is one object: years fit into little memory.
    known = read.catalog.tags;
    publications.push(slim(read, services));
  }
  return { publications, unreadable };
}

/** Only the services that matter, and all of Azure by region, which says what belongs to one. */
function slim({ publication, catalog }: ParsedPublication, services: ReadonlySet<string>): ParsedPublication {
  const tags = new Map(
    [...catalog.tags].filter(([, { service }]) => services.has(service) || service === 'AzureCloud'),
  );
  return { publication, catalog: { ...catalog, tags } };
}

/** Every regional tag of the default services in any publication. */
export function regionalTags(publications: readonly ParsedPublication[]): string[] {
  const names = publications.flatMap(({ catalog }) => [...catalog.tags.keys()]);
  return [...new Set(names)]
    .filter((name) => regionOf(name) !== undefined && defaultServices.has(serviceOf(name)))
    .sort();
}
