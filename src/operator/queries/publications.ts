import { isCalendarDate } from '../../core/calendar.ts';
import type { Catalog } from '../../core/publication/catalog.ts';
import { diffCatalogs, type TagDiff } from '../../core/publication/diff.ts';
import { type TagFilter, tagFilter } from '../../core/publication/tag-filter.ts';
import { droppedText } from '../../messages/publication.ts';
import type { StoredPublication } from '../../ports/store.ts';
import type { RunContext } from '../../run/context.ts';
import { keptTags, whyChanged } from '../../run/kept-catalog.ts';
import { RequestError } from '../../run/service.ts';

/** A file that is kept, as people see it. */
export interface KeptPublication {
  /** Absent where the file could not be read that far. */
  readonly changeNumber?: number;
  /** The date in its name, else when it was first seen. */
  readonly date: string;
  readonly status: StoredPublication['status'];
  readonly file: string;
  readonly digest: string;
  /** ISO 8601. */
  readonly firstSeen: string;
  /** Why it was refused or waits. */
  readonly reasons: readonly string[];
  /** Since when it is no longer kept as it came, ISO 8601; what it says is. Absent while it is kept. */
  readonly dropped?: string;
}

/** A kept file with its bytes as they came, or why these cannot be given. */
export type KeptFile = { readonly publication: KeptPublication } & (
  | { readonly kind: 'whole'; readonly bytes: Uint8Array }
  | { readonly kind: 'damaged'; readonly why: string }
  | { readonly kind: 'dropped'; readonly why: string }
);

/** How two kept publications differ. */
export interface DiffView {
  readonly from: KeptPublication;
  readonly to: KeptPublication;
  readonly tags: readonly TagDiff[];
  /** Tags that one of the files has and that cannot be read there: nothing is said of them. */
  readonly unreadable: readonly string[];
}

/** What is kept, newest first. */
export async function publicationsOf({ publications }: Pick<RunContext, 'publications'>): Promise<KeptPublication[]> {
  return (await publications.all()).map(viewOf).sort(newestFirst);
}

/**
 * One kept file. @param which a number, a date (the newest accepted of that day or before), `latest`, or a digest or its
 * first six digits at least. Undefined if none is it; throws RequestError where several are, with their digests.
 */
export async function publicationOf(context: RunContext, which: string): Promise<KeptFile | undefined> {
  const publication = pick(await publicationsOf(context), which);
  if (publication === undefined) return undefined;
  const { digest } = publication;
  const [bytes, snapshot] = await Promise.all([
    context.publications.bytes(digest),
    context.publications.snapshot(digest),
  ]);
  if (bytes === undefined) {
    const why = goneText(publication);
    return publication.dropped === undefined
      ? { publication, kind: 'damaged', why }
      : { publication, kind: 'dropped', why };
  }
  const why = await whyChanged(context, publication, bytes, snapshot);
  return why === undefined ? { publication, kind: 'whole', bytes } : { publication, kind: 'damaged', why };
}

function goneText({ file, digest, dropped }: KeptPublication): string {
  if (dropped !== undefined) return droppedText(file, dropped);
  return `${file} (${digest}) was kept, and its content is gone from storage: restore the blob from a backup`;
}

/** How two kept publications differ, by addresses. Throws RequestError for one that is not kept or cannot be read. */
export async function diffOf(context: RunContext, from: string, to: string, filter: TagFilter): Promise<DiffView> {
  const kept = await publicationsOf(context);
  const [before, after] = await Promise.all([catalogOf(context, kept, from), catalogOf(context, kept, to)]);
  const wanted = tagFilter(filter);
  if (![before, after].some(({ catalog, unreadable }) => [...catalog.tags.keys(), ...unreadable].some(wanted))) {
    const named = JSON.stringify(
      Object.values(filter)
        .filter((text) => text !== undefined)
        .join(', '),
    );
    throw new RequestError(`expected a tag, or a region, that one of the two files has, got ${named}`);
  }
  const unreadable = [...new Set([...before.unreadable, ...after.unreadable])].filter(wanted).sort();
  const hidden = new Set(unreadable);
  const tags = diffCatalogs(before.catalog, after.catalog, (tag) => wanted(tag) && !hidden.has(tag));
  return { from: before.publication, to: after.publication, tags, unreadable };
}

async function catalogOf(
  context: RunContext,
  kept: readonly KeptPublication[],
  which: string,
): Promise<{ publication: KeptPublication; catalog: Catalog; unreadable: readonly string[] }> {
  const publication = pick(kept, which);
  if (publication === undefined) throw new RequestError(notAmong(kept, which));
  const found = await keptTags(context, publication);
  if (found.kind === 'gone') throw new RequestError(goneText(publication));
  if (found.kind === 'changed') throw new RequestError(found.why);
  if (found.kind === 'unreadable') {
    const [first, ...rest] = publication.reasons;
    throw new RequestError(
      `expected a file that can be read, got ${publication.file}, which was refused: ${first ?? 'its content is damaged'}${rest.length > 0 ? ` and ${rest.length} more` : ''}`,
    );
  }
  return { publication, catalog: found.catalog, unreadable: [...found.setAside] };
}

/** What to say of a publication that is not kept, with those that are next to it. */
export async function notKept(context: Pick<RunContext, 'publications'>, which: string): Promise<string> {
  return notAmong(await publicationsOf(context), which);
}

function notAmong(kept: readonly KeptPublication[], which: string): string {
  const numbers = kept.flatMap(({ changeNumber, status }) => (isPublished({ status }) ? (changeNumber ?? []) : []));
  const has =
    numbers.length === 0
      ? 'none is kept yet'
      : `${numbers.length} are kept, from ${numbers.at(-1)} to ${numbers[0]} (\`publications\` lists them)`;
  return `expected a publication that is kept, by its number, date or digest, got ${JSON.stringify(which)}; ${has}`;
}

function pick(kept: readonly KeptPublication[], which: string): KeptPublication | undefined {
  const accepted = kept.filter(({ status }) => status === 'accepted');
  if (which === 'latest') return accepted[0];
  if (isCalendarDate(which)) return kept.find((one) => isPublished(one) && one.date <= which);
  const named = /^\d{1,9}$/.test(which)
    ? kept.filter(({ changeNumber }) => changeNumber === Number(which))
    : kept.filter(({ digest }) => which.length >= 6 && digest.startsWith(which.toLowerCase()));
  const [first, ...others] = preferred(named);
  if (others.length === 0) return first;
  const digests = [first, ...others].flatMap((one) => (one ? [`${one.digest.slice(0, 16)} (${one.file})`] : []));
  throw new RequestError(`${which} names several files: expected one of the digests ${digests.join(', ')}`);
}

/** A refused file may bear the number of the one that was accepted, and an imported one that of another time. */
function preferred(named: readonly KeptPublication[]): readonly KeptPublication[] {
  for (const wanted of ['accepted', 'imported']) {
    const found = named.filter(({ status }) => status === wanted);
    if (found.length > 0) return found;
  }
  return named;
}

function isPublished({ status }: Pick<KeptPublication, 'status'>): boolean {
  return status === 'accepted' || status === 'imported';
}

function viewOf({
  digest,
  file,
  firstSeen,
  status,
  publication,
  reasons,
  dropped,
}: StoredPublication): KeptPublication {
  return {
    ...(publication === undefined ? {} : { changeNumber: publication.changeNumber }),
    date: publication?.date ?? firstSeen.slice(0, 10),
    status,
    file,
    digest,
    firstSeen,
    reasons,
    ...(dropped === undefined ? {} : { dropped }),
  };
}

function newestFirst(a: KeptPublication, b: KeptPublication): number {
  return (
    b.date.localeCompare(a.date) ||
    (b.changeNumber ?? 0) - (a.changeNumber ?? 0) ||
    b.firstSeen.localeCompare(a.firstSeen)
  );
}
