import { parseAsked } from '../../core/address/entry.ts';
import type { Family } from '../../core/address/family.ts';
import { PrefixError } from '../../core/address/prefix.ts';
import type { PrefixSet } from '../../core/address/prefix-set.ts';
import { messageOf } from '../../core/errors.ts';
import type { Ledger, TagLedger } from '../../core/judge/ledger.ts';
import { effectiveOf } from '../../core/judge/ledger.ts';
import { covers as coversAll, type Entries, meets, noEntries, textsOf, within } from '../../core/plan/entries.ts';
import { ownedOf, type TargetMemory } from '../../core/plan/memory.ts';
import { entriesIn } from '../../core/plan/ownership.ts';
import { holdersOf } from '../../core/publication/holders.ts';
import type { RunContext } from '../../run/context.ts';
import { type DecisionState, readDecisions } from '../../run/decisions.ts';
import { memoryOf } from '../../run/plan-targets.ts';
import { RequestError } from '../../run/service.ts';
import { catalogInForce } from '../../run/stored-publication.ts';
import type { LookupView } from '../operator.ts';
import { viewOfTagHold } from './holds.ts';

/** What contains an address (or prefix): tags of the active file and of the ledger, and every target as it is now. */
export async function lookup(context: RunContext, ledger: Ledger, asked: string): Promise<LookupView> {
  const { family, set } = entryOf(asked);
  const [only, ...more] = set.toPrefixes();
  // What was asked in the form of IPv6 is answered as the IPv4 address that it is.
  const address =
    family === 'ipv4' && asked.includes(':') && only && more.length === 0 ? only.replace(/\/32$/, '') : asked;
  const [catalog, decisionState] = await Promise.all([
    catalogInForce(context, ledger.accepted),
    readDecisions(context),
  ]);
  const bounds = set.bounds();
  const published = new Map(
    catalog && bounds
      ? holdersOf(catalog.tags.values(), family, ...bounds).map(({ tag, prefix }) => [tag, prefix])
      : [],
  );
  const tags = [...new Set([...ledger.tags.keys(), ...published.keys()])].flatMap((tag) => {
    const row = ledger.tags.get(tag);
    const prefix = published.get(tag);
    const effective = row ? effectiveOf(row)[family].covers(set) : false;
    if (prefix === undefined && !effective) return [];
    return [
      {
        tag,
        prefix: prefix ?? address,
        published: prefix !== undefined,
        effective,
        ...factsOf(context, ledger, decisionState, { row, family, set }),
      },
    ];
  });
  return {
    address,
    tags: tags.sort((a, b) => lengthOf(b.prefix) - lengthOf(a.prefix) || a.tag.localeCompare(b.tag, 'en')),
    targets: await targetsWith(context, family, set),
    ...(ledger.accepted ? { file: ledger.accepted.file } : {}),
  };
}

function entryOf(address: string): { family: Family; set: PrefixSet } {
  try {
    return parseAsked(address);
  } catch (error) {
    if (error instanceof PrefixError) throw new RequestError(error.message);
    throw error;
  }
}

function factsOf(
  context: RunContext,
  ledger: Ledger,
  decisionState: DecisionState,
  { row, family, set }: { row: TagLedger | undefined; family: Family; set: PrefixSet },
): Pick<LookupView['tags'][number], 'since' | 'hold' | 'held' | 'watched'> {
  const since = row?.appeared?.find(({ prefixes }) => prefixes[family].covers(set));
  const hold = row?.holds.find(({ held }) => held[family].overlaps(set));
  return {
    watched: row !== undefined,
    ...(since ? { since: { changeNumber: since.changeNumber, at: since.at } } : {}),
    ...(hold ? { hold: hold.id, held: viewOfTagHold(hold, ledger, context, decisionState) } : {}),
  };
}

async function targetsWith(context: RunContext, family: Family, set: PrefixSet): Promise<LookupView['targets']> {
  return await Promise.all(
    [...context.targets.values()].map(async (target) => {
      try {
        const live = await (await target.open()).read(AbortSignal.timeout(60_000));
        const memory = await memoryOf(context, target.id);
        const wanted = { ...noEntries, [family]: set };
        return {
          target: target.id,
          holds: coversAll(entriesIn(live), wanted),
          ours: coversAll(ownedOf(memory), wanted),
          ...grantsOf(memory, wanted),
        };
      } catch (error) {
        return {
          target: target.id,
          holds: false,
          ours: false,
          error: messageOf(error),
        };
      }
    }),
  );
}

/** Why what is ours of it is there, from what the target remembers alone. */
function grantsOf(memory: TargetMemory | undefined, wanted: Entries): Pick<LookupView['targets'][number], 'grants'> {
  const grants = (memory?.grants ?? []).filter((grant) => meets(grant.entries, wanted));
  if (grants.length === 0) return {};
  return {
    grants: grants.map(({ entries, ...grant }) => ({ ...grant, prefixes: textsOf(within(entries, wanted)) })),
  };
}

function lengthOf(prefix: string): number {
  const slash = prefix.lastIndexOf('/');
  return slash < 0 ? 128 : Number(prefix.slice(slash + 1));
}
