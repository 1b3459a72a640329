/** The one that a number picks, round and round; undefined if there is none. */
export function at<T>(all: readonly T[], pick: number): T | undefined {
  return all[pick % Math.max(1, all.length)];
}
