import type { AcceptPublicationDecision } from '../core/decisions/decision.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import { formatIssue } from '../core/publication/issue-list.ts';
import { type ParsedPublication, type Publication, setAsideIn } from '../core/publication/publication.ts';
import { datedByName, readPublication } from '../core/publication/read-publication.ts';
import { type Before, mergeTags, takeFile, withTagsFrom } from '../core/publication/take-file.ts';
import { listed } from '../messages/format.ts';
import { droppedText } from '../messages/publication.ts';
import type { StoredPublication } from '../ports/store.ts';
import type { PlanContext } from './context.ts';
import { beforeOf, tryCatalogInForce, whyNotKept } from './stored-publication.ts';

/** A stored file accepted by an operator. */
export interface AcceptedOverride extends ParsedPublication {
  /** The tags vouched for; absent: all of it. With them, the catalog has the other tags as they were. */
  readonly onlyTags?: readonly string[];
  /** With `onlyTags`: the last accepted publication, which stays what it was but for these tags. */
  readonly stays?: Publication;
}

/** What a word leads to, or why it leads to nothing. */
type VouchResult =
  | { readonly ok: true; readonly vouched: AcceptedOverride }
  | { readonly ok: false; readonly why: string };

type OverrideContext = Pick<PlanContext, 'publications' | 'loaded' | 'log'>;

/** A kept file that an operator asks for. */
interface Kept {
  readonly stored: StoredPublication;
  readonly bytes: Uint8Array;
}

/**
 * Looks up a kept file by its digest and gives what accepting it, whole or for some tags, puts in force. The rules that
 * refused it (order, number, date, tags that went back) count for nothing here; that each accepted tag is sound, and of this
 * cloud, does.
 */
export async function acceptOverride(
  context: OverrideContext,
  ledger: Ledger,
  { digest, tags }: Pick<AcceptPublicationDecision, 'digest' | 'tags'>,
): Promise<VouchResult> {
  const [stored, bytes] = await Promise.all([context.publications.get(digest), context.publications.bytes(digest)]);
  if (stored?.dropped !== undefined && !bytes) return no(droppedText(stored.file, stored.dropped));
  if (!stored || !bytes) return no(`no file with the digest ${digest} is kept; the notice about the file names it`);
  if (ledger.accepted?.digest === digest) {
    const left = setAsideIn(ledger.accepted);
    if (tags === undefined || !tags.every((tag) => left.has(tag))) return no(inForce(stored, left));
  } else if (stored.status === 'accepted')
    return no(`${stored.file} was in force before; to go back to it for a while, pin it`);
  if (stored.status === 'imported') {
    return no(`${stored.file} was loaded for answers about the past; only what the source brings can be accepted`);
  }
  return tags === undefined
    ? await whole(context, ledger, { stored, bytes })
    : await only(context, ledger, { stored, bytes }, tags);
}

function inForce({ file }: StoredPublication, setAside: ReadonlySet<string>): string {
  const left =
    setAside.size > 0 ? ` but for ${listed([...setAside])}: accept it for these, as far as they are sound` : '';
  return `${file} is in force already${left}`;
}

async function readBefore(context: OverrideContext, ledger: Ledger): Promise<Before> {
  return beforeOf(ledger, await tryCatalogInForce(context, ledger.accepted));
}

async function whole(context: OverrideContext, ledger: Ledger, { stored, bytes }: Kept): Promise<VouchResult> {
  const read = readPublication(bytes, originOf(stored), context.loaded.config.cloud);
  const changed = whyNotKept(stored, bytes, read.ok ? read.publication.digest : undefined);
  if (read.ok && changed !== undefined) return no(changed);
  if (read.ok && read.publication.digest === stored.digest) {
    const file = { ...read, publication: stored.publication ?? read.publication };
    return { ok: true, vouched: takeFile(file, await readBefore(context, ledger)) };
  }
  const [first] = read.ok ? [...read.setAside.values()].flat() : read.issues;
  return no(
    `${stored.file} is damaged (${first ? formatIssue(first) : 'unreadable'}) and cannot be accepted whole; name the tags that are sound`,
  );
}

async function only(
  context: OverrideContext,
  ledger: Ledger,
  { stored, bytes }: Kept,
  tags: readonly string[],
): Promise<VouchResult> {
  const { cloud } = context.loaded.config;
  const last = ledger.accepted;
  if (!last) return no('no publication is in force yet: the first one can only be accepted whole');
  if (tags.length === 0) return no('expected at least one tag, or none named at all for the whole file');
  const { provenance, ...origin } = originOf(stored);
  const read = readPublication(bytes, { ...origin, provenance }, cloud);
  const changed = whyNotKept(stored, bytes, read.ok ? read.publication.digest : undefined);
  if (changed !== undefined) return no(changed);
  const { catalog } = read;
  if (!catalog) return no(`${stored.file} is damaged as a whole: no single tag of it can be trusted`);
  if (catalog.cloud !== cloud) return no(`${stored.file} is of cloud ${catalog.cloud}, expected ${cloud}`);
  const lacking = tags.filter((tag) => !catalog.tags.has(tag));
  if (lacking.length > 0)
    return no(
      `${lacking.join(', ')} of ${stored.file}: missing there, or damaged, which no answer changes: the next publication is judged afresh`,
    );
  const named = new Set(tags);
  const before = await readBefore(context, ledger);
  const publication = stored.publication ?? {
    cloud,
    digest: stored.digest,
    valuesDigest: stored.digest,
    changeNumber: catalog.changeNumber,
    file: stored.file,
    ...datedByName(stored.file, stored.firstSeen),
    bytes: bytes.length,
    provenance,
  };
  return {
    ok: true,
    vouched: {
      publication,
      catalog: mergeTags(before.catalog, catalog, (tag) => !named.has(tag)),
      onlyTags: tags,
      stays: withTagsFrom(last, publication, tags),
    },
  };
}

function originOf({ file, firstSeen, provenance, publication }: StoredPublication): {
  file: string;
  firstSeen: string;
  provenance: Publication['provenance'];
} {
  const kept = publication?.provenance ?? provenance ?? { via: 'kept', url: '', fetchedAt: firstSeen };
  return { file, firstSeen, provenance: kept };
}

function no(why: string): VouchResult {
  return { ok: false, why };
}
