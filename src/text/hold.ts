import type { EventOf, WordsFor } from './event-of.ts';
import { extent, listed } from './format.ts';
import { reasonLines } from './reason.ts';
import type { Text } from './text.ts';

/** Words for holds: what is kept although it is gone, and what is kept out although it is new. */
export const holdWords: WordsFor<'hold-opened' | 'hold-shrunk' | 'hold-ended'> = {
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

function lossAsked(event: EventOf<'hold-opened'>): Text {
  return {
    severity: 'needs-you',
    qualifier: 'no hurry',
    headline: `${event.tag} lost ${extent(event.prefixes)} in publication ${event.changeNumber}; all of it stays allowed.`,
    lines: [
      ...reasonLines(event.questions),
      `Ranges: ${listed(event.prefixes)}. Hold: ${event.hold}.`,
      'If ignored: nothing is removed, and the question ends by itself when all of it is published again.',
    ],
  };
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
