import { createHash } from 'node:crypto';
import { byFamily, type Family, families } from '../address/family.ts';
import { familyOf } from '../address/prefix.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import { type Sets, union } from '../address/sets.ts';
import type { DomainEvent } from '../event.ts';
import { type Catalog, regionOf, serviceOf } from '../publication/catalog.ts';
import { parentsOf, within } from '../publication/parents.ts';
import type { Publication } from '../publication/publication.ts';
import type { Gain, Suspicion } from './gain-rules/gain.ts';
import { gainRules } from './gain-rules/index.ts';
import { groundsOf } from './grounds.ts';
import { effectiveOf, type Ground, type Hold, type TagLedger } from './ledger.ts';
import { lossRules } from './loss-rules/index.ts';
import { type Policy, policyFor } from './policy.ts';
import type { ReliableParents } from './reliable-parents.ts';
import { seasonOf } from './season.ts';
import { measuresOf } from './size.ts';

/** A publication being taken into the ledger. */
export interface Taking {
  readonly publication: Publication;
  readonly catalog: Catalog;
  /** The catalog before it, if it is known. */
  readonly inForce: Catalog | undefined;
  /** Tags that it tells nothing of: the catalog has them as they were. */
  readonly setAside: ReadonlySet<string>;
  /** The ledger's rows as they were before it. */
  readonly rows: ReadonlyMap<string, TagLedger>;
  readonly count: number;
  /** ISO 8601. */
  readonly now: string;
  readonly policy: Policy;
  readonly events: DomainEvent[];
}

/** Opens the hold of a loss. Whether a person is asked about its grounds is settled afterwards. */
export function openLoss(
  row: TagLedger,
  { before, published, lost }: { readonly before: Sets; readonly published: Sets; readonly lost: Sets },
  vanished: boolean,
  taking: Taking,
): Hold {
  const policy = policyFor(taking.policy, row.tag);
  const season = seasonOf(row, taking.now, policy);
  const loss = {
    tag: row.tag,
    vanished,
    before,
    prefixesBefore: countByFamily(row.publishedPrefixes),
    lost,
    prefixesLost: countByFamily(row.publishedPrefixes.filter((text) => touches(text, lost))),
    window: union([lost, season.unasked]),
    windowBefore: season.had,
    familiesGone: families.filter((f) => !row.published[f].isEmpty && published[f].isEmpty && !lost[f].isEmpty),
  };
  return {
    ...newHold('loss', row.tag, lost, groundsOf(lossRules, loss, policy), taking),
    before: measuresOf(before),
  };
}

/** How much of what is held each parent has in a publication. */
export function underParents(tag: string, held: Sets, catalog: Catalog): NonNullable<Hold['under']> {
  const { global, region } = parentsOf(tag, catalog);
  return {
    ...(global ? { global: measuresOf(within(held, global)) } : {}),
    ...(region ? { region: measuresOf(within(held, region)) } : {}),
  };
}

/** Opens the hold of a gain's suspicious part; undefined if no rule finds one. `before` as in Gain. */
export function openGain(
  tag: string,
  before: Sets | undefined,
  gained: Sets,
  parents: ReliableParents,
  taking: Taking,
): Hold | undefined {
  const found = suspicionsOf(tag, before, gained, parents, taking);
  if (found.length === 0) return undefined;
  const held = union(found.map(({ ranges }) => ranges));
  return newHold('gain', tag, held, groundsFor(found), taking);
}

/** The grounds of a hold for what the rules found, each with the families that it is about. */
export function groundsFor(found: readonly Suspicion[]): Ground[] {
  return found.map(({ reason, ranges }) => ({
    reason,
    concerns: families.filter((family) => !ranges[family].isEmpty).map((family) => [family]),
  }));
}

/** What the rules find suspicious about a gain. */
export function suspicionsOf(
  tag: string,
  before: Sets | undefined,
  gained: Sets,
  parents: ReliableParents,
  taking: Taking,
): Suspicion[] {
  const { global } = parentsOf(tag, taking.catalog);
  const gain: Gain = {
    tag,
    before,
    gained,
    parents,
    ...(global ? { global } : {}),
    otherRegions: otherRegionsOf(tag, taking),
    otherServices: otherServicesOf(tag, taking),
  };
  const policy = policyFor(taking.policy, tag);
  return gainRules.map((rule) => rule(gain, policy)).filter((suspicion) => suspicion !== undefined);
}

/** The other regions of the service as this publication has them, and as they were allowed before it. */
function otherRegionsOf(tag: string, { catalog, inForce, rows }: Taking): Gain['otherRegions'] {
  if (regionOf(tag) === undefined) return [];
  const service = serviceOf(tag);
  const others = (from: Catalog) =>
    [...from.tags.values()].filter((one) => one.service === service && one.region !== undefined && one.name !== tag);
  const now = others(catalog).map(({ name, prefixes }) => ({ tag: name, prefixes }));
  const before = (inForce ? others(inForce) : []).filter(({ name }) => !rows.has(name));
  const watched = [...rows.values()].filter(
    (row) => serviceOf(row.tag) === service && regionOf(row.tag) !== undefined && row.tag !== tag,
  );
  return [
    ...now,
    ...before.map(({ name, prefixes }) => ({ tag: name, prefixes })),
    ...watched.map((row) => ({ tag: row.tag, prefixes: effectiveOf(row) })),
  ];
}

function otherServicesOf(tag: string, { catalog, inForce }: Taking): Gain['otherServices'] {
  const service = serviceOf(tag);
  if (service === 'AzureCloud') return [];
  return [catalog, inForce]
    .flatMap((from) =>
      [...(from?.tags.values() ?? [])].filter(
        (one) => one.region === undefined && one.service !== service && one.service !== 'AzureCloud',
      ),
    )
    .map(({ name, prefixes }) => ({ tag: name, prefixes }));
}

function newHold(kind: Hold['kind'], tag: string, held: Sets, grounds: readonly Ground[], taking: Taking): Hold {
  const { changeNumber, date, digest } = taking.publication;
  const hash = createHash('sha256').update(`${tag}|${kind}|${digest}|${taking.count}`).digest('hex').slice(0, 8);
  return {
    id: `${tag}-${kind}-${changeNumber}-${hash}`,
    tag,
    kind,
    publication: { changeNumber, date, digest },
    since: taking.now,
    count: taking.count,
    held,
    opened: held,
    grounds,
    questions: [],
  };
}

function countByFamily(prefixes: readonly string[]): Record<Family, number> {
  return byFamily((family) => prefixes.filter((text) => familyOf(text) === family).length);
}

function touches(text: string, sets: Sets): boolean {
  const family = familyOf(text);
  return PrefixSet.from(family, [text]).overlaps(sets[family]);
}
