import type { Actor } from '../core/decisions/decision.ts';
import type { DomainEvent } from '../core/event.ts';
import type { Outcome, Plan, RunStatus } from '../core/plan/plan-types.ts';
import type { Publication } from '../core/publication/publication.ts';
import type { RunMessage } from './queues.ts';

/** A run as recorded before its first write. */
export interface Intent {
  readonly run: string;
  /** Rises with every run; fences off workers of earlier ones. */
  readonly generation: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly trigger: 'timer' | 'http' | 'start';
  /** Who asked for it, where persons did, beside what they decided. */
  readonly by?: readonly Actor[];
  readonly configHash: string;
  /** The active publication of this run; absent if none was ever accepted. */
  readonly publication?: Publication;
  /** Names of the current ledger before and with this run; equal if nothing was judged. */
  readonly ledgerBefore?: string;
  readonly ledgerAfter?: string;
  /**
   * Target ids by lane. Targets without a change to apply are in no lane. `shared`: what a slot is a slot of; a failure in
   * one stops the others.
   */
  readonly lanes: readonly { readonly lane: string; readonly targets: readonly string[]; readonly shared?: string }[];
  /** Units to be written, by target; absent in intents from before they were named here. */
  readonly subjects?: Readonly<Record<string, readonly string[]>>;
  /** Every target of the run, also those that could not be read or planned. */
  readonly targets: readonly string[];
  /** What was found out before any write. */
  readonly events: readonly DomainEvent[];
  /** What is worth telling of a target's plan and stops nothing, by target; absent if there is nothing. */
  readonly notes?: Readonly<Record<string, readonly string[]>>;
  /** Outcomes known before any write: refusals, waits, unreadable targets. */
  readonly outcomes: readonly Outcome[];
}

export interface Closing {
  readonly status: RunStatus;
  readonly closedAt: string;
  readonly events: readonly DomainEvent[];
}

export interface RunRecord {
  readonly intent: Intent;
  /** All so far, those known before any write included; by target, then subject. */
  readonly outcomes: readonly Outcome[];
  readonly closing?: Closing;
}

/** A run by its id, or as it was read: then it is recorded, and nothing asks for that again. */
export type NamedRun = string | Pick<RunRecord, 'intent'>;

/** A run in a list: what it was about and how it ended. */
export interface RunSummary extends Pick<Intent, 'run' | 'generation' | 'trigger' | 'by' | 'startedAt'> {
  /** `running`: not closed. */
  readonly status: RunStatus | 'running';
  readonly closedAt?: string;
  readonly publication?: Pick<Publication, 'cloud' | 'changeNumber' | 'date' | 'file' | 'digest'>;
  readonly targets: readonly { readonly id: string; readonly status: RunStatus | 'running' }[];
  /** How many ranges or host names went in and out. */
  readonly added: number;
  readonly removed: number;
  /** Write requests that left the ARM client. */
  readonly armWrites: number;
  /** A worker ended without a word: its writes are not in `armWrites`. */
  readonly armWritesAtLeast?: true;
}

/** Some runs, newest first, and where the rest begins. */
export interface RunPage {
  readonly runs: readonly RunSummary[];
  /** For `before`; absent where there are no earlier ones. */
  readonly next?: number;
}

/** Thrown when a run is to be recorded while another one is recorded and not closed. */
export class OpenRunError extends Error {
  override name = 'OpenRunError';
}

/** Runs: intent, outcomes and close of one run share a partition, so that closing happens exactly once. */
export interface Runs {
  /** A fresh, larger generation number. */
  nextGeneration(): Promise<number>;
  /**
   * Records a request for a run, before its message goes into the queue. The run that will look at what is asked comes
   * back, with every target that it covers: the one that is asked for and has not begun, which from now on covers these
   * targets as well, or else this one. A run that has begun is never joined, nor is one that is recorded: it has read
   * what it goes by. The caller sends the message of the run that comes back in either case: the process that asked first
   * may have died before sending, and beginning a run twice is safe.
   */
  request(message: RunMessage): Promise<RunMessage>;
  /**
   * Runs that are asked for and not recorded, each with the targets it covers: one that has begun, one that has not.
   * @param recorded a run that is known to be recorded.
   */
  queued(recorded?: string): Promise<readonly RunMessage[]>;
  /**
   * Marks a run as begun, and gives the targets that it must cover; none for all. For the holder of the run lease, before
   * it reads anything that a run goes by; the mark of any other run that is not recorded is taken away. One that is not noted is given back as its message says.
   */
  take(message: RunMessage, generation: number): Promise<RunMessage>;
  /**
   * Records a run: plans and known outcomes first, the header last. A run without its header was never started and is
   * invisible; what an earlier attempt left of it is cleared away. Then the run is the open one. `known`: it was
   * recorded before, and that record is kept. Throws OpenRunError while another run is open, and an Error if the run is
   * asked for and its mark is not that of this generation.
   */
  record(intent: Intent, plans: readonly Plan[]): Promise<'recorded' | 'known'>;
  /** The run that was recorded last, closed or not. */
  last(): Promise<RunRecord | undefined>;
  /** The run that is recorded and not closed, if any. */
  open(): Promise<RunRecord | undefined>;
  /** @param only outcomes of these targets alone; all if absent. */
  get(run: string, only?: (intent: Intent) => readonly string[]): Promise<RunRecord | undefined>;
  /**
   * The same of a run that as a rule is not recorded yet: that nothing is there of it is kept in mind for record(), which need
   * not ask again.
   */
  recorded(run: string): Promise<RunRecord | undefined>;
  /**
   * Records that a worker starts on a target, before its first request. `again`: another one did before, so that what it wrote
   * is known from the live state alone.
   */
  begin(run: string, target: string): Promise<'first' | 'again'>;
  /** Outcomes of one target so far, those known before any write included. */
  outcomesOf(run: string, target: string): Promise<readonly Outcome[]>;
  /** Whether a subject of a target has its outcome. */
  hasOutcome(run: string, target: string, subject: string): Promise<boolean>;
  /**
   * Records a plan that took the place of the recorded one because others changed the target, before it is carried out: a
   * worker that takes the target over reports what it wrote, and why.
   */
  addReplan(run: string, plan: Plan): Promise<void>;
  /** Those of a target, oldest first; none as long as the recorded plan is valid. */
  replans(run: string, target: string): Promise<readonly Plan[]>;
  /** The plan recorded for a target; undefined if there is none, or the run is not recorded. */
  plan(run: NamedRun, target: string): Promise<Plan | undefined>;
  /** Every plan that was recorded with a run, by target; none for a run that is not recorded. */
  plans(run: NamedRun): Promise<readonly Plan[]>;
  /** Newest first. Reads each of them whole, but for those that are `known`. */
  list(most: number, known?: readonly RunRecord[]): Promise<readonly RunRecord[]>;
  /**
   * Newest first, in short, from what their close noted: one request for all of them, and one more for each that is not
   * closed, or was closed by a process that died before noting it. @param before the generation to go on below.
   */
  page(most: number, before?: number): Promise<RunPage>;
  /** Inserts, never replaces: the first outcome of a subject is kept. */
  insertOutcome(run: string, outcome: Outcome): Promise<'inserted' | 'known'>;
  /** One transaction for `closed` and the events, so that it happens once. Throws for a run that is not recorded. */
  close(run: string | RunRecord, closing: Closing): Promise<'closed' | 'known'>;
}
