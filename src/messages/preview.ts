import { entriesOf, meets } from '../core/plan/entries.ts';
import type { Direction, Step } from '../core/plan/plan-types.ts';
import type { ChangedSums, Proposal } from '../core/plan/proposed-change.ts';
import type { PreviewView, TargetPreview } from '../core/preview.ts';
import { addressesIn, causeText, counted, listed, quantity } from './format.ts';
import { csvOf, escapedMarkdown } from './markup.ts';
import { changeLines, diffBlock, planSum } from './proposed-change.ts';
import { riskText } from './risk.ts';

/** A preview as a text: each target in the form of a plan, and what of it a decision changes. */
export interface PreviewText {
  /** What is previewed, sentences. */
  readonly head: readonly string[];
  readonly targets: readonly { readonly title: string; readonly lines: readonly string[]; readonly sum?: string }[];
  /** What a decision changes, and the sums of all targets. */
  readonly foot: readonly string[];
}

/** @param most how many lines a part has at most; all if absent. Targets to which nothing happens are only named. */
export function previewText(view: Omit<PreviewView, 'at'>, most?: number): PreviewText {
  const { publication, decisions, targets, sums, because } = view;
  const change = because !== undefined && decisions.length === 0 ? 'edit' : 'decision';
  const shown = targets.filter(isOfNote);
  const still = targets.filter((target) => !isOfNote(target)).map(({ target }) => target);
  return {
    head: [
      because === undefined
        ? 'The next run, as things stand.'
        : change === 'edit'
          ? 'The next run by this config, which is not in force.'
          : 'The next run after this decision, which is not recorded:',
      ...decisions.flatMap(({ text, otherwise, needs, risks = [] }) => [
        `${text}.`,
        ...risks.map(riskText),
        ...(otherwise === undefined ? [] : [`Without it: ${otherwise}.`]),
        ...(needs === undefined
          ? []
          : [`It counts once ${needs} people have decided the same; this is what happens then.`]),
      ]),
      publication === undefined
        ? 'No publication is in force.'
        : `Publication ${publication.changeNumber} of ${publication.date} is in force then.`,
    ],
    targets: shown.map((target) => ({
      title: titleOf(target),
      lines: [
        ...(target.failed === undefined ? [] : [`# failed: ${target.failed}`]),
        ...changeLines(target, {
          ...(target.because === undefined ? {} : { because: target.because, change }),
          ...(most === undefined ? {} : { most }),
        }),
      ],
      ...(targets.length > 1 ? { sum: planSum(target.sums) } : {}),
    })),
    foot: [
      ...(still.length > 0 ? [`${quantity(still.length, 'target')} without a change: ${listed(still, 8)}.`] : []),
      ...(because === undefined ? [] : [becauseText(because, change)]),
      `Plan: ${planSum(sums)}`,
    ],
  };
}

/** A preview in Markdown. */
export function previewMarkdown(view: Omit<PreviewView, 'at'>): string {
  const { head, targets, foot } = previewText(view);
  const blocks = [
    '# Preview: nothing was recorded, nothing was written',
    head.map((line) => `- ${escapedMarkdown(line)}`).join('\n'),
    ...targets.flatMap(({ title, lines, sum }) => [
      `## ${escapedMarkdown(title)}`,
      ...(lines.length === 0 ? [] : [diffBlock(lines)]),
      ...(sum === undefined ? [] : [sum]),
    ]),
    ...foot.map(escapedMarkdown),
  ];
  return `${blocks.join('\n\n')}\n`;
}

/** A preview as CSV, a row a range: whether and when it is written, why it is there, and what stops it. */
export function previewCsv({ targets }: Pick<PreviewView, 'targets'>): string {
  return csvOf([
    ['target', 'direction', 'range', 'addresses', 'when', 'cause', 'part', 'reasons', 'because of it'],
    ...targets.flatMap(({ target, add, remove, waits, because = [] }) => {
      const changed = (direction: Direction) => {
        const own = because.filter((one) => one.direction === direction && one.with !== 'no part');
        return entriesOf(own.flatMap(({ ranges }) => ranges));
      };
      const marks = { add: changed('add'), remove: changed('remove') };
      const row = (direction: Direction, { prefix, cause }: Step, when: Proposal, part = '', reasons = '') => [
        target,
        direction,
        prefix,
        addressesIn(prefix).toString(),
        when,
        causeText(cause),
        part,
        reasons,
        meets(entriesOf([prefix]), marks[direction]) ? 'yes' : '',
      ];
      return [
        ...add.map((step) => row('add', step, 'now')),
        ...remove.map((step) => row('remove', step, 'now')),
        ...waits.flatMap(({ direction, steps, when, part, reasons }) =>
          steps.map((step) => row(direction, step, when, part, reasons.map(({ text }) => text).join('; '))),
        ),
      ];
    }),
  ]);
}

function isOfNote({ add, remove, waits, refusals, because = [], failed }: TargetPreview): boolean {
  return failed !== undefined || add.length + remove.length + waits.length + refusals.length + because.length > 0;
}

function titleOf({ target, kind, list, mode, failed }: TargetPreview): string {
  return failed !== undefined ? target : `${target} (${kind}, list ${list}, ${mode})`;
}

/** "Because of this decision: 3 more to add, 2 no longer to remove." */
function becauseText(
  { add, remove, stopsAdding, stopsRemoving, toApprove, stopsAsking }: ChangedSums,
  what: string,
): string {
  const texts = [
    [add, 'more to add'],
    [remove, 'more to remove'],
    [stopsAdding, 'not to add'],
    [stopsRemoving, 'not to remove'],
    [toApprove, 'more to approve'],
    [stopsAsking, 'not to approve'],
  ] as const;
  const some = texts.filter(([count]) => count > 0).map(([count, text]) => `${counted(count)} ${text}`);
  return some.length === 0
    ? `This ${what} changes nothing that the next run does.`
    : `Because of this ${what}: ${some.join(', ')}. All else happens without it, too.`;
}
