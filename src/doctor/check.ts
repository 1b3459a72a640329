/** What was looked at, and what came of it. One line for people. */
export interface Check {
  /** `storage`, `rights`, `target hub`. */
  readonly of: string;
  /** `note`: works, and somebody should know of it. */
  readonly result: 'good' | 'note' | 'bad';
  readonly text: string;
  /** What to do; with `bad` always. */
  readonly next?: string;
}

export const good = (of: string, text: string): Check => ({ of, result: 'good', text });
export const note = (of: string, text: string, next?: string): Check => ({
  of,
  result: 'note',
  text,
  ...(next === undefined ? {} : { next }),
});
export const bad = (of: string, text: string, next: string): Check => ({ of, result: 'bad', text, next });
