import type { Reason } from '../reason.ts';

/** Waits that end by themselves, or that a person has ordered: nobody is asked anything. */
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
