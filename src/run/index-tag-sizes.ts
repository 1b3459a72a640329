import { messageOf } from '../core/errors.ts';
import { emptyLedger, type Ledger } from '../core/judge/ledger.ts';
import { serviceOf } from '../core/publication/catalog.ts';
import { type Kept, type Missing, missingIn, withSizes } from '../core/tag-sizes/sequence.ts';
import {
  changesOfLedger,
  changesOfTags,
  type LedgerSizes,
  noSizes,
  type PublicationSizes,
  type ReadTags,
  type TagSizes,
} from '../core/tag-sizes/sizes.ts';
import { unlessDamaged } from '../ports/store.ts';
import type { RunContext } from './context.ts';
import { keptTags } from './kept-catalog.ts';
import { listsOf } from './lists.ts';

/** What the index is made of, and where it goes. */
export type IndexContext = Pick<RunContext, 'loaded' | 'publications' | 'ledgers' | 'tagSizes' | 'log'>;

/** How much one step looks at: a publication takes a tenth of a second, a ledger a hundredth. */
interface StepLimits {
  readonly publications: number;
  readonly ledgers: number;
}

/** What housekeeping does at once, so that it is never long in the way of what else it is for. */
export const usualStep: StepLimits = { publications: 40, ledgers: 200 };

/**
 * One step of the index of sizes over time: takes into it what is kept and not in it yet, the oldest first, and writes it
 * once. It reads publications and ledgers, and writes nothing but the index; a process that dies leaves the index as it was, and
 * the next step begins there. Resolves to how many are left.
 */
export async function indexTagSizes(context: IndexContext, limits: StepLimits = usualStep): Promise<number> {
  const { sizes: before = noSizes, damage, version } = await context.tagSizes.read();
  if (damage !== undefined) context.log('the index of sizes is damaged and is made anew', { why: damage });
  const ledgers = await followLedgers(context, before, limits.ledgers);
  const publications = await followPublications(context, before.publications, ledgers.ledgers, limits.publications);
  const behind = ledgers.left + publications.left;
  const isSame =
    publications.sizes === before.publications &&
    ledgers.through === before.through &&
    behind === before.behind &&
    damage === undefined;
  if (isSame) return behind;
  const sizes: TagSizes = {
    publications: publications.sizes,
    ledgers: ledgers.ledgers,
    ...(ledgers.through === undefined ? {} : { through: ledgers.through }),
    behind,
  };
  const written = await context.tagSizes.write(sizes, version === undefined ? {} : { version });
  context.log('index of sizes', { written, publications: sizes.publications.length, behind });
  return behind;
}

/** A step that never fails, and whether anything is left: what is derived must not hold up what it is derived from. */
export async function tryIndexTagSizes(context: IndexContext): Promise<'done' | 'behind'> {
  try {
    return (await indexTagSizes(context)) === 0 ? 'done' : 'behind';
  } catch (error) {
    context.log('the index of sizes waits for the next housekeeping', { error: messageOf(error) });
    return 'behind';
  }
}

/** Takes in ledgers that came into force since; all of them where the last one is no longer among them. */
async function followLedgers(
  { ledgers }: IndexContext,
  { ledgers: known, through }: TagSizes,
  most: number,
): Promise<Pick<TagSizes, 'ledgers' | 'through'> & { readonly left: number }> {
  const coming = await ledgers.inForceAfter(through);
  const at = known.at(-1)?.at;
  // The first of all came before what is known: that one is no longer there, as after a restore.
  const anew = through !== undefined && at !== undefined && coming[0] !== undefined && coming[0].since < at;
  const found: LedgerSizes[] = anew ? [] : [...known];
  const reached = { through: anew ? undefined : through };
  const { through: from } = reached;
  let before = from === undefined || coming.length === 0 ? undefined : await unlessDamaged(ledgers.get(from));
  for (const { name, since } of coming.slice(0, most)) {
    const ledger = await unlessDamaged(ledgers.get(name));
    reached.through = name;
    if (!ledger) continue;
    const entry = entryOf(before, ledger, since);
    if (entry) found.push(entry);
    before = ledger;
  }
  const left = Math.max(0, coming.length - most);
  return { ledgers: found, ...(reached.through === undefined ? {} : { through: reached.through }), left };
}

/** Undefined for a ledger that says of sizes what the one before says. */
function entryOf(before: Ledger | undefined, ledger: Ledger, at: string): LedgerSizes | undefined {
  const { accepted } = ledger;
  const tags = changesOfLedger(before, ledger);
  if (Object.keys(tags).length === 0 && accepted?.digest === before?.accepted?.digest) return undefined;
  return {
    at,
    ...(accepted
      ? { publication: { digest: accepted.digest, changeNumber: accepted.changeNumber, date: accepted.date } }
      : {}),
    tags,
  };
}

async function followPublications(
  context: IndexContext,
  known: readonly PublicationSizes[],
  ledgers: readonly LedgerSizes[],
  most: number,
): Promise<{ readonly sizes: readonly PublicationSizes[]; readonly left: number }> {
  const kept = await keptPublications(context, ledgers);
  const services = await selectedServices(context);
  const reader = new Reader(context);
  let sizes = known;
  let missing = missingIn(sizes, kept, services);
  for (let n = 0; n < most && missing[0]; n++) {
    sizes = withSizes(sizes, await reader.look(missing[0], services), kept);
    // Asked again: one that cannot be read changes what the next is compared with.
    missing = missingIn(sizes, kept, services);
  }
  return { sizes, left: missing.length };
}

/** Those that Microsoft published, as far as we know: accepted by a run or a person, or imported. */
async function keptPublications({ publications }: IndexContext, ledgers: readonly LedgerSizes[]): Promise<Kept[]> {
  const inForce = new Set(ledgers.map(({ publication }) => publication?.digest));
  return (await publications.all()).flatMap(({ digest, status, publication }) =>
    publication && (status === 'accepted' || status === 'imported' || inForce.has(digest))
      ? [{ digest, changeNumber: publication.changeNumber, date: publication.date }]
      : [],
  );
}

/** Services of which some list has a tag, sorted. */
async function selectedServices({ loaded, ledgers }: IndexContext): Promise<string[]> {
  const current = await ledgers.current();
  const lists = listsOf(loaded.config, current?.ledger ?? emptyLedger(loaded.config.cloud));
  return [...new Set(Object.values(lists).flatMap(({ tags }) => tags.map(serviceOf)))].sort();
}

/** Reads kept publications one after the other: each is compared with the one before, which was read just now. */
class Reader {
  readonly #context: IndexContext;
  #last: { readonly digest: string; readonly tags: ReadTags | undefined } | undefined;

  constructor(context: IndexContext) {
    this.#context = context;
  }

  async look({ kept, after }: Missing, services: readonly string[]): Promise<PublicationSizes> {
    const before = after && (await this.#read(after));
    const read = await this.#read(kept);
    const wanted = new Set(services);
    return {
      ...kept,
      ...(after ? { after: after.digest } : {}),
      services,
      ...(read ? {} : { unreadable: true }),
      tags: read ? changesOfTags(before, read, (tag) => wanted.has(serviceOf(tag))) : {},
    };
  }

  /** Undefined for one whose bytes are gone, or are not those that were kept. */
  async #read({ digest, date }: Kept): Promise<ReadTags | undefined> {
    if (this.#last?.digest === digest) return this.#last.tags;
    const { cloud } = this.#context.loaded.config;
    const named = { digest, file: `ServiceTags_${cloud}_${date.replaceAll('-', '')}.json` };
    const found = await unlessDamaged(keptTags(this.#context, named, this.#last?.tags?.catalog.tags));
    const tags = found?.kind === 'read' ? found : undefined;
    this.#last = { digest, tags };
    return tags;
  }
}
