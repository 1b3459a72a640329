import { createHash } from 'node:crypto';
import { type ByFamily, byFamily, families } from '../address/family.ts';
import { PrefixSet } from '../address/prefix-set.ts';
import type { DomainEvent } from '../event.ts';
import { type Catalog, regionOf, serviceOf, type Tag } from '../publication/catalog.ts';
import type { ParsedPublication, Publication } from '../publication/publication.ts';
import { effectiveOf, emptySets, heldBy } from './effective.ts';
import { gainRules } from './gain/index.ts';
import type { Appearance, Hold, Ledger, Reason, Release, TagLedger } from './ledger.ts';
import { lossRules } from './loss/index.ts';
import { type Policy, policyFor } from './policy.ts';
import { remindersDue } from './remind.ts';
import { isKept, ripen } from './ripen.ts';

export interface Judgement {
  readonly ledger: Ledger;
  readonly events: readonly DomainEvent[];
}

export interface JudgeInput {
  readonly ledger: Ledger;
  /** A newly accepted publication; absent when only time has passed. */
  readonly accepted?: ParsedPublication;
  /** The catalog in force, to begin rows for tags that were not watched before; the accepted one if there is one. */
  readonly inForce?: Catalog;
  /**
   * Tags that some list selects. A regional one brings its service's global tag along; rows that exist stay watched. Only
   * of selected tags is anything told.
   */
  readonly watch: Iterable<string>;
  readonly policy: Policy;
  readonly now: Date;
  /** Why nothing may be released now, such as a stale source; absent if releases may go. */
  readonly releasesWait?: string;
}

/**
 * One pass of judgement: takes a newly accepted publication into the ledger, opens and ends holds, then lets ripe holds
 * go. Pure: the same input gives the same ledger, so a run that died is repeated and replay uses the very same code.
 */
export function judge(input: JudgeInput): Judgement {
  const { ledger, accepted, policy } = input;
  const now = input.now.toISOString();
  const events: DomainEvent[] = [];
  const watched = new Set(ledger.tags.keys());
  const selected = new Set(input.watch);
  for (const tag of selected) {
    watched.add(tag);
    if (regionOf(tag) !== undefined) watched.add(serviceOf(tag));
  }
  const catalog = accepted?.catalog ?? input.inForce;
  const count = ledger.count + (accepted ? 1 : 0);
  const rows = new Map<string, TagLedger>();
  for (const name of [...watched].sort()) {
    const row = ledger.tags.get(name);
    const tag = catalog?.tags.get(name);
    // Rows that no list selects (a global tag, a tag of an older config) are kept up to date in silence.
    const told = selected.has(name) ? events : [];
    if (accepted && row) {
      rows.set(
        name,
        takeIn(row, tag, {
          publication: accepted.publication,
          catalog: accepted.catalog,
          count,
          now,
          policy,
          events: told,
        }),
      );
    } else if (row) {
      rows.set(name, row);
    } else if (tag && catalog) {
      const publication = accepted?.publication ?? ledger.accepted;
      if (publication) rows.set(name, begin(tag, { publication, catalog, count, now, policy, events: told }));
    }
  }
  for (const [name, row] of rows) {
    if (selected.has(name)) rows.set(name, remind(row, input.now, events));
  }
  const backwards = ledger.judgedAt !== undefined && ledger.judgedAt > now;
  const judged: Ledger = {
    ...ledger,
    ...(accepted ? { accepted: accepted.publication } : {}),
    count,
    judgedAt: backwards ? (ledger.judgedAt as string) : now,
    tags: rows,
  };
  if (backwards || input.releasesWait !== undefined) return { ledger: judged, events };
  const ripened = ripen(judged, input.now, policy);
  const heard = ripened.events.filter((event) => !('tag' in event) || selected.has(event.tag));
  return { ledger: ripened.ledger, events: [...events, ...heard] };
}

/** Reminds of questions that nobody has answered, on their days. */
function remind(row: TagLedger, now: Date, events: DomainEvent[]): TagLedger {
  let reminded = false;
  const holds = row.holds.map((hold) => {
    const due = hold.questions.length > 0 && !isKept(hold, now) ? remindersDue(hold.since, now) : 0;
    if (due <= (hold.reminded ?? 0)) return hold;
    reminded = true;
    const { id, tag, kind, since, questions } = hold;
    events.push({ kind: 'hold-reminder', hold: id, tag, of: kind, since, prefixes: prefixesOf(hold.held), questions });
    return { ...hold, reminded: due };
  });
  return reminded ? { ...row, holds } : row;
}

interface Taking {
  readonly publication: Publication;
  readonly catalog: Catalog;
  readonly count: number;
  readonly now: string;
  readonly policy: Policy;
  readonly events: DomainEvent[];
}

/** First sight of a tag: everything is new, so only what is wrong in itself can be held. */
function begin(tag: Tag, taking: Taking): TagLedger {
  const row: TagLedger = {
    tag: tag.name,
    changeNumber: tag.changeNumber,
    published: tag.prefixes,
    publishedPrefixes: tag.published,
    holds: [],
    appeared: [{ at: taking.now, changeNumber: taking.publication.changeNumber, prefixes: tag.prefixes }],
    releases: [],
  };
  const hold = judgeGain(row.tag, undefined, tag.prefixes, taking);
  return hold ? { ...row, holds: [hold] } : row;
}

/** Takes a publication into the row of one tag; `tag` is undefined if the publication does not have it. */
function takeIn(row: TagLedger, tag: Tag | undefined, taking: Taking): TagLedger {
  const published = tag?.prefixes ?? emptySets;
  // Most tags stay as they are for weeks: with the same addresses there is nothing to judge.
  if (tag && !row.vanished && families.every((f) => published[f].equals(row.published[f]))) {
    return { ...row, changeNumber: tag.changeNumber, published, publishedPrefixes: tag.published };
  }
  const before = effectiveOf(row);
  const gainsHeld = heldBy(row.holds, 'gain');
  const lossesHeld = heldBy(row.holds, 'loss');
  const lost = byFamily((f) => row.published[f].subtract(gainsHeld[f]).subtract(published[f]));
  const gained = byFamily((f) => published[f].subtract(before[f]).subtract(gainsHeld[f]));
  const holds = row.holds.map((hold) => settle(hold, published, taking.events)).filter((hold) => hold !== undefined);

  const returned = row.vanished !== undefined && tag !== undefined;
  const vanishes = row.vanished === undefined && tag === undefined;
  if (returned || vanishes) {
    taking.events.push({
      kind: returned ? 'tag-returned' : 'tag-vanished',
      tag: row.tag,
      changeNumber: taking.publication.changeNumber,
    });
  }
  const back = byFamily((f) => published[f].intersect(lossesHeld[f]));
  if (!isEmpty(gained) || !isEmpty(lost) || !isEmpty(back)) {
    taking.events.push({
      kind: 'tag-changed',
      tag: row.tag,
      changeNumber: taking.publication.changeNumber,
      gained: prefixesOf(gained),
      lost: prefixesOf(lost),
    });
  }
  const lossHold = isEmpty(lost) ? undefined : judgeLoss(row, before, published, lost, vanishes, taking);
  const gainHold = isEmpty(gained) ? undefined : judgeGain(row.tag, sizeToCompare(before), gained, taking);
  for (const hold of [lossHold, gainHold]) if (hold) holds.push(hold);
  const { vanished: _, ...rest } = row;
  return {
    ...rest,
    changeNumber: tag?.changeNumber ?? row.changeNumber,
    published,
    publishedPrefixes: tag?.published ?? [],
    holds,
    appeared: appearances(row, published, taking),
    releases: stillReleased(row.releases, published),
    ...(tag ? {} : { vanished: row.vanished ?? { at: taking.now, changeNumber: taking.publication.changeNumber } }),
  };
}

/** Since when each published range has been there: what went leaves its entry, what came gets one of its own. */
function appearances(row: TagLedger, published: ByFamily<PrefixSet>, taking: Taking): Appearance[] {
  const { changeNumber } = taking.publication;
  const fresh = byFamily((f) => published[f].subtract(row.published[f]));
  return [...(row.appeared ?? []), { at: taking.now, changeNumber, prefixes: fresh }]
    .map((one) => ({ ...one, prefixes: byFamily((f) => one.prefixes[f].intersect(published[f])) }))
    .filter((one) => !isEmpty(one.prefixes));
}

/** A release ends where its ranges are published again. */
function stillReleased(releases: readonly Release[], published: ByFamily<PrefixSet>): Release[] {
  return releases
    .map((release) => ({ ...release, prefixes: byFamily((f) => release.prefixes[f].subtract(published[f])) }))
    .filter((release) => !isEmpty(release.prefixes));
}

/** A tag that allowed nothing is like one never seen: growth from nothing has no ratio. */
function sizeToCompare(before: ByFamily<PrefixSet>): ByFamily<PrefixSet> | undefined {
  return isEmpty(before) ? undefined : before;
}

/** What is left of a hold under a new publication: a loss shrinks by what returned, a gain by what is gone again. */
function settle(hold: Hold, published: ByFamily<PrefixSet>, events: DomainEvent[]): Hold | undefined {
  const held = byFamily((f) =>
    hold.kind === 'loss' ? hold.held[f].subtract(published[f]) : hold.held[f].intersect(published[f]),
  );
  const out = byFamily((f) => hold.held[f].subtract(held[f]));
  if (isEmpty(out)) return hold;
  if (!isEmpty(held)) {
    const { id, tag, kind } = hold;
    events.push({ kind: 'hold-shrunk', hold: id, tag, of: kind, prefixes: prefixesOf(out), left: prefixesOf(held) });
    return { ...hold, held };
  }
  events.push({
    kind: 'hold-ended',
    hold: hold.id,
    tag: hold.tag,
    of: hold.kind,
    how: hold.kind === 'loss' ? 'returned' : 'withdrawn',
    prefixes: prefixesOf(hold.held),
    by: hold.kind === 'loss' ? 'published again' : 'published no more',
  });
  return undefined;
}

function judgeLoss(
  row: TagLedger,
  before: ByFamily<PrefixSet>,
  published: ByFamily<PrefixSet>,
  lost: ByFamily<PrefixSet>,
  vanished: boolean,
  taking: Taking,
): Hold {
  const prefixesLost = row.publishedPrefixes.filter((text) => {
    const family = text.includes(':') ? 'ipv6' : 'ipv4';
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
  const global = regionOf(row.tag) === undefined ? undefined : taking.catalog.tags.get(serviceOf(row.tag));
  return open('loss', row.tag, lost, questions, taking, {
    before: before.ipv4.count.toString(),
    ...(global ? { underGlobal: lost.ipv4.intersect(global.prefixes.ipv4).count.toString() } : {}),
  });
}

function judgeGain(
  tag: string,
  before: ByFamily<PrefixSet> | undefined,
  gained: ByFamily<PrefixSet>,
  taking: Taking,
): Hold | undefined {
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
  const held = byFamily((f) =>
    PrefixSet.unionOf(
      f,
      found.map((suspicion) => suspicion.ranges[f]),
    ),
  );
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
  held: ByFamily<PrefixSet>,
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

export function isEmpty(sets: ByFamily<PrefixSet>): boolean {
  return sets.ipv4.isEmpty && sets.ipv6.isEmpty;
}

/** Minimal prefixes of both families, IPv4 first. */
export function prefixesOf(sets: ByFamily<PrefixSet>): string[] {
  return [...sets.ipv4.toPrefixes(), ...sets.ipv6.toPrefixes()];
}
