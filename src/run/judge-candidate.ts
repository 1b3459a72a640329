import type { NotAccepted } from '../core/judge/follow-source.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import { acceptFile, acceptPublication } from '../core/publication/accept.ts';
import type { Catalog, Issue } from '../core/publication/catalog.ts';
import { rawDigest } from '../core/publication/digest.ts';
import { issueTexts } from '../core/publication/issue-list.ts';
import type { ParsedPublication, Publication } from '../core/publication/publication.ts';
import { datedByName, readPublication } from '../core/publication/read-publication.ts';
import { type CatalogSnapshot, snapshotOf } from '../core/publication/snapshot.ts';
import type { Fetched } from '../ports/source.ts';
import type { StoredPublication } from '../ports/store.ts';
import type { PlanContext } from './context.ts';
import { beforeOf } from './stored-publication.ts';

/** The catalog in force before this run, read again from storage; undefined where it cannot be. */
export type ReadInForce = () => Promise<Catalog | undefined>;

/** What is in force while candidates are judged. */
interface InForce {
  readonly ledger: Ledger;
  readonly readInForce: ReadInForce;
}

/** A file that may be in force: `parsed` is what it puts in force. */
export type Sound =
  | { readonly verdict: 'seen'; readonly parsed: ParsedPublication }
  | {
      readonly verdict: 'accepted';
      readonly parsed: ParsedPublication;
      readonly record: StoredPublication;
      /** What the file itself says, for those who read it again. */
      readonly snapshot: CatalogSnapshot;
    };

/** A file that stays out: `parsed` is what it says itself. */
export interface Unsound {
  readonly verdict: 'refused' | 'waiting';
  readonly record: StoredPublication;
  readonly parsed?: ParsedPublication;
  readonly sound?: NotAccepted;
}

/**
 * Reads a file and decides what becomes of it.
 * @param after the publication that it would follow: the last accepted one, or one that another way had.
 */
export async function judgeCandidate(
  context: PlanContext,
  fetched: Fetched,
  after: Publication | undefined,
  inForce: InForce,
): Promise<Sound | Unsound> {
  const firstSeen = context.now().toISOString();
  const { file, provenance, bytes } = fetched;
  const { readFile = readPublication } = context;
  const read = readFile(bytes, { file, provenance, firstSeen }, context.loaded.config.cloud);
  if (!read.ok) return unreadable(fetched, firstSeen, read.issues, read.catalog);
  const publication = await dated(read.publication, context);
  const own = { publication, catalog: read.catalog };
  // What is kept is what the file says: which tags come from elsewhere is decided when it comes into force.
  const record = { digest: publication.digest, file, firstSeen, publication, provenance };
  const first = acceptPublication(after, publication, context.now());
  if (first.verdict === 'seen' && after) return { verdict: 'seen', parsed: await asInForce(own, after, inForce) };
  if (first.verdict === 'refused') {
    const { verdict, reasons } = first;
    return { verdict, record: { ...record, status: verdict, reasons }, parsed: own, sound: own };
  }
  const stored = await inForce.readInForce();
  const { verdict, reasons, parsed } = acceptFile(
    { ...read, publication },
    {
      before: beforeOf(inForce.ledger, stored),
      inForce: stored,
      after,
      policy: context.loaded.config.policy,
      now: context.now(),
    },
  );
  return verdict === 'refused' || verdict === 'waiting'
    ? { verdict, record: { ...record, status: verdict, reasons }, parsed: own, sound: own }
    : {
        verdict: 'accepted',
        record: { ...record, status: 'accepted', reasons },
        parsed,
        snapshot: snapshotOf({ ...read, publication }, bytes),
      };
}

/** The publication in force that came again: with the tags that are in force as another file has them. */
async function asInForce(
  { publication, catalog }: ParsedPublication,
  { tagsFrom, unnamed }: Publication,
  { ledger, readInForce }: InForce,
): Promise<ParsedPublication> {
  if (tagsFrom === undefined) return { publication, catalog };
  const stored = (await readInForce()) ?? catalog;
  return {
    publication: { ...publication, tagsFrom, ...(unnamed === undefined ? {} : { unnamed }) },
    catalog: beforeOf(ledger, stored).catalog ?? stored,
  };
}

function unreadable(
  { file, provenance, bytes }: Fetched,
  firstSeen: string,
  issues: readonly Issue[],
  catalog: Catalog | undefined,
): Unsound {
  const digest = rawDigest(bytes);
  const reasons = issueTexts(issues);
  const record = { digest, file, firstSeen, status: 'refused', provenance, reasons } as const;
  if (!catalog) return { verdict: 'refused', record };
  const { cloud, changeNumber } = catalog;
  const publication = { cloud, digest, file, ...datedByName(file, firstSeen), changeNumber, provenance };
  return { verdict: 'refused', record, sound: { publication, catalog } };
}

/** A file without a date in its name has that of the publication known by its content, or of when that was first seen. */
async function dated(publication: Publication, context: PlanContext): Promise<Publication> {
  if (!publication.dateEstimated) return publication;
  const known = (await context.publications.get(publication.digest))?.publication;
  return known ? { ...publication, date: known.date, dateEstimated: known.dateEstimated } : publication;
}
