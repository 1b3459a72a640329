import { createHash } from 'node:crypto';
import { families } from '../address/family.ts';
import { familyOf } from '../address/prefix.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import { prefixesOf, type Sets, union } from '../address/sets.ts';
import type { DomainEvent } from '../event.ts';
import { type Catalog, regionOf, serviceOf } from '../publication/catalog.ts';
import { parentsOf } from '../publication/parents.ts';
import type { Publication } from '../publication/publication.ts';
import type { Reason } from '../reason.ts';
import { gainRules } from './gain-rules.ts';
import type { Hold, TagLedger } from './ledger.ts';
import { lossRules } from './loss-rules.ts';
import { type Policy, policyFor } from './policy.ts';

/** A publication being taken into the ledger. */
export interface Taking {
  readonly publication: Publication;
  readonly catalog: Catalog;
  readonly count: number;
  readonly now: string;
  readonly policy: Policy;
  readonly events: DomainEvent[];
}

/** Opens the hold of a loss: with questions if a rule asks a person, for the clock if none does. */
export function judgeLoss(
  row: TagLedger,
  before: Sets,
  published: Sets,
  lost: Sets,
  vanished: boolean,
  taking: Taking,
): Hold {
  const prefixesLost = row.publishedPrefixes.filter((text) => {
    const family = familyOf(text);
    return PrefixSet.from(family, [text]).overlaps(lost[family]);
  }).length;
  const loss = {
    tag: row.tag,
    vanished,
    before,
    prefixesBefore: row.publishedPrefixes.length,
    lost,
    prefixesLost,
    familiesGone: families.filter((f) => !row.published[f].isEmpty && published[f].isEmpty && !lost[f].isEmpty),
  };
  const policy = policyFor(taking.policy, row.tag);
  const questions = lossRules.map((rule) => rule(loss, policy)).filter((reason) => reason !== undefined);
  const { global } = parentsOf(row.tag, taking.catalog);
  return open('loss', row.tag, lost, questions, taking, {
    before: before.ipv4.count.toString(),
    ...(global ? { underGlobal: lost.ipv4.intersect(global.ipv4).count.toString() } : {}),
  });
}

/** Opens the hold of a gain's suspicious part; undefined if no rule finds one. */
export function judgeGain(tag: string, before: Sets | undefined, gained: Sets, taking: Taking): Hold | undefined {
  const region = regionOf(tag);
  const service = serviceOf(tag);
  const otherRegions =
    region === undefined
      ? []
      : [...taking.catalog.tags.values()]
          .filter((other) => other.service === service && other.region !== undefined && other.name !== tag)
          .map((other) => ({ tag: other.name, prefixes: other.prefixes }));
  const policy = policyFor(taking.policy, tag);
  const found = gainRules
    .map((rule) => rule({ tag, before, gained, otherRegions }, policy))
    .filter((suspicion) => suspicion !== undefined);
  if (found.length === 0) return undefined;
  const held = union(found.map((suspicion) => suspicion.ranges));
  return open(
    'gain',
    tag,
    held,
    found.map((suspicion) => suspicion.reason),
    taking,
  );
}

function open(
  kind: Hold['kind'],
  tag: string,
  held: Sets,
  questions: readonly Reason[],
  taking: Taking,
  facts: { readonly before?: string; readonly underGlobal?: string } = {},
): Hold {
  const { changeNumber, date, digest } = taking.publication;
  const hash = createHash('sha256').update(`${tag}|${kind}|${digest}|${taking.count}`).digest('hex').slice(0, 8);
  const hold: Hold = {
    id: `${tag}-${kind}-${changeNumber}-${hash}`,
    tag,
    kind,
    publication: { changeNumber, date, digest },
    since: taking.now,
    count: taking.count,
    held,
    opened: held,
    questions,
  };
  taking.events.push({
    kind: 'hold-opened',
    hold: hold.id,
    tag,
    of: kind,
    changeNumber,
    prefixes: prefixesOf(held),
    addresses: { ipv4: held.ipv4.count.toString(), ipv6: held.ipv6.count.toString() },
    questions,
    ...facts,
  });
  return hold;
}
