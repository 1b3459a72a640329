import { type Nameable, namedBy } from '../../core/decisions/short-id.ts';
import type { Ledger } from '../../core/judge/ledger.ts';
import type { Announced } from '../../core/plan/announced.ts';
import { parseFileName, setAsideIn } from '../../core/publication/publication.ts';
import type { StoredPublication } from '../../ports/store.ts';
import type { RunContext } from '../../run/context.ts';
import { DecisionRejected } from '../operator.ts';

/** How many of the files that people were told of are looked at, the newest first: each is a request to storage. */
const maxLookedAt = 10;

/** Files that were refused or wait, and may still be taken: nothing as new as they are is in force. Newest first. */
export async function filesNotTaken(
  { publications }: Pick<RunContext, 'publications'>,
  ledger: Pick<Ledger, 'accepted'>,
  announced: Pick<Announced, 'files'> | undefined,
): Promise<readonly StoredPublication[]> {
  const digests = [...new Set((announced?.files ?? []).toReversed())].slice(0, maxLookedAt);
  const kept = await Promise.all(digests.map((digest) => publications.get(digest)));
  return kept.filter((file) => file !== undefined).filter((file) => file.status !== 'accepted' && isOpen(file, ledger));
}

/** What is older than the publication in force has nothing more to say; of the same date, what came before it. */
function isOpen({ file, publication, firstSeen }: StoredPublication, { accepted }: Pick<Ledger, 'accepted'>): boolean {
  if (accepted === undefined) return true;
  const date = publication?.date ?? parseFileName(file)?.date ?? firstSeen.slice(0, 10);
  return date > accepted.date || (date === accepted.date && firstSeen > accepted.provenance.fetchedAt);
}

interface FileAsked {
  readonly digest: string;
  readonly tags?: readonly string[];
}

/**
 * The file that is meant: by its digest, the beginning of it, or its name; a tag of the file in force that was set aside names
 * that tag of it. Throws DecisionRejected for what could be several.
 */
export async function fileNamed(
  context: Pick<RunContext, 'publications'>,
  ledger: Pick<Ledger, 'accepted'>,
  announced: Pick<Announced, 'files'> | undefined,
  { digest: given, tags }: FileAsked,
): Promise<FileAsked> {
  const asked = tags === undefined ? {} : { tags };
  if (/^(raw-)?[0-9a-f]{64}$/.test(given)) return { digest: given, ...asked };
  const { accepted } = ledger;
  if (accepted && tags === undefined && setAsideIn(accepted).has(given))
    return { digest: accepted.digest, tags: [given] };
  const kept = [...(await filesNotTaken(context, ledger, announced)), ...(accepted ? [accepted] : [])];
  const open = kept.map(({ digest, file }) => ({ id: digest, names: [file] }));
  const found = namedBy(given, open);
  const [one] = found;
  if (one && found.length === 1) return { digest: one.id, ...asked };
  const named = (some: readonly Nameable[]) => some.map(({ id, names }) => `${id} (${names.join()})`).join(', ');
  if (found.length > 1) throw new DecisionRejected(`${given} could be any of ${named(found)}: give more of the digest`);
  const waiting = open.filter(({ id }) => id !== accepted?.digest);
  throw new DecisionRejected(
    `no file ${given} was refused or waits: ${waiting.length === 0 ? 'none does' : `those that do: ${named(waiting)}`}. \`todo\` lists what waits`,
  );
}
