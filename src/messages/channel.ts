import type { MessageRenderers } from './event-of.ts';
import { clock, stopped } from './format.ts';

/** Words for the channels themselves. */
export const channelMessages: MessageRenderers<'channel-down'> = {
  'channel-down': (event) => ({
    severity: 'needs-you',
    headline: `the channel ${event.channel} has taken no notice since ${clock(event.since)}; what it should have told is kept for it.`,
    lines: [
      `What was seen: ${stopped(event.text)}`,
      'What to do: see whether its address is still right and its receiver runs, then send a test message to it.',
      'If ignored: whoever reads only that channel learns nothing. It is tried again by itself, and gets what still matters as one digest.',
    ],
  }),
};
