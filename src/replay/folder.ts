import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { NotAccepted } from '../core/judge/follow-source.ts';
import type { Catalog, Cloud, Issue, Tag } from '../core/publication/catalog.ts';
import { rawDigest } from '../core/publication/digest.ts';
import { issueTexts } from '../core/publication/issue-list.ts';
import type { Provenance } from '../core/publication/publication.ts';
import { datedByName, readPublication } from '../core/publication/read-publication.ts';
import { SourceError } from '../ports/source.ts';
import { RequestError } from '../run/service.ts';
import { listPublicationFiles, readPublicationFile } from '../sources/publication-files.ts';
import { inSequence, type PlacedFile } from '../sources/sequence.ts';
import { type BrokenFile, isBroken, type SequencedFile, soundCatalogOf } from './published.ts';
import { type Replayed, type ReplayInput, replay } from './replay.ts';
import { everyRegionalTag, type Subject, type Watched } from './subject.ts';
import { uncheckedTagsIn } from './unchecked-tags.ts';

export interface ReplayFolderInput extends Omit<ReplayInput, 'files' | 'watch'> {
  readonly folder: string;
  /** What to watch; every regional tag of the default services if absent. */
  readonly subject?: Subject;
  /** Called once a file read, for progress. */
  readonly onFile?: (file: string, index: number, all: number) => void;
}

export interface ReplayedFolder extends Replayed, Watched {}

/**
 * Reads a folder of publications and replays them. Throws RequestError for a folder without any, or that cannot be read, and
 * where no file has a tag to watch.
 */
export async function replayFolder(input: ReplayFolderInput): Promise<ReplayedFolder> {
  const { folder, subject = everyRegionalTag, onFile, ...rest } = input;
  const { cloud } = input;
  const { services } = subject;
  const files = await readFilesToReplay({ folder, cloud, services, ...(onFile ? { onFile } : {}) });
  const watched = subject.watched(tagNamesIn(files));
  if (watched.watch.size === 0) throw new RequestError(nothingToWatch(folder, watched));
  return { ...replay({ ...rest, files, watch: watched.watch }), ...watched };
}

function nothingToWatch(folder: string, { withoutTag }: Watched): string {
  const regions = withoutTag.flatMap((one) => one.regions);
  return regions.length > 0
    ? `no file in ${folder} has a tag of ${regions.join(', ')}: expected regions as ARM spells them, such as westeurope`
    : `no file in ${folder} has a tag to watch: name another folder, or a config with the tags`;
}

/** Names of all tags at hand in any of the files. */
export function tagNamesIn(files: readonly SequencedFile[]): ReadonlySet<string> {
  return new Set(files.flatMap((file) => [...(soundCatalogOf(file)?.tags.keys() ?? [])]));
}

/**
 * A folder's files in order, with the tags of these services only, and those of AzureCloud. Throws RequestError for a folder
 * that cannot be read, or in which no file can.
 */
export async function readFilesToReplay({
  folder,
  cloud,
  services = everyRegionalTag.services,
  onFile,
}: Pick<ReplayFolderInput, 'folder' | 'cloud' | 'onFile'> & {
  readonly services?: ReadonlySet<string>;
}): Promise<readonly SequencedFile[]> {
  const listed = await listPublicationFiles(folder, cloud).catch((error: unknown) => {
    throw error instanceof SourceError ? new RequestError(error.message, { cause: error }) : error;
  });
  const places = inSequence(listed);
  const files: SequencedFile[] = [];
  let known: ReadonlyMap<string, Tag> = new Map();
  let coming = readAhead(places[0]);
  for (const [index, place] of places.entries()) {
    onFile?.(basename(place.path), index, places.length);
    const bytes = await coming;
    coming = readAhead(places[index + 1]);
    const { file, tags } = placed(bytes, place, cloud, services, known);
    // Every tag of the file before is at hand, and a tag that stayed as it was is one object: years fit into little memory.
    known = tags ?? known;
    files.push(file);
  }
  if (files.every((file) => soundCatalogOf(file) === undefined))
    throw new RequestError(nothingIn(folder, cloud, files));
  return files;
}

function nothingIn(folder: string, cloud: Cloud, files: readonly SequencedFile[]): string {
  const first = files.find(isBroken);
  return first === undefined
    ? `${folder} holds no file named ServiceTags_${cloud}_<date>.json: name another folder, or the cloud of its files`
    : `no file in ${folder} can be read as a publication; the first is ${first.file}: ${first.reasons.join(' ')}`;
}

/** Begins to read a file while the one before is worked on. A failure is told to who asks for its bytes. */
function readAhead(place: PlacedFile | undefined): Promise<Uint8Array> {
  const reading = place ? bytesOf(place) : Promise.resolve(new Uint8Array());
  reading.catch(() => undefined);
  return reading;
}

async function bytesOf({ path }: PlacedFile): Promise<Uint8Array> {
  const { bytes } = await readPublicationFile(path, 'folder', { now: () => new Date(0) });
  return bytes;
}

/** One file at its place in the sequence, with the tags of these services only and those of AzureCloud, and all of its tags for the next one. */
export async function readPlaced(
  place: PlacedFile,
  cloud: Cloud,
  services: ReadonlySet<string>,
  known: ReadonlyMap<string, Tag>,
): Promise<Placed> {
  return placed(await bytesOf(place), place, cloud, services, known);
}

interface Placed {
  readonly file: SequencedFile;
  readonly tags?: ReadonlyMap<string, Tag>;
}

function placed(
  bytes: Uint8Array,
  { path, date }: PlacedFile,
  cloud: Cloud,
  services: ReadonlySet<string>,
  known: ReadonlyMap<string, Tag>,
): Placed {
  const firstSeen = `${date}T00:00:00.000Z`;
  const provenance = { via: 'folder', url: pathToFileURL(path).href, fetchedAt: firstSeen };
  const origin = { file: basename(path), provenance, firstSeen };
  const read = readPublication(bytes, origin, cloud, known);
  if (!read.ok) return { file: brokenFile(bytes, origin, cloud, read, services) };
  const { publication, catalog, setAside, unnamed } = read;
  const file = { publication, catalog: slim(catalog, services) };
  if (setAside.size === 0 && unnamed.length === 0) return { file, tags: catalog.tags };
  const unchecked = uncheckedTagsIn(bytes);
  return {
    file: {
      ...file,
      setAside,
      ...(unnamed.length > 0 ? { unnamed } : {}),
      ...(unchecked ? { unchecked: ofServices(unchecked, services) } : {}),
    },
    tags: catalog.tags,
  };
}

function brokenFile(
  bytes: Uint8Array,
  {
    file,
    provenance,
    firstSeen,
  }: { readonly file: string; readonly provenance: Provenance; readonly firstSeen: string },
  cloud: Cloud,
  { issues, catalog }: { readonly issues: readonly Issue[]; readonly catalog?: Catalog },
  services: ReadonlySet<string>,
): BrokenFile {
  const digest = rawDigest(bytes);
  const { date, dateEstimated } = datedByName(file, firstSeen);
  const sound: NotAccepted | undefined = catalog && {
    publication: {
      cloud: catalog.cloud,
      digest,
      file,
      date,
      dateEstimated,
      changeNumber: catalog.changeNumber,
      provenance,
    },
    catalog: slim(catalog, services),
  };
  const unchecked = uncheckedTagsIn(bytes);
  return {
    file,
    date,
    digest,
    reasons: issueTexts(issues),
    // What another cloud publishes says nothing about this one.
    ...(sound?.publication.cloud === cloud ? { sound } : {}),
    ...(unchecked ? { unchecked: ofServices(unchecked, services) } : {}),
  };
}

function slim(catalog: Catalog, services: ReadonlySet<string>): Catalog {
  return { ...catalog, tags: ofServices(catalog.tags, services) };
}

/** The services that matter, all of Azure by region, which says what belongs to one, and of the other services the global tags. */
function ofServices(tags: ReadonlyMap<string, Tag>, services: ReadonlySet<string>): ReadonlyMap<string, Tag> {
  return new Map(
    [...tags].filter(
      ([, { service, region }]) => services.has(service) || service === 'AzureCloud' || region === undefined,
    ),
  );
}
