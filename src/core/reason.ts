/** Why something waits, or is refused: which rule says so, with its sums, and how to go on. */
export interface Reason {
  /** Name of the rule, `lost-share`. */
  readonly rule: string;
  /** One sentence with the arithmetic: "8,576 of 10,880 IPv4 addresses (78.8 %) are gone; the limit is 10 %". */
  readonly text: string;
  /** How to let it through. */
  readonly next: string;
}

/**
 * What a failed request to a target means for what comes next.
 * - `conflict`: it was changed in between (412): read again, plan again, once.
 * - `busy`, `throttled`, `transient`: retried already within the budget and still failing; the next run tries again.
 * - `superseded`: another operation cancelled ours: read again, plan again, once.
 * - `forbidden`, `locked`, `policy`: never retried; a person must change rights, lock or policy.
 * - `quota`: a limit of Azure is reached: never retried; where the answer names the number, it is this target's limit.
 * - `invalid`: Azure refused what we sent: our fault, never retried.
 * - `failed-state`: the resource or a firewall behind it is in state Failed: stop; the next run writes the resource again,
 *   and a person must repair what is behind it.
 * - `unreadable`: the response could not be read.
 */
export type TargetErrorKind =
  | 'conflict'
  | 'busy'
  | 'throttled'
  | 'transient'
  | 'superseded'
  | 'forbidden'
  | 'locked'
  | 'policy'
  | 'quota'
  | 'invalid'
  | 'failed-state'
  | 'unreadable';

/** Why something failed, for programs; the text beside it is for people. */
export interface OutcomeError {
  /** `internal`: an error of this service itself. */
  readonly kind: TargetErrorKind | 'internal';
  /** Azure's error code, if it gave one. */
  readonly code?: string;
  /** HTTP status of the answer that said so, if one did. */
  readonly status?: number;
}

/** Waits that end by themselves, or that a person has ordered: no answer is needed. */
const quietRules: ReadonlySet<string> = new Set([
  'mode',
  'config-clock',
  'kept',
  'left-empty',
  'paused',
  'window',
  'freeze',
  'covered-by-foreign-entry',
]);

/** True if only a person's answer ends the wait. */
export function needsOperator(reasons: readonly Reason[]): boolean {
  return reasons.some(({ rule }) => !quietRules.has(rule));
}
