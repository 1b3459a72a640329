import type { Advice } from '../acr/advice/advice.ts';
import type { Readiness } from '../acr/advice/data-endpoints.ts';
import { readMoment } from '../core/calendar.ts';
import type { Actor, Decision, HoldAnswer } from '../core/decisions/decision.ts';
import type { AnnouncedGain, SourceFreshness, SuspectFile } from '../core/judge/source-state.ts';
import type { Grant } from '../core/plan/memory.ts';
import type { BroadEntry, Plan } from '../core/plan/plan-types.ts';
import type { TicketFacts } from '../core/plan/ticket-facts.ts';
import type { PreviewView } from '../core/preview.ts';
import type { Publication } from '../core/publication/publication.ts';
import type { TagFilter } from '../core/publication/tag-filter.ts';
import type { Reason } from '../core/reason.ts';
import type { KnownRegistry, RegistryPart } from '../core/registry.ts';
import type { WhyView } from '../core/why.ts';
import type { FeedDevices } from '../feeds/keep-feeds.ts';
import type { RequestedRun, RunView, TargetView } from '../run/service.ts';
import type { InboxView, ParentsView } from './inbox.ts';
import type { ChangesQuery, ChangesView, VersionView } from './queries/changes.ts';
import type { ListView } from './queries/list.ts';
import type { DiffView, KeptFile, KeptPublication } from './queries/publications.ts';
import type { RegionWeeksQuery, RegionWeeksView } from './queries/region-weeks.ts';
import type { RunReport, RunsQuery, RunsView } from './queries/runs.ts';
import type { PastQuery, TagHistoryView, TagsView } from './queries/tag-history.ts';

/** Thrown for a decision that cannot be recorded, with the reason and what to do. */
export class DecisionRejected extends Error {
  override name = 'DecisionRejected';
}

/** Decisions and queries of operators. `makeOperator()` makes it. */
export interface Operator {
  /**
   * Records a decision after checking it, and requests the run that applies it. Throws DecisionRejected with the
   * reason if it cannot be recorded: done, expired, for another hold, by the wrong person, without its ticket.
   */
  record(request: DecisionRequest, meta: DecisionMeta): Promise<RecordedDecisions>;
  /**
   * What the next run would do, after a decision or as things stand; writes nothing. Throws DecisionRejected for a decision
   * that could not be recorded by anybody. Who may decide it is not looked at.
   */
  preview(request: PreviewRequest): Promise<PreviewView>;
  status(): Promise<StatusView>;
  holds(): Promise<readonly HoldView[]>;
  /** What waits for a person, most urgent first. */
  inbox(): Promise<InboxView>;
  /** Registries as they are now, with advice; reads them and the targets of names. */
  registries(): Promise<RegistriesView>;
  /**
   * By the id of one of its parts, its short id or its target, or `run/target`; undefined if no recorded run has it. Throws
   * RequestError for what several parts are meant by.
   */
  plan(id: string): Promise<PlanView | undefined>;
  /** Throws RequestError for what is no address. */
  lookup(address: string): Promise<LookupView>;
  /** Newest first. Throws RequestError for a moment or a continuation that cannot be read. */
  changes(query: ChangesQuery): Promise<ChangesView>;
  /** What is newest here; cheap, for those who ask again and again. */
  version(): Promise<VersionView>;
  /** Newest first. Throws RequestError for a continuation that cannot be read. */
  runs(query: RunsQuery): Promise<RunsView>;
  /** Undefined if there is no such run. */
  run(id: string): Promise<RunReport | undefined>;
  /** Every file that is kept, newest first. */
  publications(): Promise<readonly KeptPublication[]>;
  /** By number, date, digest or `latest`; undefined if none is kept. Throws RequestError where several are meant. */
  publication(which: string): Promise<KeptFile | undefined>;
  /** Throws RequestError for a publication that is not kept, or that cannot be read. */
  diff(from: string, to: string, filter: TagFilter): Promise<DiffView>;
  /** Why something is allowed or not, in each list and target, now or on a day that has passed. Throws RequestError. */
  why(query: WhyQuery): Promise<WhyView>;
  /** What a list allows now. Throws RequestError for one that is not in the config, or of which that is not known. */
  list(name: string): Promise<ListView>;
  /** Tags that lists select, as they are now. */
  tags(): Promise<TagsView>;
  /** How large a tag was over time. Throws RequestError for one that is not known, with the nearest name. */
  tagHistory(tag: string, query: PastQuery): Promise<TagHistoryView>;
  /** What the regions of a service gained and lost, by week. Throws RequestError for a service that is not known. */
  regionWeeks(query: RegionWeeksQuery): Promise<RegionWeeksView>;
}

export interface WhyQuery {
  /** An address, a prefix, an inclusive range `a-b`, or a host name. */
  readonly address: string;
  /** A date, for the end of that day in UTC, or a time with its zone. Absent: now. */
  readonly at?: string;
  /** This target and its list alone. */
  readonly target?: string;
  /** Looks up the addresses of a host name as well. */
  readonly resolve?: boolean;
}

/**
 * A decision to record. `by` is not in it: the HTTP layer or the command line identifies the person. A hold, a part and a file
 * are named by id, by short id, or by the tag or target that it is about. `keep` and `remove` of a gain are the words of before:
 * `keep` lets it in.
 */
export type DecisionRequest =
  | { kind: 'answer'; holds: readonly string[]; answer: HoldAnswer; until?: string; ranges?: readonly string[] }
  /** Every open hold that a publication opened; with `allow` and `block` its gains alone. */
  | { kind: 'answer-publication'; changeNumber: number; answer: HoldAnswer; until?: string }
  | { kind: 'approve'; part: string }
  | { kind: 'decline'; part: string }
  | { kind: 'withdraw'; word: string }
  | { kind: 'pause'; target?: string; until?: string }
  | { kind: 'resume'; target?: string }
  | { kind: 'pin'; changeNumber: number; until: string }
  | { kind: 'unpin' }
  | { kind: 'accept-publication'; digest: string; tags?: readonly string[] };

/** What to look ahead at: the next run after a decision, or as things stand. */
export type PreviewRequest = DecisionRequest | { readonly kind: 'run' };

export interface DecisionMeta {
  readonly by: Actor;
  readonly why: string;
  readonly ticket?: string;
}

/** The recorded decisions, and the run that applies them. */
export interface RecordedDecisions extends RequestedRun {
  readonly words: readonly Decision[];
}

/** Current status. */
export interface StatusView {
  readonly instance: string;
  readonly cloud: string;
  /** ISO 8601. */
  readonly at: string;
  readonly publication?: Publication;
  readonly freshness: SourceView['freshness'];
  readonly source: SourceView;
  readonly paused?: Decision;
  readonly pin?: Decision;
  readonly openHolds: number;
  /** Holds that only a person ends. */
  readonly questions: number;
  /** Registries that cannot be read, and those with regions that have no tag, a sentence each; absent if there are none. */
  readonly troubles?: readonly string[];
  readonly targets: readonly (TargetView & {
    readonly paused?: Decision;
    readonly reasons: readonly Reason[];
    /** Entries that others wrote, as last read; absent if there are none. */
    readonly foreign?: {
      readonly count: number;
      readonly entries: readonly string[];
      readonly broad: readonly BroadEntry[];
    };
    /** Entries in it after the last run, of every writer, and how many it can hold; absent before the first run. */
    readonly fill?: { readonly entries: number; readonly room?: number };
  })[];
  readonly lastRun?: RunView;
}

/** Source health, and the time left for what was announced. */
export interface SourceView {
  /** `none`: no publication was accepted yet. */
  readonly freshness: SourceFreshness | 'none';
  /** ISO 8601; absent if it became so after the last run. */
  readonly since?: string;
  /** Date of the last accepted publication, ISO 8601, and its age. */
  readonly newestDate?: string;
  readonly ageDays?: number;
  readonly suspect?: SuspectFile;
  /** ISO 8601: no way leads to a file since then. */
  readonly unreachableSince?: string;
  /** What was announced in the last weeks. */
  readonly gains: readonly (AnnouncedGain & {
    /** Milliseconds until Azure may use it at the earliest; negative once it may. */
    readonly leftMs: number;
    readonly targets: readonly {
      readonly target: string;
      readonly has: boolean;
      readonly lacking: readonly string[];
      /** Of a feed: devices that have pulled what is served now, and those that have not. */
      readonly devices?: FeedDevices;
    }[];
  })[];
}

export interface HoldView {
  readonly id: string;
  /** Names it wherever an id is asked for. */
  readonly short: string;
  /** The tag, or the target for a hold of a target. */
  readonly of: { readonly tag: string } | { readonly target: string };
  readonly kind: 'loss' | 'gain' | 'config' | 'registry';
  readonly since: string;
  readonly changeNumber?: number;
  readonly prefixes: readonly string[];
  readonly addresses: { readonly ipv4: string; readonly ipv6: string };
  readonly questions: readonly Reason[];
  /** The decision on it, if there is one. */
  readonly answered?: Decision;
  /** What ends it without an answer, as text. */
  readonly otherwise: string;
  /** Prefixes of it that the service's global tag still covers. */
  readonly coveredByGlobal: readonly string[];
  /** Of a loss of a regional tag: where in the newest publication its ranges are. Absent where that is not known. */
  readonly parents?: ParentsView;
}

/** A plan with the run it belongs to and what is needed for a change ticket. */
export interface PlanView extends TicketFacts {
  readonly run: string;
  readonly at: string;
  readonly plan: Plan;
  readonly publication?: Publication;
  /** Prefixes in the target before, and as planned: with what goes by itself, be it in the next window. */
  readonly before: readonly string[];
  readonly after: readonly string[];
  /** Prefixes in it once everything that waits for an approval has it; absent if nothing does. */
  readonly approved?: readonly string[];
}

/** The tags and targets that contain an address. */
export interface LookupView {
  readonly address: string;
  readonly tags: readonly {
    readonly tag: string;
    readonly prefix: string;
    readonly published: boolean;
    readonly effective: boolean;
    /** Publication and time since when the ledger has known it; absent for tags that are not watched. */
    readonly since?: { readonly changeNumber: number; readonly at: string };
    /** True if the ledger follows it, because a list selects it. */
    readonly watched: boolean;
    readonly hold?: string;
    /** The hold that keeps it in or out: why, who answered, and what ends it. */
    readonly held?: Omit<HoldView, 'short'>;
  }[];
  readonly targets: readonly {
    readonly target: string;
    readonly holds: boolean;
    readonly ours: boolean;
    /** Of what is ours: since when, why, by which run and on whose decision. */
    readonly grants?: readonly (Omit<Grant, 'entries'> & { readonly prefixes: readonly string[] })[];
    readonly error?: string;
  }[];
  readonly file?: string;
}

/** Registries, what follows from them, and advice. */
export interface RegistriesView {
  /** ISO 8601. */
  readonly at: string;
  readonly registries: readonly (KnownRegistry & {
    readonly lists: readonly { readonly list: string; readonly part: RegistryPart }[];
    /** Host names that a client's firewall needs now. */
    readonly hosts: readonly string[];
    /** Its data endpoints, or those it would have if they were switched on. */
    readonly expectedDataEndpoints: readonly string[];
  })[];
  /** Per registry and target: whether dedicated data endpoints may be switched on. */
  readonly readiness: readonly Readiness[];
  readonly advice: readonly Advice[];
}

/** Thrown for text that names no moment. */
export class UntilError extends Error {
  override name = 'UntilError';
}

const unitMs: Readonly<Record<string, number>> = { min: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * The moment, ISO 8601 in UTC, that a text names: a date (its beginning in UTC), a time with its zone, or a span from
 * now (`90min`, `12h`, `14d`). Always in the one form that sorts by time, since moments are compared as text. Throws
 * UntilError for anything else, a date that does not exist, and what has passed.
 */
export function readUntil(text: string, now: Date): string {
  const span = /^(\d{1,5})(min|h|d)$/.exec(text);
  const time = span
    ? now.getTime() + Number(span[1]) * (unitMs[span[2] as string] as number)
    : Date.parse(readMoment(text) ?? '');
  if (Number.isNaN(time)) {
    throw new UntilError(
      `expected a date (2024-02-01), a time with its zone (2024-02-01T18:00:00Z) or a span (90min, 12h, 14d), got ${JSON.stringify(text)}`,
    );
  }
  if (time <= now.getTime()) {
    throw new UntilError(`expected a moment to come, got ${JSON.stringify(text)}; it is ${now.toISOString()} now`);
  }
  return new Date(time).toISOString();
}
