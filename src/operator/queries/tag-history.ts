import { prefixesOf } from '../../core/address/sets.ts';
import { effectiveOf, emptyLedger, heldBy, type Ledger, type TagLedger } from '../../core/judge/ledger.ts';
import { nearest } from '../../core/nearest.ts';
import { lastChangeOf, pointsOf, stepsOf, type TagPoint, within } from '../../core/tag-sizes/points.ts';
import { noSizes, type Size, sizeOf, type TagSizes } from '../../core/tag-sizes/sizes.ts';
import type { RunContext } from '../../run/context.ts';
import { listsOf } from '../../run/lists.ts';
import { RequestError } from '../../run/service.ts';
import { readPast } from './since.ts';

/** Which part of the time is asked for; all of it if absent. */
export interface PastQuery {
  /** A date, a time with its zone, or a span before now: from then on. */
  readonly since?: string | undefined;
  /** The same: before that moment. */
  readonly until?: string | undefined;
}

/** How large one tag was over time. */
export interface TagHistoryView {
  readonly tag: string;
  /** Lists that select it now. */
  readonly lists: readonly string[];
  /** What it has now, as prefixes; absent where no run follows it. */
  readonly ranges?: TagRanges;
  /** Oldest first; from each on it was so until the next, and from the last on up to `until`. */
  readonly points: readonly TagPoint[];
  /** ISO 8601: up to when something is known, in the time that is asked for; absent where nothing is. */
  readonly until?: string;
  /** How much is kept and not looked at yet: until then some of it may be missing here. */
  readonly behind: number;
}

/** Prefixes of a tag by what the ledger in force says of them. */
export interface TagRanges {
  readonly published: readonly string[];
  /** Not published any more, and still allowed. */
  readonly held: readonly string[];
  /** Published, and kept out. */
  readonly blocked: readonly string[];
}

/** Tags that lists select. */
export interface TagsView {
  readonly tags: readonly SelectedTag[];
  readonly behind: number;
}

/** One of them as it is now. */
export interface SelectedTag {
  readonly tag: string;
  readonly lists: readonly string[];
  /** Absent before the first publication. */
  readonly published?: Size;
  readonly effective?: Size;
  readonly held?: Size;
  readonly blocked?: Size;
  /** Ids of its open holds. */
  readonly holds: readonly string[];
  readonly lastChange?: Pick<TagPoint, 'at' | 'publication'>;
}

type Asked = Pick<RunContext, 'loaded' | 'ledgers' | 'tagSizes' | 'now' | 'log'>;

/** How large a tag was over time, whether or not a list selects it. Throws RequestError for one that is not known, with the nearest name. */
export async function tagHistory(context: Asked, named: string, query: PastQuery): Promise<TagHistoryView> {
  const { since, until } = readPeriod(query, context.now());
  const [sizes, ledger] = await Promise.all([readSizes(context), readLedger(context)]);
  const tag = tagNamed(named, sizes, ledger);
  const points = pointsOf(stepsOf(sizes), tag);
  const row = ledger.tags.get(tag);
  const newest = points.at(-1)?.at;
  const end = until !== undefined && newest !== undefined && until < newest ? until : newest;
  return {
    tag,
    lists: listsWith(context, ledger).get(tag) ?? [],
    ...(row ? { ranges: rangesOf(row) } : {}),
    points: within(points, since, until),
    ...(end === undefined ? {} : { until: end }),
    behind: sizes.behind,
  };
}

function rangesOf({ published, holds }: TagLedger): TagRanges {
  return {
    published: prefixesOf(published),
    held: prefixesOf(heldBy(holds, 'loss')),
    blocked: prefixesOf(heldBy(holds, 'gain')),
  };
}

/** Every tag that a list selects, in the order of their names. */
export async function selectedTags(context: Asked): Promise<TagsView> {
  const [sizes, ledger] = await Promise.all([readSizes(context), readLedger(context)]);
  const steps = stepsOf(sizes);
  const tags = [...listsWith(context, ledger)].map(([tag, lists]): SelectedTag => {
    const row = ledger.tags.get(tag);
    const changed = lastChangeOf(pointsOf(steps, tag));
    return {
      tag,
      lists,
      ...(row
        ? {
            published: sizeOf(row.published),
            effective: sizeOf(effectiveOf(row)),
            held: sizeOf(heldBy(row.holds, 'loss')),
            blocked: sizeOf(heldBy(row.holds, 'gain')),
          }
        : {}),
      holds: row?.holds.map(({ id }) => id) ?? [],
      ...(changed ? { lastChange: changed } : {}),
    };
  });
  return { tags: tags.sort((a, b) => (a.tag < b.tag ? -1 : 1)), behind: sizes.behind };
}

/** The sizes as far as they are known; none while what is stored is damaged, until it is made anew. */
export async function readSizes({ tagSizes, log }: Pick<Asked, 'tagSizes' | 'log'>): Promise<TagSizes> {
  const { sizes = noSizes, damage } = await tagSizes.read();
  if (damage !== undefined) log('the index of sizes is damaged', { why: damage });
  return sizes;
}

/** The moments that a query names, ISO 8601. Throws RequestError. */
export function readPeriod(
  { since, until }: PastQuery,
  now: Date,
): { readonly since: string | undefined; readonly until: string | undefined } {
  const read = (name: string, text: string | undefined) => (text === undefined ? undefined : readPast(name, text, now));
  const period = { since: read('since', since), until: read('until', until) };
  if (period.since !== undefined && period.until !== undefined && period.since >= period.until) {
    throw new RequestError(`expected since before until, got ${period.since} and ${period.until}`);
  }
  return period;
}

async function readLedger({ ledgers, loaded }: Asked): Promise<Ledger> {
  return (await ledgers.current())?.ledger ?? emptyLedger(loaded.config.cloud);
}

/** The lists of each tag that some list selects. */
function listsWith({ loaded }: Asked, ledger: Ledger): ReadonlyMap<string, readonly string[]> {
  const lists = new Map<string, string[]>();
  for (const [name, { tags }] of Object.entries(listsOf(loaded.config, ledger))) {
    for (const tag of tags) lists.set(tag, [...(lists.get(tag) ?? []), name]);
  }
  return lists;
}

/** Names are spelled in more than one way: case makes no difference. */
function tagNamed(named: string, { publications, ledgers }: TagSizes, ledger: Ledger): string {
  const known = new Set([...publications, ...ledgers].flatMap(({ tags }) => Object.keys(tags)));
  for (const tag of ledger.tags.keys()) known.add(tag);
  const wanted = named.toLowerCase();
  const found = [...known].find((tag) => tag.toLowerCase() === wanted);
  if (found !== undefined) return found;
  const near = nearest(named, known);
  const services = [...new Set(publications.flatMap((one) => one.services))].sort().join(', ');
  throw new RequestError(
    `expected a tag of the services that lists select${services === '' ? ', of which no publication was looked at yet' : ` (${services})`}, got ${JSON.stringify(named)}${near === '' ? '' : `; ${near}`}`,
  );
}
