import { counted, percent } from '../core/judge/arithmetic.ts';
import { extent, listed, quantity, reasonLines, stopped } from './format.ts';
import type { EventOf, MessageRenderers, Text } from './text.ts';

/** Words for holds: what is kept although it is gone, and what is kept out although it is new. */
export const holdMessages: MessageRenderers<'hold-opened' | 'hold-shrunk' | 'hold-ended'> = {
  'hold-opened': (event) => {
    if (event.of === 'gain') return gainHeld(event);
    return event.questions.length > 0 ? lossAsked(event) : lossClocked(event);
  },
  'hold-shrunk': (event) => ({
    severity: 'ok',
    headline:
      event.of === 'loss'
        ? `${event.tag}: a part of what it had lost is published again and was allowed all the time: ${extent(event.prefixes)}. Nothing to do.`
        : `${event.tag}: a part of what looked wrong is published no more and was never let in: ${extent(event.prefixes)}. Nothing to do.`,
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
};

/** A loss that only a person decides. The first line has the arithmetic. */
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
      'No answer: they stay allowed, and the question ends by itself when all of them are published again.',
    ],
  };
}

/** How to answer, as a line to copy. It keeps: what somebody copies in a hurry must not take anything away. */
export function answerLine(what: string): string {
  return `Answer: \`npm run -s cli -- answer keep ${what} --why "..."\`; with --until and a date it ends then; remove in place of keep lets them go. Or POST /api/answers.`;
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

/** What Microsoft takes out of use leaves the service's global tag as well; what stays there was dropped by mistake or moved. */
function looksLikeMistake({ addresses, before, underGlobal }: EventOf<'hold-opened'>): boolean {
  const lost = BigInt(addresses.ipv4);
  return lost > 0n && underGlobal === addresses.ipv4 && lost * 2n > BigInt(before ?? '0');
}

function lossClocked(event: EventOf<'hold-opened'>): Text {
  return {
    severity: 'info',
    headline: `${event.tag} lost ${extent(event.prefixes)} in publication ${event.changeNumber}; all of it stays allowed until the clock lets it go. Nothing to do.`,
    lines: [
      `Ranges: ${listed(event.prefixes)}. Hold: ${event.hold}.`,
      'It goes out by itself once it was absent for as many days and publications as the policy says. What is published again before stays.',
    ],
  };
}

function gainHeld(event: EventOf<'hold-opened'>): Text {
  return {
    severity: 'needs-you',
    headline: `${event.tag} gained what looks wrong in publication ${event.changeNumber}, and it is not let in: ${extent(event.prefixes)}.`,
    lines: [
      ...reasonLines(event.questions),
      `Ranges: ${listed(event.prefixes)}. Hold: ${event.hold}.`,
      'If ignored: it stays out. Should it be genuine, connections to it fail once Azure uses it, a week after publication at the earliest. What else the tag gained goes in as usual.',
    ],
  };
}

type Ending = (what: string) => string;

const endings: Readonly<Record<EventOf<'hold-ended'>['of'], Readonly<Record<EventOf<'hold-ended'>['how'], Ending>>>> = {
  loss: {
    returned: (what) => `what it had lost is published again and was allowed all the time: ${what}.`,
    released: (what) => `what it had lost is no longer kept and leaves the lists: ${what}.`,
    withdrawn: (what) => `what it had lost is no longer held: ${what}.`,
  },
  gain: {
    returned: (what) => `what looked wrong is let in: ${what}.`,
    released: (what) => `what looked wrong is let in: ${what}.`,
    withdrawn: (what) => `what looked wrong is published no more and was never let in: ${what}.`,
  },
};

/** Words for questions that nobody has answered yet. */
export const reminderMessages: MessageRenderers<'hold-reminder' | 'target-reminder'> = {
  'hold-reminder': (event) => ({
    severity: 'needs-you',
    qualifier: 'no hurry',
    headline: `${event.tag}: still unanswered since ${event.since.slice(0, 10)}: ${extent(event.prefixes)} ${event.of === 'loss' ? 'kept although published no more' : 'kept out although published'}.`,
    lines: [
      // What returned since has left the hold: the sums are those of the day it was asked.
      'Why it was asked then:',
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
      `Answer: approve or keep part ${event.part}.`,
      'No answer: it stays as it is, and you are reminded again.',
    ],
  }),
};

/** Several reminders of one day in one. */
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
