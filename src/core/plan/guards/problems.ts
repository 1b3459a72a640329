import type { TargetGuard } from './guard.ts';

/** What the target itself reported while it was read. */
export const liveProblem: TargetGuard = ({ live }) => {
  const [first, ...more] = live.problems;
  return first
    ? {
        rule: first.code,
        text: more.length > 0 ? `${first.text} (and ${more.length} more)` : first.text,
        next: first.next,
      }
    : undefined;
};
