import type { AcceptPublicationDecision } from '../core/decisions/decision.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import type { Catalog, Tag } from '../core/publication/catalog.ts';
import { regionOf, serviceOf } from '../core/publication/catalog.ts';
import { formatIssue } from '../core/publication/issue-list.ts';
import { soundTagsIn } from '../core/publication/parse.ts';
import type { ParsedPublication } from '../core/publication/publication.ts';
import { datedByName, readPublication } from '../core/publication/read-publication.ts';
import type { StoredPublication } from '../ports/store.ts';
import type { PlanContext } from './context.ts';
import { whyNotKept } from './stored-publication.ts';

/** A stored file accepted by an operator. */
export interface AcceptedOverride extends ParsedPublication {
  /** The tags vouched for; absent: all of it. With them, the catalog has the other tags as they were. */
  readonly onlyTags?: readonly string[];
}

/** What a word leads to, or why it leads to nothing. */
type VouchResult =
  | { readonly ok: true; readonly vouched: AcceptedOverride }
  | { readonly ok: false; readonly why: string };

/**
 * Looks up a kept file by its digest and gives what accepting it, whole or for some tags, puts in force. The rules that
 * refused it (order, number, date) count for nothing here; that each accepted tag is sound, and of this cloud, does.
 */
export async function acceptOverride(
  context: Pick<PlanContext, 'publications' | 'loaded'>,
  ledger: Ledger,
  { digest, tags }: Pick<AcceptPublicationDecision, 'digest' | 'tags'>,
): Promise<VouchResult> {
  const [stored, bytes] = await Promise.all([context.publications.get(digest), context.publications.bytes(digest)]);
  if (!stored || !bytes) return no(`no file with the digest ${digest} is kept; the notice about the file names it`);
  if (ledger.accepted?.digest === digest) return no(`${stored.file} is in force already`);
  if (stored.status === 'accepted')
    return no(`${stored.file} was in force before; to go back to it for a while, pin it`);
  return tags === undefined ? whole(context, stored, bytes) : only(context, ledger, stored, bytes, tags);
}

function whole(context: Pick<PlanContext, 'loaded'>, stored: StoredPublication, bytes: Uint8Array): VouchResult {
  const read = readPublication(bytes, originOf(stored), context.loaded.config.cloud);
  if (read.ok) {
    const { publication, catalog } = read;
    const changed = whyNotKept(stored, bytes, publication.digest);
    if (changed !== undefined) return no(changed);
    return { ok: true, vouched: { publication: stored.publication ?? publication, catalog } };
  }
  const [first] = read.issues;
  return no(
    `${stored.file} is damaged (${first ? formatIssue(first) : 'unreadable'}) and cannot be accepted whole; name the tags that are sound`,
  );
}

function only(
  context: Pick<PlanContext, 'loaded'>,
  ledger: Ledger,
  stored: StoredPublication,
  bytes: Uint8Array,
  tags: readonly string[],
): VouchResult {
  const { cloud } = context.loaded.config;
  if (!ledger.accepted) return no('no publication is in force yet: the first one can only be accepted whole');
  if (tags.length === 0) return no('expected at least one tag, or none named at all for the whole file');
  const read = readPublication(bytes, originOf(stored), cloud);
  const changed = whyNotKept(stored, bytes, read.ok ? read.publication.digest : undefined);
  if (changed !== undefined) return no(changed);
  const sound = soundTagsIn(bytes);
  if (!sound) return no(`${stored.file} is damaged as a whole: no single tag of it can be trusted`);
  if (sound.catalog.cloud !== cloud) return no(`${stored.file} is of cloud ${sound.catalog.cloud}, expected ${cloud}`);
  const lacking = tags.filter((tag) => !sound.catalog.tags.has(tag));
  if (lacking.length > 0) return no(`${lacking.join(', ')} of ${stored.file}: missing there, or damaged`);
  const origin = originOf(stored);
  return {
    ok: true,
    vouched: {
      publication: stored.publication ?? {
        cloud,
        digest: stored.digest,
        valuesDigest: stored.digest,
        changeNumber: sound.catalog.changeNumber,
        file: stored.file,
        ...datedByName(stored.file, stored.firstSeen),
        bytes: bytes.length,
        provenance: origin.provenance,
      },
      catalog: { ...sound.catalog, tags: merged(ledger, sound.catalog, tags) },
      onlyTags: tags,
    },
  };
}

/** The named tags as the file has them; every other one as it is published now, so that nothing else moves. */
function merged(ledger: Ledger, catalog: Catalog, only: readonly string[]): ReadonlyMap<string, Tag> {
  const tags = new Map<string, Tag>();
  for (const [name, row] of ledger.tags) {
    if (row.vanished) continue;
    tags.set(name, {
      name,
      service: serviceOf(name),
      region: regionOf(name),
      changeNumber: row.changeNumber,
      published: row.publishedPrefixes,
      prefixes: row.published,
    });
  }
  for (const name of only) {
    const tag = catalog.tags.get(name);
    if (tag) tags.set(name, tag);
  }
  return tags;
}

function originOf({ file, firstSeen, provenance, publication }: StoredPublication): {
  file: string;
  firstSeen: string;
  provenance: ParsedPublication['publication']['provenance'];
} {
  const kept = publication?.provenance ?? provenance ?? { via: 'kept', url: '', fetchedAt: firstSeen };
  return { file, firstSeen, provenance: kept };
}

function no(why: string): VouchResult {
  return { ok: false, why };
}
