import type { WordsFor } from './event-of.ts';
import { stopped } from './format.ts';

/** Words for what became of a publication. */
export const publicationWords: WordsFor<
  'publication-accepted' | 'publication-refused' | 'publication-waits' | 'source-unreachable'
> = {
  'publication-accepted': (event) => ({
    severity: 'ok',
    headline: event.identical
      ? `publication ${event.changeNumber} has the same addresses as the one before. Nothing to do.`
      : `publication ${event.changeNumber} is accepted. Nothing to do.`,
    lines: [`File: ${event.file}.`],
  }),
  'publication-refused': (event) => ({
    severity: 'needs-you',
    headline: `${event.file} was refused; every list stays as the last accepted publication has it.`,
    lines: [
      ...event.reasons.map(stopped),
      "What to do: compare the file with the one on Microsoft's download page. If Microsoft's own file is wrong, wait: the next publication is judged afresh.",
      'If ignored: nothing is removed and nothing is added. Addresses that only this file announces would be missing once Azure uses them, a week after its date at the earliest.',
    ],
  }),
  'publication-waits': (event) => ({
    severity: 'needs-you',
    headline: `${event.file} looks unusual and is not in force; every list stays as the last accepted publication has it.`,
    lines: [
      ...event.reasons.map(stopped),
      "What to do: compare the file with the one on Microsoft's download page.",
      'If ignored: nothing is removed and nothing is added. Addresses that only this file announces would be missing once Azure uses them, a week after its date at the earliest.',
    ],
  }),
  'source-unreachable': (event) => ({
    severity: 'info',
    headline: 'no publication could be fetched; every list stays as it is. Nothing to do yet.',
    lines: [
      stopped(event.text),
      'The next run tries again by itself. If this goes on for days, look at the network path: new addresses are used from a week after their publication on, and would be missing.',
    ],
  }),
};
