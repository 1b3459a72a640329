import type { Word } from '../core/control/word.ts';

/** What people said to the service, append-only. */
export interface Controls {
  /** Records a word. The same id again changes nothing. */
  append(word: Word): Promise<'recorded' | 'known'>;
  /** Every word, oldest first. */
  all(): Promise<readonly Word[]>;
}
