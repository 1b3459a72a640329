import {
  isNothing,
  type LedgerSizes,
  nothing,
  type PublicationSizes,
  type Size,
  type TagSizes,
  type TagState,
} from './sizes.ts';

/** How large one tag was from a moment on, and what became of it then; sizes in addresses. */
export interface TagPoint {
  /** ISO 8601: when the publication or the ledger came into force here; of a publication that never did, its date. */
  readonly at: string;
  readonly publication?: { readonly changeNumber: number; readonly date: string };
  readonly published: Size;
  readonly gained: Size;
  readonly lost: Size;
  /** Of what was held as a loss: what is published again, and what was released. */
  readonly returned: Size;
  readonly released: Size;
  /** What lists allow; absent where no run judged it. */
  readonly effective?: Size;
  /** Losses that are held, and gains that are; absent where no run judged it. */
  readonly held?: Size;
  readonly blocked?: Size;
}

/** Something that may change a tag: a publication, a ledger, or a publication with the ledger by which it came into force. */
export interface Step {
  readonly at: string;
  readonly publication?: PublicationSizes;
  readonly ledger?: LedgerSizes;
}

/** Points of one tag, oldest first: where it changed, where it begins, and the newest of all, up to which the last one holds. */
export function pointsOf(steps: readonly Step[], tag: string): TagPoint[] {
  const points: TagPoint[] = [];
  let level: Pick<TagPoint, 'published'> & { readonly state?: TagState } = { published: nothing };
  for (const [index, step] of steps.entries()) {
    const change = step.publication?.tags[tag];
    const state = step.ledger?.tags[tag];
    const isLast = index === steps.length - 1 && points.length > 0;
    if (change === undefined && state === undefined && !isLast) continue;
    level = {
      published: change?.published ?? level.published,
      ...(state === null ? {} : stateAfter(state ?? level.state)),
    };
    points.push({
      at: step.at,
      ...publicationOf(step),
      published: level.published,
      gained: change?.gained ?? nothing,
      lost: change?.lost ?? nothing,
      returned: state?.returned ?? nothing,
      released: state?.released ?? nothing,
      ...(level.state
        ? { effective: level.state.effective, held: level.state.held, blocked: level.state.blocked }
        : {}),
    });
  }
  return points;
}

function stateAfter(state: TagState | undefined): { readonly state?: TagState } {
  return state ? { state } : {};
}

/** Points from `since` on and before `until`, both ISO 8601; the first one says how large it was at the beginning. */
export function within(points: readonly TagPoint[], since: string | undefined, until: string | undefined): TagPoint[] {
  const before = since === undefined ? undefined : points.findLast(({ at }) => at < since);
  const own = points.filter(({ at }) => (since === undefined || at >= since) && (until === undefined || at < until));
  if (before === undefined || since === undefined || own[0]?.at === since) return own;
  const { publication: _, ...level } = before;
  return [{ ...level, at: since, gained: nothing, lost: nothing, returned: nothing, released: nothing }, ...own];
}

/** When something of that name last changed, and in which publication; undefined if it never did, as far as is known. */
export function lastChangeOf(points: readonly TagPoint[]): Pick<TagPoint, 'at' | 'publication'> | undefined {
  const isMoved = ({ gained, lost, returned, released }: TagPoint) =>
    ![gained, lost, returned, released].every(isNothing);
  const found = points.findLast(isMoved) ?? points[0];
  return found && { at: found.at, ...(found.publication ? { publication: found.publication } : {}) };
}

/** Publications by date and ledgers by time, in one order: the same for all tags. */
export function stepsOf({ publications, ledgers }: TagSizes): Step[] {
  const known = new Set(publications.map(({ digest }) => digest));
  // The first ledger of a publication is what that one came into force by.
  const byDigest = new Map<string, LedgerSizes>();
  const others: Step[] = [];
  for (const ledger of ledgers) {
    const digest = ledger.publication?.digest;
    if (digest !== undefined && known.has(digest) && !byDigest.has(digest)) byDigest.set(digest, ledger);
    else others.push({ at: ledger.at, ledger });
  }
  let last = '';
  const published = publications.map((publication): Step => {
    const ledger = byDigest.get(publication.digest);
    const at = ledger?.at ?? `${publication.date}T00:00:00.000Z`;
    // One that was imported may have come before one that was seen late: their order is that of their dates.
    last = at > last ? at : last;
    return { at: last, publication, ...(ledger ? { ledger } : {}) };
  });
  return [...published, ...others].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function publicationOf({ publication, ledger }: Step): Pick<TagPoint, 'publication'> {
  const found = publication ?? ledger?.publication;
  return found ? { publication: { changeNumber: found.changeNumber, date: found.date } } : {};
}
