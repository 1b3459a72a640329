import type { WordsFor } from './event-of.ts';
import { clock } from './format.ts';

/** More than this fits no notice; `check` says the rest. */
const mostLines = 12;

/** Words for the config. */
export const configWords: WordsFor<'config-refused'> = {
  'config-refused': (event) => {
    const all = event.text.split('\n').map((line) => line.trim());
    return {
      severity: 'needs-you',
      headline: `${event.from} holds a config that cannot be used; the last good one, in force since ${clock(event.inForceSince)}, stays.`,
      lines: [
        ...all.slice(0, mostLines),
        ...(all.length > mostLines ? [`... and ${all.length - mostLines} lines more.`] : []),
        `What to do: correct it; \`npm run -s cli -- check <file>\` says everything that is wrong, \`plan --config <file>\` what it would do. In force is ${event.inForce.slice(0, 12)}.`,
        'If ignored: lists and targets stay as the last good config says. Nothing of the new one counts. This is told once for this content.',
      ],
    };
  },
};
