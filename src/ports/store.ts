import type { AskedBy } from '../core/decisions/authorization.ts';
import type { Actor, Decision } from '../core/decisions/decision.ts';
import type { Ledger } from '../core/judge/ledger.ts';
import type { Announced } from '../core/plan/announced.ts';
import type { TargetMemory } from '../core/plan/memory.ts';
import type { Cause } from '../core/plan/plan-types.ts';
import type { Provenance, Publication } from '../core/publication/publication.ts';
import type { CatalogSnapshot, StoredSnapshot } from '../core/publication/snapshot.ts';
import type { RunRecord } from './runs.ts';

/** What may be done only once, such as sending a notice: the first to claim it may. */
export interface Claims {
  /** True for the first `by` that asks for this key, each time it asks: it may have died before it did what it claimed. */
  claim(key: string, by: string): Promise<boolean>;
}

/** Decisions of operators, append-only. */
export interface Controls {
  /** Records a decision. The same id again changes nothing. */
  append(decision: Decision): Promise<'recorded' | 'known'>;
  /** Every decision, oldest first. */
  all(): Promise<readonly Decision[]>;
}

/** A config as it was when it came into force. */
export interface KeptConfig {
  /** The whole document. */
  readonly text: string;
  /** configHash() of it. */
  readonly hash: string;
  /** Where it came from: a file, a setting or a blob. */
  readonly from: string;
  /** When a run first went by it, ISO 8601. */
  readonly at: string;
  /** Who gave it last, where its source says so: noted among its authors. */
  readonly by?: Actor;
}

/** A config as an operator put it into storage. */
export interface GivenConfig {
  readonly text: string;
  /** By the metadata `author` and `authorid` of its blob. */
  readonly by?: Actor;
}

/** Configs in storage: the one that an operator puts there, and the last good one. Known before any config is read. */
export interface Configs {
  /** Text of a blob in the container for configs; undefined if there is none. */
  given(blob: string): Promise<GivenConfig | undefined>;
  /** Puts a config there as an operator does: a copy, for an app that reads another account. */
  give(blob: string, text: string): Promise<void>;
  /** Undefined before the first run. */
  lastGood(): Promise<KeptConfig | undefined>;
  keep(config: KeptConfig): Promise<void>;
}

/** Thrown for something stored that cannot be what we wrote: damaged, edited by hand, or not sealed by this service. */
export class StoredFormatError extends Error {
  override name = 'StoredFormatError';
}

/** What is read; undefined where that is damaged, for what goes on without it. */
export async function unlessDamaged<T>(read: Promise<T>): Promise<T | undefined> {
  try {
    return await read;
  } catch (error) {
    if (error instanceof StoredFormatError) return undefined;
    throw error;
  }
}

/** Who gave a config, by its hash, as far as its source says so. */
export interface ConfigAuthors {
  /** Adds one to those who gave it: the same config can be brought back by another person. Undefined: who it was is not known. */
  note(hash: string, by: Actor | undefined): Promise<void>;
  /** Everyone who gave it; unknown too for one that was never noted. */
  of(hash: string): Promise<AskedBy>;
}

/** Something stored that this service cannot have written there: damaged, or sealed by no key of it. */
export interface DamagedRecord {
  /** Distinct contents have distinct ids. */
  readonly id: string;
  readonly what: 'decision' | 'run' | 'state';
  /** Where it is and what is wrong, for people. */
  readonly text: string;
}

/** What is damaged among the records that every run reads. Readers pass it over; one of them must not stop all runs. */
export interface Damage {
  /** In the order found. Writes nothing. */
  find(): Promise<readonly DamagedRecord[]>;
  /** The same, with what was read on the way: the run that was recorded last, closed or not, unless it is damaged. */
  look(): Promise<{ readonly found: readonly DamagedRecord[]; readonly last?: RunRecord }>;
  /** Moves one out of the way, as it is, so that it is absent from then on. */
  setAside(record: DamagedRecord): Promise<void>;
  /** How many were set aside so far and are still kept there. */
  kept(): Promise<number>;
  /**
   * Seals with the first key what a former one sealed, and what an earlier version left without a seal, where that is
   * accepted; how many rows and blobs it sealed. Does nothing where neither can be.
   */
  sealAnew(): Promise<number>;
}

/** One range that went into or out of a target, verified. */
export interface Change {
  readonly target: string;
  readonly list: string;
  readonly run: string;
  readonly at: string;
  readonly direction: 'add' | 'remove';
  readonly prefix: string;
  readonly cause: Cause;
  /** Ids of the decisions that let it go; absent if none did. */
  readonly decisions?: readonly string[];
}

/** Which changes to read, newest first. */
export interface HistoryQuery {
  readonly target?: string;
  /** From this moment on, and before that one: ISO 8601. */
  readonly since?: string;
  readonly until?: string;
  /** `next` of the page before. */
  readonly after?: string;
  /** How many to give at most. */
  readonly most: number;
}

/** Some changes, and where the rest begins. */
export interface HistoryPage {
  readonly changes: readonly Change[];
  /** For `after`; absent where all was read. A page may hold fewer than were asked for, or none, and still go on. */
  readonly next?: string;
}

/** Thrown for a text that is no `next` of a page. */
export class UnknownPosition extends Error {
  override name = 'UnknownPosition';
}

/** Append-only: what was in a target on a day, and why. */
export interface History {
  /** Appends; the same change of the same run again is not doubled. */
  append(changes: readonly Change[]): Promise<void>;
  /**
   * Newest first, those that `wanted` says yes to. How much is read for one page has a bound, however long the history is
   * and however few are wanted. Throws UnknownPosition.
   */
  page(query: HistoryQuery, wanted?: (change: Change) => boolean): Promise<HistoryPage>;
}

/** Whether housekeeping looked at everything since the service last did anything, and found nothing to do. */
export interface Upkeep {
  /**
   * Where the service stands, as a digest: it changes with its config (its hash), and with every run that is asked for, begun or recorded. `idleSince`: when
   * noteIdle() said so of just this, ISO 8601; absent otherwise, and where one of these rows is damaged. `tidiedAt`: what
   * noteTidied() said.
   */
  look(config: string): Promise<{ readonly stands: string; readonly idleSince?: string; readonly tidiedAt?: string }>;
  /** Everything was looked at, and nothing is left to do, as of what look() gave before. */
  noteIdle(stands: string, at: string): Promise<void>;
  /** What is past its time was removed. */
  noteTidied(at: string): Promise<void>;
}

/** Mutual exclusion between processes, with an end: a holder that dies loses its lease within a minute. */
export interface Leases {
  /** Takes the lease, or gives undefined while another process holds it. It is renewed until released or lost. */
  acquire(name: string): Promise<Lease | undefined>;
}

export interface Lease {
  /** Aborted as soon as renewal fails: the holder starts no further request then. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/**
 * Ledgers, one a judged publication, and which of them is in force. A ledger is written whole under a new name and then
 * put in force by one conditional write, so that no reader ever sees half of one.
 */
export interface Ledgers {
  /** The ledger in force, or undefined before the first. */
  current(): Promise<{ readonly name: string; readonly ledger: Ledger; readonly announced: Announced } | undefined>;
  /** A ledger by its name, in force or not; undefined if there is none. */
  get(name: string): Promise<Ledger | undefined>;
  /** The ledger that was in force at a moment (ISO 8601); undefined before the first, as far as moments were kept. */
  at(moment: string): Promise<{ readonly name: string; readonly ledger: Ledger } | undefined>;
  /** Names of those that came into force after the one of this name, oldest first; of all where it is not among them. */
  inForceAfter(name: string | undefined): Promise<readonly { readonly name: string; readonly since: string }[]>;
  /** Writes a ledger without putting it in force. The same name again replaces it only while it is not in force. */
  put(name: string, ledger: Ledger, announced: Announced): Promise<void>;
  /**
   * Puts `name` in force if `expected` (undefined: none) still is. Already in force: nothing happens. Another one in
   * force: throws StaleLedgerError. `since`: from when on it counts, ISO 8601, for `at()`.
   */
  putInForce(name: string, expected: string | undefined, since?: string): Promise<void>;
}

export class StaleLedgerError extends Error {
  override name = 'StaleLedgerError';
}

/** A long-running operation that Azure has accepted. */
export interface BegunOperation {
  /** Where its status is asked for: the `Azure-AsyncOperation` header of the write that began it. */
  readonly url: string;
  /** Names what it changes, for people. */
  readonly subject: string;
}

/**
 * Operations of one target that no worker has seen end. They are recorded before a worker waits for them, so that whichever comes
 * after a worker that died waits for the same operation, sees how it ended, and sends no second write meanwhile.
 */
export interface Operations {
  begun(operation: BegunOperation): Promise<void>;
  /** The end was seen, or Azure no longer knows the operation. One that was never recorded is no error. */
  ended(url: string): Promise<void>;
  /** Those begun at `since` or later. Earlier ones are forgotten: reading the target since has shown what they did. */
  open(since: Date): Promise<readonly BegunOperation[]>;
}

/** Publications as received, by digest; refused files too, so that a person can look at them and accept them. */
export interface Publications {
  /** Keeps the bytes and what is known of them. The same digest again changes nothing, but that what a run found replaces what was imported, and what comes replaces what was dropped. */
  put(record: StoredPublication, bytes: Uint8Array): Promise<void>;
  /** The bytes, or undefined if this digest was never kept. */
  bytes(digest: string): Promise<Uint8Array | undefined>;
  get(digest: string): Promise<StoredPublication | undefined>;
  /** What the file says, where that was derived before; undefined where it is missing or damaged. Never a reason to fail. */
  snapshot(digest: string): Promise<StoredSnapshot>;
  putSnapshot(snapshot: CatalogSnapshot): Promise<void>;
  /** What is known of each, in no order. */
  all(): Promise<readonly StoredPublication[]>;
  /** Of which files there are bytes, in no order; also of one that no row knows. */
  held(): Promise<readonly HeldFile[]>;
  /** Packs the bytes of a file that an earlier version stored as they came. Nothing happens where there are none. */
  pack(digest: string): Promise<void>;
  /** Notes that the bytes are no longer kept, then removes them. What is known of the file stays, and so does its snapshot. */
  drop(digest: string, at: string): Promise<void>;
}

/** Bytes of a file in storage. */
export interface HeldFile {
  readonly digest: string;
  /** How many there are, as they are stored. */
  readonly bytes: number;
  /** Not packed, or not alone. */
  readonly isPlain: boolean;
}

/** `digest` is the canonical content's for a file that parsed, else `raw-` and the sha256 of its bytes. */
export interface StoredPublication {
  readonly digest: string;
  readonly file: string;
  readonly firstSeen: string;
  /** `imported`: loaded by a person for answers about the past; no run has looked at it. */
  readonly status: 'accepted' | 'refused' | 'waiting' | 'imported';
  readonly publication?: Publication;
  /** Where it came from; of a file that did not parse this is all there is. */
  readonly provenance?: Provenance;
  readonly reasons: readonly string[];
  /** Since when its bytes are no longer kept, ISO 8601; absent while they are. */
  readonly dropped?: string;
}

/** A place for plans and decisions in which nothing is ever changed. Only written, never read by the service. */
export interface Records {
  /** Keeps a document under a name. The same document again changes nothing; another one is kept beside it. */
  keep(name: string, value: object): Promise<void>;
}

/** What targets remember, as it was at one moment. */
export interface Remembered {
  readonly all: readonly TargetMemory[];
  of(target: string): TargetMemory | undefined;
}

/** What each target remembers between runs, and its generation: a worker that is not the newest must not write. */
export interface TargetRecords {
  /** Undefined before anything of the target was read back. */
  get(target: string): Promise<TargetMemory | undefined>;
  /**
   * Replaces what is remembered of a target. @param over what was read of it, undefined for nothing: then it is not read
   * again, unless another writer was faster.
   */
  put(memory: TargetMemory, over?: { readonly before: TargetMemory | undefined }): Promise<void>;
  all(): Promise<readonly TargetMemory[]>;
  /** All, read at once; `of` throws StoredFormatError for a target of which that is damaged. */
  atOnce(): Promise<Remembered>;
  /** The newest generation raised for a target; 0 before the first. */
  generation(target: string): Promise<number>;
  /** Raises the generation of each of these targets to `generation` unless it is that high already. */
  raise(targets: readonly string[], generation: number): Promise<void>;
}
