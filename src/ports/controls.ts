import type { Decision } from '../core/decisions/decision.ts';

/** What people said to the service, append-only. */
export interface Controls {
  /** Records a word. The same id again changes nothing. */
  append(decision: Decision): Promise<'recorded' | 'known'>;
  /** Every word, oldest first. */
  all(): Promise<readonly Decision[]>;
}
