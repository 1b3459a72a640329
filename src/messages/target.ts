import type { InTime } from '../core/event.ts';
import { counted, percent } from '../core/judge/arithmetic.ts';
import { needsOperator } from '../core/reason.ts';
import { clock, extent, listed, quantity, reasonLines, span } from './format.ts';
import { riskLines } from './risk.ts';
import type { EventOf, MessageRenderers, Text } from './text.ts';

/** Messages about the outcomes of a target. */
export const targetMessages: MessageRenderers<
  | 'target-changed'
  | 'target-failed'
  | 'target-refused'
  | 'target-waits'
  | 'target-drift'
  | 'foreign-entries'
  | 'changed-meanwhile'
  | 'target-near-limit'
  | 'target-orphaned'
> = {
  'target-changed': (event) => {
    const added = event.added.length > 0 ? [`${extent(event.added)} added`] : [];
    const removed = event.removed.length > 0 ? [`${extent(event.removed)} removed`] : [];
    const what = [...added, ...removed].join(', ') || 'written without a change of addresses';
    return {
      severity: 'ok',
      headline: `${event.target}: ${what}; verified${inTime(event.inTime)}. Nothing to do.`,
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
        ? `${event.target} was NOT updated: it is missing ${extent(event.missing)}.`
        : `${event.target} was NOT updated.`,
    lines: [
      event.text,
      ...(event.missing.length > 0
        ? [`Missing: ${listed(event.missing)}. Connections there fail once Azure uses it${useFrom(event.inTime)}.`]
        : []),
      'The next run tries again from the live state. Do not fill the resource by hand meanwhile.',
    ],
  }),
  'target-refused': (event) => ({
    severity: 'needs-you',
    headline: event.inPart
      ? `${event.target}: a part of the change was refused${because(event.reasons)}.`
      : `${event.target} was not written${because(event.reasons)}.`,
    lines: [
      ...reasonLines(event.reasons),
      'What to do: see what a run would do now with `npm run -s cli -- plan`, and what Azure says with `npm run -s cli -- doctor`. Once that is put right: `npm run -s cli -- run`, or wait for the next run.',
      event.inPart
        ? 'If ignored: that part is never written, and its addresses stay missing; everything else is written.'
        : 'If ignored: it stays as it is, and addresses that Azure starts to use will be missing from it.',
    ],
  }),
  'target-waits': (event) => {
    const quiet = !needsOperator(event.reasons);
    return {
      severity: quiet ? 'info' : 'needs-you',
      headline: quiet
        ? `${event.target}: a part of the change is kept back${because(event.reasons)}. Nothing to do.`
        : `${event.target}: a part of the change waits for you${because(event.reasons)}.`,
      lines: [
        ...reasonLines(event.reasons),
        ...(event.ranges.length > 0 ? [`Ranges: ${listed(event.ranges)}.`] : []),
        ...riskLines(event),
        ...(quiet
          ? []
          : [
              `Answer: \`npm run -s cli -- approve ${event.part} --why "..."\`, or \`decline ${event.part}\`; \`plan ${event.part}\` shows it.`,
              ...takesOut(event),
              'If ignored: that part is not written; everything else is.',
            ]),
      ],
    };
  },
  'target-drift': (event) => driftText(event, 'open'),
  'foreign-entries': foreignText,
  'changed-meanwhile': ({ target, came, gone, undone }) => ({
    severity: 'info',
    headline: `${target}: others changed it in the seconds in which this service wrote it${undone ? ', and undid that once' : ''}. Nothing to do unless a pipeline is not let in.`,
    lines: [
      ...(came.length > 0 ? [`Came: ${listed(came)}.`] : []),
      ...(gone.length > 0 ? [`Went: ${listed(gone)}.`] : []),
      'Azure takes such a list only whole and without a condition: a change that falls between the reading and the write of the other one is lost, or undone, and leaves no trace.',
      'Where a pipeline reports that it is not let in, run its step again; where an address should be gone, see that it is. If this comes often, give the target change windows outside of the hours of the pipelines.',
    ],
  }),
  'target-near-limit': ({ target, entries, room }) => ({
    severity: 'needs-you',
    qualifier: 'no hurry',
    headline: `${target} is ${percent(BigInt(entries), BigInt(room))} full: ${counted(entries)} of ${counted(room)} entries.`,
    lines: [
      'What to do: raise the limit in the config if Azure has room, select fewer tags, or split the list over two targets; `npm run -s cli -- check` and `npm run -s cli -- plan` show what that comes to.',
      'If ignored: everything is written as usual until it does not fit; then the target is refused, and nothing of it is written.',
    ],
  }),
  'target-orphaned': ({ target }) => ({
    severity: 'info',
    headline: `${target} is no longer in the config: nothing is written to it from now on, and its entries stay. Nothing to do if this is intended.`,
    lines: [
      'Its entries age from now on: ranges that Azure starts to use are missing from it, and ranges that it retires stay allowed.',
      `Renamed? Give the renamed target "formerly": "${target}". Retired? Remove its entries, or the resource, in Azure.`,
    ],
  }),
};

/**
 * What became of a drift in the run that found it: `repaired`; `asked`: another notice of the run says why not; `open`: not
 * known, or the next run does it.
 */
export type DriftFate = 'repaired' | 'asked' | 'open';

/** The event holds the repair: `added` was taken out by others, `removed` was put in. */
export function driftText(event: EventOf<'target-drift'>, fate: DriftFate): Text {
  const { target, added, removed, unmarked: marks, whole } = event;
  const takenOut = added.length > 0 ? [`${extent(added)} of ours taken out`] : [];
  const putIn = removed.length > 0 ? [`${extent(removed)} put in`] : [];
  const unmarked = marks ? [`the mark of ${listed(marks)} removed`] : [];
  const lines = [
    ...(added.length > 0 ? [`Taken out: ${listed(added)}.`] : []),
    ...(removed.length > 0 ? [`Put in: ${listed(removed)}.`] : []),
  ];
  const what = [...takenOut, ...putIn, ...unmarked].join(', ');
  if (whole) {
    const restored = fate === 'asked' ? 'are NOT restored yet' : 'are restored';
    return {
      severity: 'needs-you',
      headline: `all entries of this service were removed from ${target} and ${restored}: ${what}. Find out who removes them.`,
      lines: [
        ...lines,
        fate === 'asked'
          ? 'Another notice of this run says why they are not restored.'
          : 'An egress path is never left empty, so they are restored each time.',
        'What to do: see who removes them with `az monitor activity-log list --resource-id RESOURCE --offset 7d`: most often a template or Terraform run that lists the resource without these entries. Add them there, or have it ignore them.',
        'If ignored: connections fail from each removal until the next run.',
      ],
    };
  }
  const next = {
    repaired: 'This run reverted it.',
    asked: 'It is not reverted yet; another notice of this run says why.',
    open: 'The next run reverts it as far as the mode of the target allows.',
  }[fate];
  return {
    severity: 'info',
    headline: `${target} was changed outside this service: ${what}. Nothing to do yet.`,
    lines: [...lines, `${next} If it happens again, find out who else writes this resource.`],
  };
}

/** The command for the likely answer: the removal of an entry that makes the list moot. */
function takesOut({ part, reasons }: EventOf<'target-waits'>): string[] {
  return reasons.some(({ rule }) => rule === 'broad-foreign-entry')
    ? [`To remove it: npm run -s cli -- approve ${part} --why "..."`]
    : [];
}

/** Foreign entries: new ones, removed ones, and those that let in more than the list. */
function foreignText(event: EventOf<'foreign-entries'>): Text {
  const { target, count, entries, came = count, gone = [], broad = [] } = event;
  const arrived =
    came > 0
      ? [`${quantity(came, 'entry', 'entries')} that this service did not write ${came === 1 ? 'is' : 'are'} new`]
      : [];
  const left =
    gone.length > 0
      ? [`${quantity(gone.length, 'entry', 'entries')} of others ${gone.length === 1 ? 'is' : 'are'} gone`]
      : [];
  const lines = [
    ...(came > 0 ? [`New: ${listed(entries, 10, came)}.`] : []),
    ...(gone.length > 0 ? [`Gone: ${listed(gone)}.`] : []),
    `${quantity(count, 'entry', 'entries')} of others ${count === 1 ? 'is' : 'are'} there in all.`,
  ];
  const what = `${target}: ${[...arrived, ...left].join(', ')}`;
  if (broad.length > 0) {
    const named = broad.map(
      ({ entry, addresses }) =>
        `${entry} (${addresses === undefined ? 'every address' : quantity(BigInt(addresses), 'address', 'addresses')})`,
    );
    return {
      severity: 'needs-you',
      headline: `${what}. It lets in more than the list: ${listed(named)}.`,
      lines: [
        ...lines,
        'What to do: remove the entry in Azure; or set the mode of this target to `sync`, since its mode forbids a removal, and approve the part that then waits: `npm run -s cli -- todo` names it.',
        'If ignored: these addresses stay reachable whatever the list says.',
      ],
    };
  }
  return {
    severity: 'info',
    headline: `${what}. Nothing to do.`,
    lines: [
      ...lines,
      ...(count > 0 ? ['They stay. To have them removed, set "foreignEntries": "remove" on the target.'] : []),
    ],
  };
}

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
