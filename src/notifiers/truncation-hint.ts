import type { Notice } from '../core/notice.ts';

/** Where a reader finds what did not fit. */
export function whereAll({ run }: Notice): string {
  return run === undefined ? 'all of it stands in the list of runs' : `all of it stands in run ${run}`;
}
