import type { Actor } from '../core/decisions/decision.ts';
import type { DomainEvent } from '../core/event.ts';
import type { Live } from '../core/plan/live.ts';
import type { Outcome, Plan, RunStatus } from '../core/plan/plan-types.ts';
import type { Publication } from '../core/publication/publication.ts';
import type { DeliveryMessage, LaneMessage, RunMessage } from '../ports/queues.ts';

/** What someone asks for. */
export interface RunRequest {
  readonly trigger: 'timer' | 'http' | 'start';
  /** Only these targets; all if absent. An unknown id is refused. */
  readonly targets?: readonly string[];
  /** The person who asks, where it is one. */
  readonly by?: Actor;
}

/** The run that will look at what was asked for. */
export interface RequestedRun {
  readonly run: string;
  /** It has not begun: one that has is never joined. */
  readonly status: 'queued';
  /** It was asked for before, and covers what was asked for then as well. */
  readonly joined: boolean;
  /** Every target that it covers. */
  readonly targets: readonly string[];
}

export type { DeliveryMessage, RunMessage };

/** What a dry run is asked for. */
interface DryRunRequest extends RunRequest {
  /** The text of a config to go by instead of the one in force, to see what a change would do. */
  readonly config?: string;
}

/** One run as the API and the command line show it. */
export interface RunView {
  readonly run: string;
  /** `queued`: asked for, not begun. `running`: intent recorded, not closed. */
  readonly status: RunStatus | 'queued' | 'running';
  readonly trigger: string;
  /** The persons who asked for it; absent for one that a timer or a decision asked for. */
  readonly by?: readonly Actor[];
  readonly startedAt?: string;
  readonly closedAt?: string;
  readonly publication?: Publication;
  readonly targets: readonly TargetView[];
  readonly events: readonly DomainEvent[];
  /** Write requests that left the ARM client in this run. */
  readonly armWrites: number;
  /** True if a worker ended without a word: its writes are not in `armWrites`. */
  readonly armWritesAtLeast?: true;
}

export interface TargetView {
  readonly id: string;
  readonly kind: string;
  readonly list: string;
  readonly status: RunStatus | 'queued' | 'running';
  readonly outcomes: readonly Outcome[];
  /** What is worth knowing of its plan and stopped nothing, such as what it cannot hold; absent if there is nothing. */
  readonly notes?: readonly string[];
}

/** What a run would do now. Nothing was written anywhere to find out. */
export interface DryRun {
  readonly publication?: Publication;
  readonly plans: readonly Plan[];
  readonly outcomes: readonly Outcome[];
  readonly events: readonly DomainEvent[];
}

/** What became of a test message. */
export interface ChannelTest {
  readonly channel: string;
  readonly kind: string;
  readonly ok: boolean;
  /** What the receiver did, or what is wrong and what to do. */
  readonly text: string;
}

/** Thrown for a request that names something that does not exist, with what does. */
export class RequestError extends Error {
  override name = 'RequestError';
}

/** Everything the edge (functions, API, command line) may ask of the product. */
export interface Service {
  /**
   * Queues a run, or joins the one that is queued, which then covers the targets of both. What is joined has not begun: a
   * run reads config, decisions, publication and targets once, at its beginning, so one that has begun cannot know what
   * the request is about. While a run is under way there is thus at most one more, which begins when that one is closed
   * and covers all that was asked for meanwhile. Throws RequestError for unknown targets.
   */
  requestRun(request: RunRequest): Promise<RequestedRun>;
  /** Throws RequestError for unknown targets and for a config that is wrong or another instance's. */
  dryRun(request: DryRunRequest): Promise<DryRun>;
  /** From fetch to intent, then lanes into the queue. Safe to repeat with the same message. */
  startRun(message: RunMessage): Promise<void>;
  workLane(message: LaneMessage): Promise<void>;
  /** Fails what is left of a lane whose message failed too often. Safe to repeat. */
  giveUpLane(message: LaneMessage, reason: string): Promise<void>;
  /** Sends what is pending for one channel. Safe to repeat with the same message. */
  deliver(message: DeliveryMessage): Promise<void>;
  /** Sends a test message to these channels, or to all, and says what became of each. Throws RequestError for unknown ones. */
  testChannels(ids?: readonly string[]): Promise<readonly ChannelTest[]>;
  /** Closes complete runs that are still open, resumes or fails silent ones. */
  runMaintenance(): Promise<void>;
  run(id: string): Promise<RunView | undefined>;
  /** Newest first. */
  runs(most: number): Promise<readonly RunView[]>;
  /** Reads every target as it is now; an unreadable one carries its error instead. */
  readTargets(): Promise<
    readonly { readonly id: string; readonly kind: string; readonly live?: Live; readonly error?: string }[]
  >;
  /** Whether a publication with this digest was seen before. */
  knowsPublication(digest: string): Promise<boolean>;
  health(): Promise<{ readonly ok: boolean; readonly checks: readonly { name: string; ok: boolean; text: string }[] }>;
}
