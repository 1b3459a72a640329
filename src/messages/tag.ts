import type { MessageRenderers } from './event-of.ts';
import { extent, listed, quantity } from './format.ts';

/** Words for what a publication says of a tag. What it leads to (holds, changes) has words of its own. */
export const tagMessages: MessageRenderers<'tag-changed' | 'tag-vanished' | 'tag-returned'> = {
  'tag-changed': (event) => {
    const gained = event.gained.length > 0 ? [`${extent(event.gained)} new`] : [];
    const lost = event.lost.length > 0 ? [`${extent(event.lost)} no longer published`] : [];
    const what = [...gained, ...lost].join(', ') || 'published again what it had lost';
    return {
      severity: event.lost.length > 0 ? 'info' : 'ok',
      headline: `${event.tag} in publication ${event.changeNumber}: ${what}.`,
      lines: [
        ...(event.gained.length > 0 ? [`New: ${listed(event.gained)}.`] : []),
        ...(event.lost.length > 0 ? [`No longer published, and still allowed for now: ${listed(event.lost)}.`] : []),
        ...(event.missed === undefined
          ? []
          : [
              `${quantity(event.missed, 'change')} of this tag in between never came here: files were missed. Nothing is lost by it: what is judged is the difference from what is allowed.`,
            ]),
      ],
    };
  },
  'tag-vanished': (event) => ({
    severity: 'info',
    headline: `publication ${event.changeNumber} has no tag ${event.tag} any more; what the tag allowed stays allowed.`,
    lines: ['Tags have vanished by mistake and come back months later, so none of it goes without an answer.'],
  }),
  'tag-returned': (event) => ({
    severity: 'ok',
    headline: `publication ${event.changeNumber} has the tag ${event.tag} again. Nothing to do.`,
    lines: [],
  }),
};
