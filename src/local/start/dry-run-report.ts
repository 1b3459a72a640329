import colors from 'picocolors';
import { wholeTarget } from '../../core/plan/outcomes.ts';
import { changedSums, differencesOf, proposedChange, sumsOf, totalOf } from '../../core/plan/proposed-change.ts';
import type { PreviewView, TargetPreview } from '../../core/preview.ts';
import { previewText } from '../../messages/preview.ts';
import type { DryRun } from '../../run/service.ts';
import { type ExitCode, eventTexts } from './report.ts';

type Undated = Omit<PreviewView, 'at'>;

/** Lines of one part on a terminal; Markdown and JSON have all. */
const maxLines = 60;

/** What a run would do, for a person: a line a range, and what would be told. */
export function reportDryRun(dryRun: DryRun, before?: DryRun): string {
  return [
    `${colors.bold('Dry run')}: nothing was changed, nothing was recorded`,
    showPreview(previewOfDryRun(dryRun, before)),
    eventTexts(dryRun.events),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

/** A preview for a terminal. */
export function showPreview(view: Undated): string {
  const { head, targets, foot } = previewText(view, maxLines);
  return [
    ...head,
    ...targets.flatMap(({ title, lines, sum }) => [
      '',
      colors.bold(title),
      ...lines.map(painted),
      ...(sum === undefined ? [] : [sum]),
    ]),
    '',
    ...foot,
  ].join('\n');
}

/**
 * A dry run in the form of a preview. A target that could not be read has no plan, and an outcome that says why.
 * @param before the same by the config in force, where it is about an edit of that.
 */
export function previewOfDryRun({ publication, plans, outcomes }: DryRun, before?: DryRun): Undated {
  const was = before && new Map(before.plans.map((plan) => [plan.target, plan]));
  const planned = plans.map((plan): TargetPreview => {
    const change = proposedChange(plan);
    return was === undefined ? change : { ...change, because: differencesOf(was.get(plan.target), plan) };
  });
  const failed = outcomes
    .filter(({ target, subject, result }) => subject === wholeTarget && result === 'failed' && !isIn(plans, target))
    .map(({ target, text }): TargetPreview => ({ ...unread, target, failed: text }));
  const targets = [...planned, ...failed];
  return {
    ...(publication === undefined ? {} : { publication }),
    decisions: [],
    targets,
    sums: totalOf(targets.map(({ sums }) => sums)),
    ...(was === undefined ? {} : { because: changedSums(targets.flatMap(({ because = [] }) => because)) }),
  };
}

const unread = {
  kind: 'unknown',
  list: 'unknown',
  mode: 'sync',
  add: [],
  remove: [],
  waits: [],
  refusals: [],
  sums: sumsOf([]),
  notes: [],
} as const;

function isIn(plans: DryRun['plans'], target: string): boolean {
  return plans.some((plan) => plan.target === target);
}

function painted(line: string): string {
  if (line.startsWith('+')) return colors.green(line);
  if (line.startsWith('-')) return colors.red(line);
  return colors.dim(line);
}

/** The code for what a run would do. */
export function exitCodeOfDryRun({ events, outcomes }: Pick<DryRun, 'events' | 'outcomes'>): ExitCode {
  if (events.some(({ kind }) => kind === 'publication-refused' || kind === 'source-unreachable')) return 1;
  const results = new Set(outcomes.map(({ result }) => result));
  if (results.has('failed') || results.has('refused')) return 1;
  return results.has('waiting') ? 3 : 0;
}

/**
 * The code for scripts that know Terraform's `-detailed-exitcode`: 0 nothing to do, 1 failed or refused, 2 something to do,
 * now or once it is approved. After a decision, something to do is what the decision changes. What no approval lets through
 * is nothing to do, but for a target that is only reported on.
 */
export function detailedExitCode({ targets, because }: Undated): 0 | 1 | 2 {
  const isRefused = ({ failed, refusals, waits }: TargetPreview) =>
    failed !== undefined || refusals.length > 0 || waits.some(({ refused }) => refused);
  if (targets.some(isRefused)) return 1;
  if (because !== undefined) return Object.values(because).some((count) => count > 0) ? 2 : 0;
  const isToDo = ({ mode, add, remove, waits }: TargetPreview): boolean =>
    add.length + remove.length > 0 || waits.some(({ when }) => when !== 'never' || mode === 'report-only');
  return targets.some(isToDo) ? 2 : 0;
}
