/** Who decided, and how the identity is known. */
export interface Actor {
  readonly name: string;
  /** `token`: from a verified sign-in. `key`: only the function key's name is known. `claimed`: a name that was typed in. */
  readonly how: 'token' | 'key' | 'claimed';
  /** Object id in Entra, which never changes and is given to no other: from the token, or of a config's author. */
  readonly id?: string;
  /** Object ids of groups and names of roles, from the token only. */
  readonly groups?: readonly string[];
}

interface Recorded {
  /** Sorts by time: `20240115t120000123z-1a2b3c4d`. */
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  readonly by: Actor;
  readonly why: string;
  readonly ticket?: string;
}

/** A decision that lets a change through. */
interface LetsThrough {
  /** How many people must decide the same before it counts; absent: this one. */
  readonly needs?: number;
}

/** On a loss, or on what a list gave up: `keep` or `remove`. On a gain: `allow` or `block`. */
export type HoldAnswer = 'keep' | 'remove' | 'allow' | 'block';

/** The two answers to a hold of this kind: the first leaves what a person found, the second changes it. */
export function answersTo(
  kind: 'loss' | 'gain' | 'config' | 'registry',
): readonly [stays: HoldAnswer, changes: HoldAnswer] {
  return kind === 'gain' ? ['block', 'allow'] : ['keep', 'remove'];
}

/** A decision on a hold of a tag, or of a target. */
export interface HoldDecision extends Recorded, LetsThrough {
  readonly kind: 'answer';
  readonly hold: string;
  readonly answer: HoldAnswer;
  /** ISO 8601; with `keep` only. */
  readonly until?: string;
  /** Only these prefixes of the hold. */
  readonly ranges?: readonly string[];
}

/** Lets a plan part through: the ranges it showed and no other, until they are done or it expires. */
export interface ApproveDecision extends Recorded, LetsThrough {
  readonly kind: 'approve';
  readonly part: string;
  readonly target: string;
  readonly direction: 'add' | 'remove';
  /** Minimal prefixes that the part showed. */
  readonly ranges: readonly string[];
  /** ISO 8601. */
  readonly expires: string;
}

/** The other answer to a plan part: its ranges stay as they are, in or out, although the list says otherwise. */
export interface DeclineDecision extends Recorded {
  readonly kind: 'decline';
  readonly part: string;
  readonly target: string;
  readonly direction: 'add' | 'remove';
  readonly ranges: readonly string[];
  /** ISO 8601; absent: no end, or until it is withdrawn. */
  readonly until?: string;
}

/** Takes an approval back as far as it is not done, or a `decline`. */
interface WithdrawDecision extends Recorded {
  readonly kind: 'withdraw';
  readonly word: string;
}

/** Stops every write: to one target, or to all if none is named. */
export interface PauseDecision extends Recorded {
  readonly kind: 'pause';
  readonly target?: string;
  /** ISO 8601; absent: until it is resumed. */
  readonly until?: string;
}

interface ResumeDecision extends Recorded {
  readonly kind: 'resume';
  readonly target?: string;
}

/** Holds every list at what was effective under an earlier publication. */
export interface PinDecision extends Recorded {
  readonly kind: 'pin';
  readonly changeNumber: number;
  /** Name of the ledger that was current at the end of that publication's time. */
  readonly ledger: string;
  /** ISO 8601; at most 14 days after `at`. */
  readonly until: string;
}

interface UnpinDecision extends Recorded {
  readonly kind: 'unpin';
}

/** Accepts a refused or waiting file, whole or for some of its tags. */
export interface AcceptPublicationDecision extends Recorded, LetsThrough {
  readonly kind: 'accept-publication';
  readonly digest: string;
  readonly tags?: readonly string[];
}

/** What an approval let through is done: recorded by the service itself when the write was read back. */
interface ApprovalUsed extends Recorded {
  readonly kind: 'done';
  readonly word: string;
  readonly ranges: readonly string[];
}

/** Every decision that the service records. Append-only: what is active follows from all of them and the clock. */
export type Decision =
  | HoldDecision
  | ApproveDecision
  | DeclineDecision
  | WithdrawDecision
  | PauseDecision
  | ResumeDecision
  | PinDecision
  | UnpinDecision
  | AcceptPublicationDecision
  | ApprovalUsed;

/** Longest time for which lists may be pinned, and for which an approval is valid, in days. */
export const longestPinDays = 14;
export const approvalDays = 7;
