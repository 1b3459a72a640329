import type { Ledger } from '../core/judge/ledger.ts';

/**
 * Ledgers, one a judged publication, and which of them is in force. A ledger is written whole under a new name and then
 * put in force by one conditional write, so that no reader ever sees half of one.
 */
export interface Ledgers {
  /** The ledger in force, or undefined before the first. */
  current(): Promise<{ readonly name: string; readonly ledger: Ledger } | undefined>;
  /** A ledger by its name, in force or not; undefined if there is none. */
  get(name: string): Promise<Ledger | undefined>;
  /** Writes a ledger without putting it in force. The same name again replaces it only while it is not in force. */
  put(name: string, ledger: Ledger): Promise<void>;
  /**
   * Puts `name` in force if `expected` (undefined: none) still is. Already in force: nothing happens. Another one in
   * force: throws StaleLedgerError.
   */
  putInForce(name: string, expected: string | undefined): Promise<void>;
}

export class StaleLedgerError extends Error {
  override name = 'StaleLedgerError';
}
