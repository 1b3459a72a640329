import type { RunStatus } from '../../core/plan/plan-types.ts';
import type { DryRun } from '../../run/service.ts';

/** 0 good, 1 failed, partial or refused, 2 usage or config, 3 a question was opened. */
export type ExitCode = 0 | 1 | 2 | 3;

const codes: Readonly<Record<RunStatus, ExitCode>> = {
  failed: 1,
  partial: 1,
  refused: 1,
  waiting: 3,
  applied: 0,
  'no-change': 0,
};

/** The code for a run's status. */
export function exitCodeOf(status: RunStatus): ExitCode {
  return codes[status];
}

/** The code for what a run would do. */
export function exitCodeOfDryRun({ events, outcomes }: Pick<DryRun, 'events' | 'outcomes'>): ExitCode {
  if (events.some(({ kind }) => kind === 'publication-refused' || kind === 'source-unreachable')) return 1;
  const results = new Set(outcomes.map(({ result }) => result));
  if (results.has('failed') || results.has('refused')) return 1;
  return results.has('waiting') ? 3 : 0;
}

/** The code for several runs: what failed outweighs a question, a question outweighs what is good. */
export function worstOf(all: readonly ExitCode[]): ExitCode {
  return ([2, 1, 3] as const).find((code) => all.includes(code)) ?? 0;
}
