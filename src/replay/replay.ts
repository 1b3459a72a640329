import { emptySets, intersect, isEmpty, type Sets, subtract, union } from '../core/address/sets.ts';
import { dayMs } from '../core/calendar.ts';
import type { DomainEvent } from '../core/event.ts';
import { answerHold } from '../core/judge/answer.ts';
import { judge } from '../core/judge/judge.ts';
import type { Hold, Ledger, TagLedger } from '../core/judge/ledger.ts';
import { effectiveOf, emptyLedger, heldBy } from '../core/judge/ledger.ts';
import type { Policy } from '../core/judge/policy.ts';
import { watchTags } from '../core/judge/watch.ts';
import { acceptPublication } from '../core/publication/accept.ts';
import type { Catalog, Cloud } from '../core/publication/catalog.ts';
import { freshnessOf } from '../core/publication/freshness.ts';
import type { ParsedPublication, Publication } from '../core/publication/publication.ts';
import { type ComparedPolicy, type Figures, regretDays, type TagState, Tally } from './metrics.ts';

export interface ReplayInput {
  readonly cloud: Cloud;
  /** In order of publication. Their catalogs need only hold the watched tags and the other tags of the same services. */
  readonly publications: readonly ParsedPublication[];
  readonly watch: readonly string[];
  readonly policy: Policy;
  /** Other ways to follow the same files; none if absent. */
  readonly compared?: readonly ComparedPolicy[];
  /** Answers every hold this many days after it opened, knowing what comes; undefined: no answers. */
  readonly hindsightDays?: number;
  /** Called once a judgement, also for the days between publications, before any answer. */
  readonly onJudged?: (judged: Judged) => void;
}

/** One judgement of a replay. */
export interface Judged {
  readonly now: Date;
  readonly ledger: Ledger;
  readonly events: readonly DomainEvent[];
  /** The publication that was accepted, if one was. */
  readonly accepted?: Publication;
}

/** A question that was put to a person. */
interface Asked {
  /** ISO 8601 date. */
  readonly date: string;
  readonly tag: string;
  readonly of: Hold['kind'];
  readonly reasons: readonly string[];
}

export interface Replayed {
  readonly accepted: number;
  /** Files with the same content as the one before them. */
  readonly seen: number;
  readonly refused: readonly { readonly file: string; readonly reasons: readonly string[] }[];
  readonly asked: readonly Asked[];
  /** What would have been told, by kind of event; a week without news is none. */
  readonly notices: Readonly<Record<string, number>>;
  readonly policies: Readonly<Record<string, Figures>>;
}

/**
 * Shows publications, in order, to the very judge that the service uses, with the clock advanced day by day between them, and
 * to the compared policies in the same pass.
 */
export function replay(input: ReplayInput): Replayed {
  const ours = new Tally();
  const compared = (input.compared ?? []).map((policy) => ({ policy, tally: new Tally() }));
  const known = new WeakMap<TagLedger, TagState>();
  const asked: Asked[] = [];
  const refused: { file: string; reasons: readonly string[] }[] = [];
  const notices: Record<string, number> = {};
  let ledger = emptyLedger(input.cloud);
  let accepted = 0;
  let inForce: Catalog | undefined;
  let seen = 0;
  const first = input.publications[0]?.publication.date;
  if (first === undefined) throw new RangeError('expected at least one publication');
  const origin = Date.parse(first);
  const dayOf = (date: Date): number => Math.round((date.getTime() - origin) / dayMs);
  const note = (events: readonly DomainEvent[], now: Date): void => {
    for (const event of events) {
      notices[event.kind] = (notices[event.kind] ?? 0) + 1;
      if (event.kind !== 'hold-opened' || event.questions.length === 0) continue;
      ours.ask(dayOf(now));
      asked.push({
        date: now.toISOString().slice(0, 10),
        tag: event.tag,
        of: event.of,
        reasons: event.questions.map(({ rule, text }) => `${rule}: ${text}`),
      });
    }
  };
  const watched = new Set(input.watch);
  const tell = (now: Date): void => {
    for (const name of watched) {
      const row = ledger.tags.get(name);
      if (row) ours.tell(name, dayOf(now), stateOf(row, known));
    }
  };
  const pass = (now: Date, parsed?: ParsedPublication): void => {
    const newest = parsed?.publication ?? ledger.accepted;
    const freshness = newest ? freshnessOf(input.cloud, newest.date, now) : 'fresh';
    const judged = judge({
      ledger,
      ...(parsed ? { accepted: parsed } : {}),
      ...(inForce ? { inForce } : {}),
      watch: watchTags(input.watch),
      policy: input.policy,
      now,
      ...(freshness === 'fresh' ? {} : { releasesWait: `the source is ${freshness}` }),
    });
    const before = ledger;
    ledger = judged.ledger;
    if (parsed) inForce = parsed.catalog;
    note(judged.events, now);
    input.onJudged?.({ now, ledger, events: judged.events, ...(parsed ? { accepted: parsed.publication } : {}) });
    if (input.hindsightDays !== undefined) ledger = answerWithHindsight(ledger, input, input.hindsightDays, now);
    if (parsed || ledger.tags !== before.tags) tell(now);
  };

  let clock = new Date(origin);
  for (const parsed of input.publications) {
    const now = new Date(Date.parse(parsed.publication.date));
    for (clock = new Date(clock.getTime() + dayMs); clock < now; clock = new Date(clock.getTime() + dayMs)) pass(clock);
    clock = now;
    const { verdict, reasons } = acceptPublication(ledger.accepted, parsed.publication, now);
    if (verdict === 'seen') {
      seen += 1;
      continue;
    }
    if (verdict !== 'accepted') {
      refused.push({ file: parsed.publication.file, reasons });
      continue;
    }
    accepted += 1;
    pass(now, parsed);
    for (const { policy, tally } of compared) {
      for (const name of watched) {
        const tag = parsed.catalog.tags.get(name);
        if (policy.take(name, tag)) tally.ask(dayOf(now));
        const published = tag?.prefixes ?? emptySets;
        tally.tell(name, dayOf(now), { published, effective: policy.effective(name), heldGains: emptySets });
      }
    }
  }
  const end = dayOf(clock);
  const policies: Record<string, Figures> = { 'service-tag-sync': ours.finish(end) };
  for (const { policy, tally } of compared) policies[policy.name] = tally.finish(end);
  return { accepted, seen, refused, asked, notices, policies };
}

function stateOf(row: TagLedger, known: WeakMap<TagLedger, TagState>): TagState {
  const before = known.get(row);
  if (before) return before;
  const state = { published: row.published, effective: effectiveOf(row), heldGains: heldBy(row.holds, 'gain') };
  known.set(row, state);
  return state;
}

/**
 * The answer with knowledge of the future: a loss is removed unless it is published again within 90 days of it, a
 * gain is let in if it is still published then.
 */
function answerWithHindsight(ledger: Ledger, input: ReplayInput, days: number, now: Date): Ledger {
  let answered = ledger;
  for (const row of ledger.tags.values()) {
    for (const hold of row.holds) {
      if (hold.kept || now.getTime() - Date.parse(hold.since) < days * dayMs) continue;
      const later = publishedWithin(input, row.tag, Date.parse(hold.since), regretDays);
      const back = intersect(hold.held, later);
      const rest = subtract(hold.held, later);
      const said = { hold: hold.id, by: 'hindsight', decision: `hindsight-${hold.id}` };
      if (hold.kind === 'gain') {
        if (!isEmpty(back)) answered = answerHold(answered, { ...said, answer: 'keep', ranges: back }, now).ledger;
        continue;
      }
      if (!isEmpty(rest)) answered = answerHold(answered, { ...said, answer: 'remove', ranges: rest }, now).ledger;
      if (!isEmpty(back)) answered = answerHold(answered, { ...said, answer: 'keep' }, now).ledger;
    }
  }
  return answered;
}

/** Everything a tag publishes after a moment and within some days of it. */
function publishedWithin(input: ReplayInput, tag: string, since: number, days: number): Sets {
  const sets = input.publications
    .filter(({ publication }) => {
      const date = Date.parse(publication.date);
      return date > since && date <= since + days * dayMs;
    })
    .map(({ catalog }) => catalog.tags.get(tag)?.prefixes ?? emptySets);
  return union(sets);
}
