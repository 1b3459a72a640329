import type { LoadedConfig } from '../config/parse.ts';
import type { NoticeFilter, QuietHours } from '../core/channel-rules.ts';
import type { Registry } from '../core/registry.ts';
import type { Notifier } from '../ports/notifier.ts';
import type { DeliveryQueue, LaneQueue, Outbox, RunQueue } from '../ports/queues.ts';
import type { Runs } from '../ports/runs.ts';
import type { Discovery, Source } from '../ports/source.ts';
import type { Claims, Controls, Feeds, History, Leases, Ledgers, Publications, TargetRecords } from '../ports/store.ts';
import type { Target, TargetDefinition } from '../ports/target.ts';
import type { RefusedConfig } from './read-config.ts';

/** A configured target with what its kind declares. */
export interface ConfiguredTarget {
  readonly id: string;
  readonly definition: TargetDefinition;
  /** `instance/target`. */
  readonly mark: string;
  readonly lane: string;
  /** What the lane is a slot of, if it is one. */
  readonly sharedLane?: string;
  /** Loads the SDK on first use. */
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

/** Everything the stages of a run work with, opened once per invocation by `wire`. */
export interface RunContext {
  readonly loaded: LoadedConfig;
  /** What was given instead of `loaded` and cannot be used. */
  readonly refusedConfig?: RefusedConfig;
  /** Remembers `loaded` as the last good config, unless it is remembered already. */
  readonly keepConfig: () => Promise<void>;
  /**
   * The same service as another config would make it: its lists, targets and rules, over the same store and source. For
   * dry runs. Throws RequestError for a config that is wrong, or of another instance or cloud.
   */
  readonly reconfigured: (text: string) => RunContext;
  readonly targets: ReadonlyMap<string, ConfiguredTarget>;
  readonly channels: ReadonlyMap<string, ConfiguredChannel>;
  readonly source: () => Promise<Source>;
  /** Reads one registry by its resource id; loads the SDK on first use. Throws TargetError. */
  readonly readRegistry: (resourceId: string, signal: AbortSignal) => Promise<Registry>;
  /** Azure's own word on service tags, if the config asks for it. */
  readonly discovery?: Discovery;
  readonly runs: Runs;
  readonly ledgers: Ledgers;
  readonly targetRecords: TargetRecords;
  readonly publications: Publications;
  readonly leases: Leases;
  readonly laneQueue: LaneQueue;
  readonly runQueue: RunQueue;
  readonly history: History;
  readonly outbox: Outbox;
  readonly feeds: Feeds;
  readonly deliveryQueue: DeliveryQueue;
  readonly controls: Controls;
  readonly claims: Claims;
  /** Creates what storage lacks; before the first write of an invocation that may be the first of all. */
  readonly ensure: () => Promise<void>;
  readonly now: () => Date;
  /** From 0 (included) to 1 (excluded), for jitter. */
  readonly random: () => number;
  /** A fresh run id: sorts by time, safe in a URL and in a table key. */
  readonly newRunId: () => string;
  /**
   * A fresh id for a word. Its order is that of the wall clock, to the millisecond, also where runs are given a clock of
   * their own: a pin and its end must never change places.
   */
  readonly newDecisionId: () => string;
  readonly log: (message: string, fields?: Readonly<Record<string, unknown>>) => void;
}
