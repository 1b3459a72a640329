import type { LoadedConfig } from '../config/parse.ts';
import type { NoticeFilter, QuietHours } from '../core/channel-rules.ts';
import type { readPublication } from '../core/publication/read-publication.ts';
import type { Registry } from '../core/registry.ts';
import type { Feeds } from '../ports/feeds.ts';
import type { Moves } from '../ports/moves.ts';
import type { Notifier } from '../ports/notifier.ts';
import type { DeliveryQueue, LaneQueue, Outbox, RunQueue } from '../ports/queues.ts';
import type { Retention, Stored } from '../ports/retention.ts';
import type { Runs } from '../ports/runs.ts';
import type { Discovery, Source } from '../ports/source.ts';
import type {
  Claims,
  ConfigAuthors,
  Controls,
  Damage,
  History,
  Leases,
  Ledgers,
  Publications,
  TargetRecords,
  Upkeep,
} from '../ports/store.ts';
import type { TagSizesIndex } from '../ports/tag-sizes.ts';
import type { Target, TargetDefinition, TargetReader } from '../ports/target.ts';
import type { RefusedConfig } from './read-config.ts';

/** Structured logging: a static message, and what varies as fields. */
export type Log = (message: string, fields?: Readonly<Record<string, unknown>>) => void;

/** A configured target with what its kind declares, for reading alone. */
export interface ReadableTarget {
  readonly id: string;
  readonly definition: TargetDefinition;
  /** `instance/target`. */
  readonly mark: string;
  readonly lane: string;
  /** The lane that `lane` is a slot of, if it is one. */
  readonly sharedLane?: string;
  /** Loads the SDK on first use. */
  open(): Promise<TargetReader>;
}

/** The same, for writing. */
export interface ConfiguredTarget extends ReadableTarget {
  open(): Promise<Target>;
}

/** A configured channel. */
export interface ConfiguredChannel {
  readonly id: string;
  readonly kind: string;
  readonly only: NoticeFilter;
  readonly quietHours?: QuietHours;
  /** Resolves secrets and loads the SDK, on first use. */
  open(): Promise<Notifier>;
}

/**
 * What reading, judging and planning work with. Nothing in it can write: a dry run gets this and nothing else, so that no
 * write request can leave it.
 */
export interface PlanContext {
  readonly loaded: LoadedConfig;
  readonly targets: ReadonlyMap<string, ReadableTarget>;
  readonly source: () => Promise<Source>;
  /** How the bytes of a candidate are read; absent: by readPublication(). */
  readonly readFile?: typeof readPublication;
  /** Reads one registry by its resource id; loads the SDK on first use. Throws TargetError. */
  readonly readRegistry: (resourceId: string, signal: AbortSignal) => Promise<Registry>;
  /** Azure's own list of service tags, if the config asks for it. */
  readonly discovery?: Discovery;
  readonly ledgers: Pick<Ledgers, 'current' | 'get'>;
  readonly targetRecords: Pick<TargetRecords, 'get' | 'atOnce'>;
  readonly publications: Pick<Publications, 'get' | 'bytes' | 'snapshot'>;
  readonly controls: Pick<Controls, 'all'>;
  readonly now: () => Date;
  readonly log: Log;
}

/** What recording an intent, writing targets and closing a run work with. */
export interface ApplyContext extends PlanContext {
  /** What was given instead of `loaded` and cannot be used. */
  readonly refusedConfig?: RefusedConfig;
  /** Remembers `loaded` as the last good config, unless it is remembered already, and who wrote it. */
  readonly keepConfig: () => Promise<void>;
  readonly targets: ReadonlyMap<string, ConfiguredTarget>;
  readonly runs: Runs;
  readonly ledgers: Ledgers;
  readonly targetRecords: TargetRecords;
  readonly publications: Publications;
  readonly controls: Controls;
  readonly damage: Damage;
  readonly leases: Leases;
  readonly laneQueue: LaneQueue;
  readonly runQueue: RunQueue;
  readonly history: History;
  readonly moves: Moves;
  readonly claims: Claims;
  readonly configAuthors: ConfigAuthors;
}

/** What notices are made of and sent with. */
export interface NoticeContext {
  readonly loaded: LoadedConfig;
  readonly targets: ReadonlyMap<string, Pick<ReadableTarget, 'definition'>>;
  /** Where this app itself is reached, `https://app.azurewebsites.net`; absent where no setting says so. */
  readonly ownUrl?: string;
  readonly channels: ReadonlyMap<string, ConfiguredChannel>;
  readonly runs: Pick<Runs, 'list'>;
  /** Tells which tags follow from registries; absent: none is known to. */
  readonly ledgers?: Pick<Ledgers, 'current'>;
  readonly outbox: Outbox;
  readonly deliveryQueue: DeliveryQueue;
  readonly leases: Leases;
  readonly now: () => Date;
  /** From 0 (included) to 1 (excluded), for jitter. */
  readonly random: () => number;
  readonly log: Log;
}

/** Closing a run also tells of it. */
export type CloseContext = ApplyContext & NoticeContext;

/** What serving lists over HTTP, and telling of the devices that pull them, work with. */
export interface FeedContext extends NoticeContext {
  readonly targets: ReadonlyMap<string, ReadableTarget>;
  readonly feeds: Feeds;
}

/** All of it, opened once per invocation by the composition root; each stage asks for the part that it needs. */
export interface RunContext extends ApplyContext, FeedContext {
  readonly targets: ReadonlyMap<string, ConfiguredTarget>;
  readonly runs: Runs;
  readonly ledgers: Ledgers;
  readonly upkeep: Upkeep;
  readonly retention: Retention;
  readonly measure: () => Promise<readonly Stored[]>;
  readonly tagSizes: TagSizesIndex;
  /**
   * The same service as another config would make it: its lists, targets and rules, over the same store and source. For
   * dry runs. Throws RequestError for a config that is wrong, or of another instance or cloud.
   */
  readonly reconfigured: (text: string) => PlanContext;
  /** A line for each secret of the config whose setting is missing or cannot be used, without its value. */
  readonly secretFaults: () => readonly string[];
  /** A fresh run id: sorts by time, safe in a URL and in a table key. */
  readonly newRunId: () => string;
  /**
   * A fresh id for a decision. Its order is that of the wall clock, to the millisecond, also where runs are given a clock of
   * their own: a pin and its end must never change places.
   */
  readonly newDecisionId: () => string;
}

/** One JSON line a message on stderr. */
export const logLine: Log = (message, fields) => {
  process.stderr.write(`${JSON.stringify({ message, ...fields })}\n`);
};
