import { byFamily, type Family } from '../core/address/family.ts';
import { emptySets, type Sets } from '../core/address/sets.ts';
import { dayMs } from '../core/calendar.ts';
import type { DomainEvent } from '../core/event.ts';
import { followSource, type NotAccepted } from '../core/judge/follow-source.ts';
import { judge } from '../core/judge/judge.ts';
import type { Ledger, TagLedger } from '../core/judge/ledger.ts';
import { effectiveOf, emptyLedger, heldBy } from '../core/judge/ledger.ts';
import type { Policy } from '../core/judge/policy.ts';
import type { Watch } from '../core/judge/watch.ts';
import type { AcceptedEvent } from '../core/publication/accepted-event.ts';
import type { Catalog, Cloud } from '../core/publication/catalog.ts';
import { type FreshnessLimits, freshnessLimits } from '../core/publication/freshness.ts';
import type { ParsedPublication, Publication } from '../core/publication/publication.ts';
import type { Before } from '../core/publication/take-file.ts';
import type { SetAsideTag } from '../core/source-event.ts';
import { answerWithHindsight } from './hindsight.ts';
import { type ComparedPolicy, type Figures, type TagState, Tally } from './metrics.ts';
import { dateOf, isBroken, Published, type SequencedFile } from './published.ts';
import { type Asked, type Removed, ReplayRecord } from './record.ts';
import { takeUp } from './take-up.ts';

export interface ReplayInput {
  readonly cloud: Cloud;
  /** In the order in which they came. Their catalogs need only hold the tags of the watched services and those of AzureCloud. */
  readonly files: readonly SequencedFile[];
  /** What is judged and counted: tags, and the families of each. */
  readonly watch: Watch;
  readonly policy: Policy;
  /** Ages from which on the source is late and stale; those of the cloud if absent. */
  readonly limits?: Pick<FreshnessLimits, 'lateAfter' | 'staleAfter'>;
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
  /** Those of the files and of the source come first, as in a run. */
  readonly events: readonly DomainEvent[];
  /** The publication that was accepted, if one was. */
  readonly accepted?: Publication;
}

/** A file that was not taken over, and why. */
interface NotTaken {
  readonly file: string;
  /** ISO 8601 date. */
  readonly date: string;
  readonly reasons: readonly string[];
}

/** A file that was taken over but for some tags: the whole of what is told of them. */
interface TakenInPart extends Pick<AcceptedEvent, 'unnamed'> {
  readonly file: string;
  /** ISO 8601 date. */
  readonly date: string;
  /** Tags that stay as they were: every one that is watched, and the first of the others. */
  readonly setAside: readonly SetAsideTag[];
  /** How many there are in all. */
  readonly setAsideCount: number;
}

export interface Replayed {
  readonly accepted: number;
  /** Those of the accepted files of which tags were set aside. */
  readonly takenInPart: readonly TakenInPart[];
  /** Files with the same content as the last accepted one. */
  readonly seen: number;
  /** Files that may not follow the ones before them. */
  readonly refused: readonly NotTaken[];
  /** Files that a person has to look at. Nobody does here: the ones after them are judged without them. */
  readonly waiting: readonly NotTaken[];
  /** Files that cannot be read as a whole. */
  readonly unreadable: readonly NotTaken[];
  readonly asked: readonly Asked[];
  readonly removals: readonly Removed[];
  /** What happened, by kind of event. */
  readonly notices: Readonly<Record<string, number>>;
  readonly policies: Readonly<Record<string, Figures>>;
}

/**
 * Shows files, in order, to the very judge that the service uses, with the clock advanced day by day between them, and
 * to the compared policies in the same pass. Throws RangeError without a file.
 */
export function replay(input: ReplayInput): Replayed {
  const [first] = input.files;
  if (first === undefined) throw new RangeError('expected at least one file');
  const origin = Date.parse(dateOf(first));
  const ours = new Ours(input, origin);
  const compared = (input.compared ?? []).map((policy) => new Compared(policy, input.watch));
  const published = new Published();
  const notTaken = { refused: [] as NotTaken[], waiting: [] as NotTaken[], unreadable: [] as NotTaken[] };
  const takenInPart: TakenInPart[] = [];
  const told = new Set<string>();
  let [accepted, seen] = [0, 0];
  let clock = new Date(origin);
  for (const file of input.files) {
    const date = new Date(Date.parse(dateOf(file)));
    // A file that is older than the one before it turns up late; time does not go back for it.
    const now = date < clock ? clock : date;
    for (clock = dayAfter(clock); clock < now; clock = dayAfter(clock)) ours.pass(clock, published);
    clock = now;
    published.take(file);
    const taken = takeUp(file, ours.before(), input, told, now);
    const { verdict, reasons, inPart } = taken;
    if (inPart) takenInPart.push(partOf(inPart, dateOf(file)));
    if (verdict === 'accepted') accepted += 1;
    else if (verdict === 'seen') seen += 1;
    else {
      told.add(isBroken(file) ? file.digest : file.publication.digest);
      notTaken[verdict].push({
        file: isBroken(file) ? file.file : file.publication.file,
        date: dateOf(file),
        reasons,
      });
    }
    ours.pass(now, published, taken);
    for (const one of compared) one.pass(file, ours.record.dayOf(now), published);
  }
  const { record } = ours;
  const end = record.dayOf(clock);
  const policies: Record<string, Figures> = { 'service-tag-sync': ours.tally.finish(end) };
  for (const { policy, tally } of compared) policies[policy.name] = tally.finish(end);
  const { asked, notices } = record;
  return { accepted, takenInPart, seen, ...notTaken, asked, removals: record.removals(), notices, policies };
}

function partOf({ file, setAside = [], setAsideCount = 0, unnamed }: AcceptedEvent, date: string): TakenInPart {
  return { file, date, setAside, setAsideCount, ...(unnamed ? { unnamed } : {}) };
}

/** What one pass has beside the time. */
interface News {
  readonly accepted?: ParsedPublication;
  readonly notAccepted?: NotAccepted;
  readonly events: readonly DomainEvent[];
}

/** The judge of the service over the files. */
class Ours {
  readonly tally = new Tally();
  readonly record: ReplayRecord;
  readonly #input: ReplayInput;
  readonly #told = new Map<string, TagLedger>();
  ledger: Ledger;
  #inForce: Catalog | undefined;

  constructor(input: ReplayInput, origin: number) {
    this.#input = input;
    this.record = new ReplayRecord(origin, this.tally);
    this.ledger = emptyLedger(input.cloud);
  }

  /** What is in force before the next file. */
  before(): Before {
    const { accepted } = this.ledger;
    return { ...(accepted ? { publication: accepted } : {}), ...(this.#inForce ? { catalog: this.#inForce } : {}) };
  }

  /** One run, with what it fetched; without news only time has passed. */
  pass(now: Date, published: Published, news?: News): void {
    const { cloud, watch, policy, limits, hindsightDays, files, onJudged } = this.#input;
    const { accepted, notAccepted, events = [] } = news ?? {};
    const followed = followSource({
      ledger: this.ledger,
      ...(accepted ? { accepted } : {}),
      notAccepted: notAccepted ? [notAccepted] : [],
      reached: true,
      answered: new Set(),
      watch,
      limits: limits ?? freshnessLimits[cloud],
      now,
    });
    const { freshness } = followed.state;
    const judged = judge({
      ledger: this.ledger,
      ...(accepted ? { accepted } : {}),
      ...(this.#inForce ? { inForce: this.#inForce } : {}),
      watch,
      policy,
      now,
      ...(freshness === 'fresh' ? {} : { releasesWait: `the source is ${freshness}` }),
    });
    this.ledger = { ...judged.ledger, source: followed.state };
    if (accepted) this.#inForce = accepted.catalog;
    const all = [...events, ...followed.events, ...judged.events];
    this.record.note(all, now);
    onJudged?.({ now, ledger: this.ledger, events: all, ...(accepted ? { accepted: accepted.publication } : {}) });
    if (hindsightDays !== undefined) this.ledger = answerWithHindsight(this.ledger, files, hindsightDays, now);
    this.#tell(now, published, news !== undefined);
  }

  /** Counts every tag after a file, and on other days those whose row changed. */
  #tell(now: Date, published: Published, all: boolean): void {
    for (const [name, families] of this.#input.watch) {
      const row = this.ledger.tags.get(name);
      if (!all && this.#told.get(name) === row) continue;
      if (row) this.#told.set(name, row);
      const removal = this.tally.tell(
        name,
        this.record.dayOf(now),
        countedOf(families, {
          published: published.of(name),
          effective: row ? effectiveOf(row) : emptySets,
          heldGains: row ? heldBy(row.holds, 'gain') : emptySets,
          parents: published.parentsOf(name),
        }),
      );
      if (removal && row) this.record.removed(removal, row, now);
    }
  }
}

/** Another policy over the same files. */
class Compared {
  readonly policy: ComparedPolicy;
  readonly tally = new Tally();
  readonly #watch: Watch;

  constructor(policy: ComparedPolicy, watch: Watch) {
    this.policy = policy;
    this.#watch = watch;
  }

  /** Takes over a file whatever is wrong with it, as long as it is JSON; of one that is not, a person is notified. */
  pass(file: SequencedFile, day: number, published: Published): void {
    const tags = file.unchecked ?? (isBroken(file) ? undefined : file.catalog.tags);
    if (!tags) this.tally.ask(day, 'file');
    for (const [name, families] of this.#watch) {
      if (tags && this.policy.take(name, tags.get(name))) this.tally.ask(day);
      this.tally.tell(
        name,
        day,
        countedOf(families, {
          published: published.of(name),
          effective: this.policy.effective(name),
          heldGains: emptySets,
          parents: published.parentsOf(name),
        }),
      );
    }
  }
}

/** What counts of a tag: the families that are watched. */
export function countedOf(families: readonly Family[], state: TagState): TagState {
  const counted = (sets: Sets): Sets => byFamily((f) => (families.includes(f) ? sets[f] : emptySets[f]));
  const { published, effective, heldGains, parents } = state;
  return { published: counted(published), effective: counted(effective), heldGains: counted(heldGains), parents };
}

function dayAfter(date: Date): Date {
  return new Date(date.getTime() + dayMs);
}
