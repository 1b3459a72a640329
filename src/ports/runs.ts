import type { DomainEvent } from '../core/event.ts';
import type { Outcome, Plan, RunStatus } from '../core/plan/plan-types.ts';
import type { Publication } from '../core/publication/publication.ts';

/** A run as recorded before its first write. */
export interface Intent {
  readonly run: string;
  /** Rises with every run; fences off workers of earlier ones. */
  readonly generation: number;
  /** ISO 8601. */
  readonly startedAt: string;
  readonly trigger: 'timer' | 'http' | 'start';
  readonly configHash: string;
  /** The publication in force in this run; absent if none was ever accepted. */
  readonly publication?: Publication;
  /** Names of the ledger in force before and with this run; equal if nothing was judged. */
  readonly ledgerBefore?: string;
  readonly ledgerAfter?: string;
  /** Target ids by lane. Targets without a change to apply are in no lane. */
  readonly lanes: readonly { readonly lane: string; readonly targets: readonly string[] }[];
  /** Every target of the run, also those that could not be read or planned. */
  readonly targets: readonly string[];
  /** What was found out before any write. */
  readonly events: readonly DomainEvent[];
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
  readonly outcomes: readonly Outcome[];
  readonly closing?: Closing;
}

/** Runs: intent, outcomes and close of one run share a partition, so that closing happens exactly once. */
export interface Runs {
  /** A fresh, larger generation number. */
  nextGeneration(): Promise<number>;
  /**
   * Records a run: plans and known outcomes first, the header last. A run without its header was never started and is
   * invisible. Then the run is the open one.
   */
  record(intent: Intent, plans: readonly Plan[]): Promise<void>;
  /** The run that is recorded and not closed, if any. */
  open(): Promise<RunRecord | undefined>;
  get(run: string): Promise<RunRecord | undefined>;
  plan(run: string, target: string): Promise<Plan | undefined>;
  /** Newest first. */
  list(most: number): Promise<readonly RunRecord[]>;
  /** Inserts, never replaces: the first outcome of a subject stands. */
  insertOutcome(run: string, outcome: Outcome): Promise<'inserted' | 'known'>;
  /** One transaction for `closed` and the events. */
  close(run: string, closing: Closing): Promise<'closed' | 'known'>;
}
