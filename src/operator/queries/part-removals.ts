import { intersect, prefixesOf, setsOf, subtract } from '../../core/address/sets.ts';
import type { Ledger, PendingApproval } from '../../core/judge/ledger.ts';
import { releasedIn, riskOf } from '../../core/plan/removal-risk.ts';
import type { RemovalRisk } from '../../core/plan/ticket-facts.ts';
import type { Catalog } from '../../core/publication/catalog.ts';
import { parentsOf } from '../../core/publication/parents.ts';
import type { AnsweredLoss } from '../../messages/suggestion.ts';
import type { RunContext } from '../../run/context.ts';
import type { DecisionState } from '../../run/decisions.ts';
import type { ResolvedList } from '../../run/lists.ts';
import { tryCatalogInForce } from '../../run/stored-publication.ts';

/** What speaks against a part that takes ranges out. */
export interface PartRemoval {
  readonly risks: readonly RemovalRisk[];
  /** Answers that it follows from. */
  readonly losses: readonly AnsweredLoss[];
}

interface Input {
  readonly context: RunContext;
  readonly ledger: Ledger;
  readonly decisionState: DecisionState;
  readonly lists: Readonly<Record<string, ResolvedList>>;
}

/** By id of the part; nothing for one that adds, nor where the publication in force is not kept. */
export async function partRemovals(
  parts: readonly PendingApproval[],
  input: Input,
): Promise<ReadonlyMap<string, PartRemoval>> {
  const going = parts.filter(({ direction }) => direction === 'remove');
  const catalog = going.length === 0 ? undefined : await tryCatalogInForce(input.context, input.ledger.accepted);
  if (catalog === undefined) return new Map();
  return new Map(
    await Promise.all(going.map(async (one) => [one.part, await removalOf(one, catalog, input)] as const)),
  );
}

/** What a publication says of the ranges of a part that takes them out, and which answers it follows from. */
export async function removalOf(
  { target, ranges = [] }: Pick<PendingApproval, 'target' | 'ranges'>,
  catalog: Catalog,
  { context, ledger, decisionState, lists }: Input,
): Promise<PartRemoval> {
  const list = context.loaded.config.targets[target]?.list;
  const tags = list === undefined ? [] : (lists[list]?.tags ?? []);
  const { released, others } = releasedIn(ranges, tags, ledger);
  const found = await Promise.all(
    released.map(async ({ release, ...going }) => {
      const risk = riskOf(going, catalog, await heldBefore(context, release.at, ledger));
      const by = decisionState.decisions.find(({ id }) => id === release.decision)?.by.name;
      const loss = { by, tag: going.tag, where: whereaboutsIn(going.tag, risk, catalog) };
      return { risk, loss };
    }),
  );
  return {
    risks: [
      ...found.map(({ risk }) => risk),
      ...(others.length === 0 ? [] : [riskOf({ ranges: others }, catalog, undefined)]),
    ],
    losses: found.flatMap(({ loss: { by, ...loss } }) => (by === undefined ? [] : [{ by, ...loss }])),
  };
}

/** Where ranges of a tag are now; undefined where the publication has no parents of it. */
function whereaboutsIn(tag: string, { ranges, gone, goneSince }: RemovalRisk, catalog: Catalog): AnsweredLoss['where'] {
  const { region, global } = parentsOf(tag, catalog);
  if (region === undefined && global === undefined) return undefined;
  const all = setsOf(ranges);
  const inRegion = region === undefined ? setsOf([]) : intersect(all, region);
  return {
    region: prefixesOf(inRegion),
    global: prefixesOf(subtract(subtract(all, inRegion), setsOf(gone))),
    neither: gone,
    ...(goneSince === undefined ? {} : { neitherSince: goneSince }),
  };
}

/** The ledger in which what was released then was held still; the newest that is known where nothing was released. */
export async function heldBefore(
  { ledgers }: Pick<RunContext, 'ledgers'>,
  released: string | undefined,
  ledger: Ledger | undefined,
): Promise<Ledger | undefined> {
  const before = released && (await ledgers.at(new Date(Date.parse(released) - 1).toISOString()));
  return (before || undefined)?.ledger ?? ledger;
}
