import type { InTime } from '../core/event.ts';
import { asksPerson } from '../core/plan/quiet-rules.ts';
import type { WordsFor } from './event-of.ts';
import { clock, extent, listed, quantity, span } from './format.ts';
import { reasonLines } from './reason.ts';

/** Words for what became of a target. */
export const targetWords: WordsFor<
  'target-changed' | 'target-failed' | 'target-refused' | 'target-waits' | 'target-drift' | 'foreign-entries'
> = {
  'target-changed': (event) => {
    const added = event.added.length > 0 ? [`${extent(event.added)} added`] : [];
    const removed = event.removed.length > 0 ? [`${extent(event.removed)} removed`] : [];
    const what = [...added, ...removed].join(', ') || 'written without a change of addresses';
    return {
      severity: 'ok',
      headline: `${event.target}: ${what}; read back and right${inTime(event.inTime)}. Nothing to do.`,
      lines: [
        ...(event.added.length > 0 ? [`Added: ${listed(event.added)}.`] : []),
        ...(event.removed.length > 0 ? [`Removed: ${listed(event.removed)}.`] : []),
      ],
    };
  },
  'target-failed': (event) => ({
    severity: 'failed',
    headline:
      event.missing.length > 0
        ? `${event.target} was NOT brought up to date: it lacks ${extent(event.missing)}.`
        : `${event.target} was NOT brought up to date.`,
    lines: [
      event.text,
      ...(event.missing.length > 0
        ? [`Missing: ${listed(event.missing)}. Connections there fail once Azure uses it${useFrom(event.inTime)}.`]
        : []),
      'The next run tries again by itself and starts from what it then finds. Do not fill the resource by hand meanwhile.',
    ],
  }),
  'target-refused': (event) => ({
    severity: 'needs-you',
    headline: `${event.target} was not written${because(event.reasons)}.`,
    lines: [
      ...reasonLines(event.reasons),
      'If ignored: it stays as it is, and addresses that Azure takes into use will be missing from it.',
    ],
  }),
  'target-waits': (event) => {
    const quiet = !asksPerson(event.reasons);
    return {
      severity: quiet ? 'info' : 'needs-you',
      headline: quiet
        ? `${event.target}: a part of the change is kept back${because(event.reasons)}. Nothing to do.`
        : `${event.target}: a part of the change waits for you${because(event.reasons)}.`,
      lines: [
        ...reasonLines(event.reasons),
        ...(event.ranges.length > 0 ? [`Ranges: ${listed(event.ranges)}.`] : []),
        ...(quiet
          ? []
          : [
              `Answer: approve or keep part ${event.part}.`,
              'If ignored: that part is not written; everything else is.',
            ]),
      ],
    };
  },
  // The event names the repair: what goes back in was taken out, what goes out was put in.
  'target-drift': (event) => {
    const takenOut = event.added.length > 0 ? [`${extent(event.added)} of ours taken out`] : [];
    const putIn = event.removed.length > 0 ? [`${extent(event.removed)} put in`] : [];
    return {
      severity: 'info',
      headline: `somebody else changed ${event.target}: ${[...takenOut, ...putIn].join(', ')}. Nothing to do yet.`,
      lines: [
        ...(event.added.length > 0 ? [`Taken out: ${listed(event.added)}.`] : []),
        ...(event.removed.length > 0 ? [`Put in: ${listed(event.removed)}.`] : []),
        'It is put right as far as the mode of the target allows. If it happens again, find out who else writes this resource.',
      ],
    };
  },
  'foreign-entries': (event) => ({
    severity: 'info',
    headline: `${event.target} holds ${quantity(event.count, 'entry', 'entries')} that this service did not write, and keeps ${event.count === 1 ? 'it' : 'them'}. Nothing to do.`,
    lines: [
      `Entries: ${listed(event.entries, 10, event.count)}.`,
      'To have them removed, set "foreignEntries": "remove" on the target.',
    ],
  }),
};

/** The first reason within a headline: ": 8,576 of 10,880 IPv4 addresses …". */
function because(reasons: readonly { readonly text: string }[]): string {
  const [first, ...more] = reasons;
  if (first === undefined) return '';
  const others = more.length > 0 ? ` (and ${quantity(more.length, 'more reason')})` : '';
  return `: ${first.text.replace(/\.$/, '')}${others}`;
}

/** ", 3 d 20 h before Azure may use it". */
function inTime(given: InTime | undefined): string {
  if (given === undefined) return '';
  return given.leftMs > 0
    ? `, ${span(given.leftMs)} before Azure may use it`
    : `, ${span(-given.leftMs)} after Azure may have begun to use it`;
}

function useFrom(given: InTime | undefined): string {
  return given === undefined ? '' : `, which may be from ${clock(given.earliest)} on`;
}
