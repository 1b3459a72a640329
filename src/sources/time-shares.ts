/** Time for several ways to the same end, shared out so that one that hangs starves none of those behind it. */
export interface TimeShares {
  /** What is left, ms. */
  left(): number;
  /** Aborts when an equal share of what is left, for this one and those behind it, is over. */
  share(among: number): AbortSignal;
  /** Gives back time, ms, that was spent on something else. */
  extend(by: number): void;
}

/** Starts the clock. */
export function shareTime(milliseconds: number): TimeShares {
  let end = performance.now() + milliseconds;
  const left = (): number => end - performance.now();
  return {
    left,
    share: (among) => AbortSignal.timeout(Math.max(1, Math.floor(left() / among))),
    extend: (by) => {
      end += by;
    },
  };
}
