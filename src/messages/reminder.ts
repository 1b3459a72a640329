import type { EventOf, MessageRenderers } from './event-of.ts';
import { extent, listed } from './format.ts';
import { reasonLines } from './reason.ts';
import type { Text } from './text.ts';

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
