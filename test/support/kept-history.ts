import { knownKinds } from '../../src/config/load.ts';
import { parseConfig } from '../../src/config/parse.ts';
import type { Ledger } from '../../src/core/judge/ledger.ts';
import { nothingAnnounced } from '../../src/core/plan/announced.ts';
import type { Publication } from '../../src/core/publication/publication.ts';
import type { IndexContext } from '../../src/run/index-tag-sizes.ts';
import type { Store } from '../../src/store/open.ts';
import { makeCatalogBytes, makePublication } from './catalog.ts';
import { inOrder, Judging, start, type Tags } from './history.ts';

const selecting = (tags: readonly string[]) =>
  parseConfig(
    JSON.stringify({
      schema: 1,
      instance: 'test',
      cloud: 'Public',
      lists: { some: { tags } },
      targets: { feed: { kind: 'feed', mode: 'sync', list: 'some', name: 'some', addresses: ['10.0.0.0/8'] } },
    }),
    { file: 'config.json', kinds: knownKinds, now: new Date(start) },
  );

/** What an index of sizes is made of and with, over a store whose config selects these tags. */
export function indexContext(
  { publications, ledgers, tagSizes }: Store,
  tags: readonly string[] = ['Storage.WestUS'],
  lines: string[] = [],
): IndexContext {
  const log: IndexContext['log'] = (message, fields) => void lines.push(JSON.stringify({ message, ...fields }));
  return { publications, ledgers, tagSizes, loaded: selecting(tags), log };
}

/** One week: what was published in it, and whether a run judged it, a person imported it later, or nobody keeps it. */
export interface Week {
  readonly tags: Tags;
  readonly kept: 'judged' | 'imported' | 'not kept';
}

/** What of a history is put into a store: in its own order where runs did it, in every order where a person did. */
interface Deed {
  readonly week: number;
  readonly publication: Publication;
  readonly ledger?: Ledger;
  put(store: Store): Promise<void>;
}

/** The deeds that keep a history of weekly publications, with the ledgers that judge() makes of them. */
export function deedsOf(weeks: readonly Week[]): Deed[] {
  const judging = new Judging();
  let before: string | undefined;
  return weeks.flatMap(({ tags, kept }, week): Deed[] => {
    if (kept === 'not kept') return [];
    const day = week * 7;
    const date = new Date(start + day * 86_400_000).toISOString().slice(0, 10);
    const sorted = Object.fromEntries(Object.entries(tags).map(([tag, prefixes]) => [tag, inOrder(prefixes)]));
    // Judging counts what it judges; what is imported must have a number as well.
    const recipe = { changeNumber: kept === 'judged' ? undefined : 500 + week, tags: sorted };
    if (kept === 'judged') judging.publish(day, tags);
    const accepted = judging.ledger.accepted;
    const changeNumber = recipe.changeNumber ?? accepted?.changeNumber ?? 0;
    const { publication } = makePublication({ changeNumber, date, tags: sorted });
    const bytes = makeCatalogBytes({ changeNumber, tags: sorted });
    const { file, digest, provenance } = publication;
    const name = `l${week}`;
    const expected = before;
    const { ledger } = judging;
    if (kept === 'judged') before = name;
    return [
      {
        week,
        publication,
        ...(kept === 'judged' ? { ledger } : {}),
        async put({ publications, ledgers }) {
          const status = kept === 'judged' ? 'accepted' : 'imported';
          const firstSeen = `${date}T12:00:00.000Z`;
          await publications.put({ digest, file, firstSeen, status, publication, provenance, reasons: [] }, bytes);
          if (kept !== 'judged') return;
          await ledgers.put(name, ledger, nothingAnnounced);
          await ledgers.putInForce(name, expected, `${date}T12:00:00.000Z`);
        },
      },
    ];
  });
}
