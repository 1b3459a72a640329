import type * as z from 'zod';
import type { Family } from '../core/address/family.ts';
import type { Layout, Live, Problem, UnitChange } from '../core/plan/live.ts';
import type { OutcomeError, TargetErrorKind } from '../core/reason.ts';
import type { Feeds, ListOrigin } from './feeds.ts';
import type { Operations } from './store.ts';

/**
 * What a kind of target declares. Importing a definition loads no SDK: config checks, the docs table and the role
 * definition need only this. open() imports the SDK, lazily.
 */
export interface TargetDefinition<C extends object = object> {
  readonly kind: string;
  /** One sentence for the docs table. */
  readonly summary: string;
  /** Fields of this kind beside the common ones (mode, list, adopt, foreignEntries). Strict: unknown keys are errors. */
  readonly schema: z.ZodObject;
  /** On an ingress target growth is the risk; on an egress target a gap is. */
  readonly direction: 'egress' | 'ingress';
  readonly families: readonly Family[];
  /** `names`: its entries are host names, in one unit that counts as IPv4. Absent: addresses. */
  readonly holds?: 'names';
  /**
   * True for a list that others write too, entry by entry, with no room for a mark: every entry that is not on record as
   * written by us is theirs, also where it says what we would write, and no first contact is to be asked about.
   */
  readonly shared?: true;
  /** ARM actions the identity needs, for the role definition and for naming what is missing. */
  readonly rights: readonly string[];
  /** Those of `rights` that reading alone takes: all that a target gets which is reported on and never written. */
  readonly reads: readonly string[];
  /** Further actions that only some configs need. */
  readonly moreRights?: readonly {
    readonly when: string;
    readonly rights: readonly string[];
    readonly reads: readonly string[];
    /** Resource groups at which a config needs them; none if it does not. */
    at(config: C): readonly ResourceGroup[];
  }[];
  /**
   * ARM ids of what a write of this kind sends whole, with names of other resources in it. ARM may ask for an action at
   * those, wherever they lie (`azure/arm-actions.ts`). Absent: nothing it writes names others.
   */
  writtenWhole?(config: C): readonly string[];
  /**
   * Limits with their source, for the docs table. What Azure allows differs by subscription: `setting` is the one that says
   * another number, higher or lower; absent where nothing here counts up to it.
   */
  readonly limits: readonly {
    readonly name: string;
    readonly value: number;
    readonly source: string;
    readonly setting?: string;
  }[];
  /** What else people must know of how it is written, each a sentence or two, for the docs. */
  readonly cautions?: readonly string[];
  /** A write that failed forbids the other writes of its lane in the same run: a firewall may be half programmed. */
  readonly failureStopsLane?: boolean;
  /** What holds the units: with a unit's key it names one resource in the whole cloud. Compared without regard to case. */
  place(config: C): string;
  /** ARM id of what people look at in the portal; of several resources the first. Absent: it is no resource of Azure. */
  resource?(config: C): string;
  /** Targets of one lane are never written at the same time. */
  lane(config: C): string;
  /**
   * The lane that `lane` is a slot of, where a config lets several targets of one lane be written at once: a failure in one
   * slot stops all. Absent, or undefined: it is no slot.
   */
  sharedLane?(config: C): string | undefined;
  layout(config: C): Layout;
  /** What of a config by itself lets no unit of one of these families be created. For `check`, as notes. */
  uncreatable?(config: C, families: readonly Family[]): readonly ConfigFinding[];
  /** What a target takes in its place when it creates units of these families, and no other target may take too. */
  takes?(config: C, families: readonly Family[]): readonly Taken[];
  /** What of a list its clients get, where a format decides that: the rest is stored and left out. Absent: all. */
  format?(config: C): TargetFormat;
  open(config: C, context: TargetContext): Promise<Target>;
}

/** What a format can say. */
export interface TargetFormat {
  readonly id: string;
  readonly families: readonly Family[];
  /** Host names such as `*.example.com` too. */
  readonly wildcards: boolean;
}

/** What is wrong with a setting of a target, as a config's findings say it. */
export interface ConfigFinding {
  /** Below the target. */
  readonly path: readonly string[];
  readonly expected: string;
  readonly got: string;
  readonly hint: string;
}

export interface Taken {
  /** The same for two targets that cannot both have it. Compared without regard to case. */
  readonly key: string;
  readonly finding: Omit<ConfigFinding, 'got'>;
  /** What it is, behind "got": the id of the other target is put between the two. */
  readonly got: readonly [value: string, use: string];
}

export interface ResourceGroup {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
}

/** What open() gets from the wiring. */
export interface TargetContext {
  /** The mark we put on what is ours: `instance/target`. */
  readonly mark: string;
  readonly cloud: string;
  /** Where ARM answers if not at the cloud's own address (the simulated ARM). */
  readonly armEndpoint?: string;
  /** Client id of the user-assigned identity to use; the environment's default identity if absent. */
  readonly identityClientId?: string;
  /** Where operations under way are recorded; absent: no worker resumes them. */
  readonly operations?: Operations;
  /** Lists that this service serves itself; kinds that live elsewhere do not ask for it. */
  readonly feeds?: Feeds;
  /** Overrides of how long the adapter waits; its own defaults hold for what is absent. */
  readonly pace?: Partial<Pace>;
  readonly log: (message: string, fields: Readonly<Record<string, unknown>>) => void;
}

/** What is known of a resource that a write reaches. */
export interface Inspected {
  /** Why nothing that reaches it may be written now. */
  readonly problems: readonly Problem[];
  /** ARM ids of what a write reaches through it. */
  readonly behind: readonly string[];
}

/** A place where a list lives, as far as it is only read. */
export interface TargetReader {
  /**
   * Reads all units. A resource that does not exist gives no unit; whatever else goes wrong throws TargetError. Waits
   * for an operation that is under way (state Updating) to end, within its time budget.
   */
  read(signal: AbortSignal): Promise<Live>;
  /**
   * Looks at one resource that `Live.behind` names: only a person may change what is wrong there. Asked once a run for each
   * resource, of whichever target names it first. Throws as read does.
   */
  inspect?(id: string, signal: AbortSignal): Promise<Inspected>;
}

/** A place where a list lives. */
export interface Target extends TargetReader {
  /**
   * Brings one unit to the planned entries and waits until Azure reports success. Conditional on `change.version` where
   * Azure allows it. The caller reads back afterwards: only then is the unit's own state certain. Idempotent: the
   * same change again has the same end state. Throws TargetError; only an aborted signal makes read and write throw the
   * signal's own reason. `origin`: for kinds that keep it beside the entries.
   */
  write(change: UnitChange, signal: AbortSignal, origin?: ListOrigin): Promise<void>;
  /**
   * Waits for the end of every operation that an earlier worker began at `since` or later and did not see the end of. Throws
   * as write does, if one of them failed; what one of them did is seen in the live state.
   */
  resume?(since: Date, signal: AbortSignal): Promise<void>;
  /** Write requests (PUT, PATCH, POST, DELETE) that left the process through this target so far. */
  readonly writes: number;
}

/** Thrown by a target's read() and write() for everything that goes wrong. The message says what to do next. */
export class TargetError extends Error {
  override name = 'TargetError';
  readonly kind: TargetErrorKind;
  /** ARM's error code, if it gave one. */
  readonly code: string | undefined;
  readonly status: number | undefined;
  /** Of kind `quota`: how many entries Azure takes, by its own answer; undefined if it named no number of entries. */
  readonly limit: number | undefined;

  constructor(
    kind: TargetErrorKind,
    message: string,
    details: { code?: string; status?: number; limit?: number; cause?: unknown } = {},
  ) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.kind = kind;
    this.code = details.code;
    this.status = details.status;
    this.limit = details.limit;
  }
}

/** How long an adapter waits and how often it asks. Waiting and chance are arguments, so that tests need neither. */
export interface Pace {
  /** Most milliseconds that the waits between tries of one request, or for a busy resource, may add up to. */
  readonly budgetMs: number;
  /** Milliseconds between two looks at a long-running operation when the server names no time itself. */
  readonly pollMs: number;
  /** Milliseconds after the write of a list that others write too until it is read once more. */
  readonly lookAgainMs: number;
  /** Milliseconds after which one request without an answer counts as lost. */
  readonly requestMs: number;
  /** Milliseconds since 1970; the machine's clock if absent. */
  readonly now?: () => number;
  /** From 0 (included) to 1 (excluded). */
  readonly random: () => number;
  /** Rejects with the signal's reason as soon as it is aborted. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A failure as outcomes, events and notices carry it. What is no TargetError is a fault of this service: `internal`. */
export function outcomeErrorOf(error: unknown): OutcomeError {
  if (!(error instanceof TargetError)) return { kind: 'internal' };
  const { kind, code, status } = error;
  return { kind, ...(code === undefined ? {} : { code }), ...(status === undefined ? {} : { status }) };
}
