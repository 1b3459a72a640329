import { counted, percent } from '../core/judge/arithmetic.ts';
import { extent, listed, quantity, reasonLines, stopped } from './format.ts';
import type { EventOf, MessageRenderers, Text } from './text.ts';

/** Messages about holds (losses that stay allowed, gains that stay out), and reminders of open questions. */
export const holdMessages: MessageRenderers<
  'hold-opened' | 'hold-shrunk' | 'hold-ended' | 'hold-reminder' | 'target-reminder'
> = {
  'hold-opened': (event) => {
    if (event.of === 'gain') return gainHeld(event);
    return event.questions.length > 0 ? lossAsked(event) : lossClocked(event);
  },
  'hold-shrunk': (event) => ({
    severity: 'ok',
    headline:
      event.of === 'loss'
        ? `${event.tag}: part of its lost ranges is published again and was allowed throughout: ${extent(event.prefixes)}. Nothing to do.`
        : `${event.tag}: part of its suspicious ranges is no longer published and was never allowed: ${extent(event.prefixes)}. Nothing to do.`,
    lines: [
      `Ranges: ${listed(event.prefixes)}.`,
      `Still held: ${extent(event.left)} (${listed(event.left)}). Hold: ${event.hold}.`,
    ],
  }),
  'hold-ended': (event) => ({
    severity: 'ok',
    headline: `${event.tag}: ${endings[event.of][event.how](extent(event.prefixes))} Nothing to do.`,
    lines: [`Ranges: ${listed(event.prefixes)}.`, `Why: ${event.by}. Hold: ${event.hold}.`],
  }),
  'hold-reminder': (event) => ({
    severity: 'needs-you',
    qualifier: 'no hurry',
    headline: `${event.tag}: still unanswered since ${event.since.slice(0, 10)}: ${extent(event.prefixes)} ${event.of === 'loss' ? 'kept although no longer published' : 'kept out although published'}.`,
    lines: [
      // Ranges that returned since have left the hold: the figures are of the day of the question.
      'Reasons when it was asked:',
      ...reasonLines(event.questions),
      `Still open: ${listed(event.prefixes)}. Hold: ${event.hold}.`,
      'Answer: remove / keep until a date / keep.',
      'No answer: it stays as it is, and you are reminded again.',
    ],
  }),
  'target-reminder': (event) => ({
    severity: 'needs-you',
    headline: `${event.target}: still waiting since ${event.since.slice(0, 10)} to ${event.direction} ${extent(event.ranges)}.`,
    lines: [
      ...reasonLines(event.reasons),
      `Ranges: ${listed(event.ranges)}.`,
      `Answer: \`approve ${event.part}\` or \`keep-part ${event.part}\`.`,
      'No answer: it stays as it is, and you are reminded again.',
    ],
  }),
};

/** A loss that waits for an answer. The first line has the figures. */
export function lossAsked(event: EventOf<'hold-opened'>): Text {
  const lost = BigInt(event.addresses.ipv4);
  const before = BigInt(event.before ?? '0');
  const gone = event.questions.some(({ rule }) => rule === 'tag-vanished');
  const what = gone
    ? `${event.tag} is gone from publication ${event.changeNumber}; all it had (${extent(event.prefixes)}) was kept`
    : lost > 0n && before > 0n
      ? `${event.tag} lost ${percent(lost, before)} of its IPv4 addresses in publication ${event.changeNumber}; all of them were kept`
      : `${event.tag} lost ${extent(event.prefixes)} in publication ${event.changeNumber}; all of it was kept`;
  return {
    severity: 'needs-you',
    qualifier: 'no hurry',
    headline: `${what}${looksLikeMistake(event) ? "; it looks like Microsoft's mistake" : ''}.`,
    lines: [
      lossFacts(event),
      ...event.questions.map(({ text, rule }) => `Asked because ${stopped(`${text.replace(/\.$/, '')} [${rule}]`)}`),
      `Ranges: ${listed(event.prefixes)}. Hold: ${event.hold}.`,
      answerLine(event.hold),
      'No answer: they stay allowed; the question closes when all of them are published again.',
    ],
  };
}

/** How to answer, as a line to copy. It says `keep`: a line copied in a hurry must not remove anything. */
export function answerLine(what: string): string {
  return `Answer: \`npm run -s cli -- answer keep ${what} --why "..."\`; add \`--until DATE\` to limit it, or use \`remove\` to release the ranges. Or POST /api/answers.`;
}

/** "The file drops 8,576 of 10,880 IPv4 addresses; all of them are still in the global Storage tag." */
export function lossFacts({ addresses, before, underGlobal, tag, prefixes }: EventOf<'hold-opened'>): string {
  const lost = BigInt(addresses.ipv4);
  const ipv6 = prefixes.filter((prefix) => prefix.includes(':')).length;
  const of = before === undefined ? '' : ` of ${counted(BigInt(before))}`;
  const parts = [
    ...(lost > 0n ? [`${counted(lost)}${of} IPv4 addresses`] : []),
    ...(ipv6 > 0 ? [quantity(ipv6, 'IPv6 prefix', 'IPv6 prefixes')] : []),
  ];
  const global = tag.replace(/\..*$/, '');
  const still = underGlobal === undefined || lost === 0n ? undefined : BigInt(underGlobal);
  const where =
    still === undefined
      ? ''
      : still === lost
        ? `; all of the IPv4 ones are still in the global ${global} tag`
        : still === 0n
          ? `; none of the IPv4 ones is in the global ${global} tag any more`
          : `; ${counted(still)} of the IPv4 ones are still in the global ${global} tag`;
  return `The file drops ${parts.join(' and ')}${where}.`;
}

/** Retired ranges leave the service's global tag too; ranges that stay there were dropped by mistake or moved. */
function looksLikeMistake({ addresses, before, underGlobal }: EventOf<'hold-opened'>): boolean {
  const lost = BigInt(addresses.ipv4);
  return lost > 0n && underGlobal === addresses.ipv4 && lost * 2n > BigInt(before ?? '0');
}

/** When a loss that needs no answer is released. */
export const releaseLine =
  'It is released once it has been absent for the days and publications of the policy. Ranges that are published again before that stay.';

function lossClocked(event: EventOf<'hold-opened'>): Text {
  return {
    severity: 'info',
    headline: `${event.tag} lost ${extent(event.prefixes)} in publication ${event.changeNumber}; all of it stays allowed until the clock releases it. Nothing to do.`,
    lines: [`Ranges: ${listed(event.prefixes)}. Hold: ${event.hold}.`, releaseLine],
  };
}

function gainHeld(event: EventOf<'hold-opened'>): Text {
  return {
    severity: 'needs-you',
    headline: `${event.tag} gained suspicious ranges in publication ${event.changeNumber}, which are kept out: ${extent(event.prefixes)}.`,
    lines: [
      ...reasonLines(event.questions),
      `Ranges: ${listed(event.prefixes)}. Hold: ${event.hold}.`,
      'If ignored: they stay out. If they are genuine, connections to them fail once Azure uses them, a week after publication at the earliest. Other additions to the tag are written as usual.',
    ],
  };
}

type Ending = (what: string) => string;

const endings: Readonly<Record<EventOf<'hold-ended'>['of'], Readonly<Record<EventOf<'hold-ended'>['how'], Ending>>>> = {
  loss: {
    returned: (what) => `its lost ranges are published again and were allowed throughout: ${what}.`,
    released: (what) => `its lost ranges are released and leave the lists: ${what}.`,
    withdrawn: (what) => `its lost ranges are no longer held: ${what}.`,
  },
  gain: {
    returned: (what) => `its suspicious ranges are now allowed: ${what}.`,
    released: (what) => `its suspicious ranges are now allowed: ${what}.`,
    withdrawn: (what) => `its suspicious ranges are no longer published and were never allowed: ${what}.`,
  },
};

/** All reminders of one day. */
export function remindersText(events: readonly (EventOf<'hold-reminder'> | EventOf<'target-reminder'>)[]): Text {
  const about = events.map((event) => (event.kind === 'hold-reminder' ? event.tag : event.target));
  return {
    severity: 'needs-you',
    qualifier: 'no hurry',
    headline: `${events.length} questions are still unanswered: ${listed([...new Set(about)])}.`,
    lines: [
      ...events.map((event) =>
        event.kind === 'hold-reminder'
          ? `${event.tag}: ${extent(event.prefixes)} since ${event.since.slice(0, 10)}. Hold: ${event.hold}.`
          : `${event.target}: ${event.direction} ${extent(event.ranges)} since ${event.since.slice(0, 10)}. Part: ${event.part}.`,
      ),
      'No answer: all of it stays as it is, and you are reminded again.',
    ],
  };
}
