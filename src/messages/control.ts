import type { MessageRenderers } from './event-of.ts';
import { clock } from './format.ts';

/** Words for what people stop and let go on. */
export const controlMessages: MessageRenderers<'control-changed'> = {
  'control-changed': (event) => {
    const what = event.target ?? 'everything';
    if (!event.begins) {
      return {
        severity: 'info',
        headline:
          event.control === 'pause'
            ? `${what} is paused no more; what waited goes on now. Nothing to do.`
            : 'lists are pinned no more; every target follows the publications again. Nothing to do.',
        lines: [],
      };
    }
    const end = event.until ? `until ${clock(event.until)}` : 'until somebody resumes';
    return {
      severity: 'info',
      headline:
        event.control === 'pause'
          ? `${event.by} paused ${what} ${end}: nothing is written, and what Azure adds meanwhile is missing. Nothing to do before that.`
          : `${event.by} pinned every list to publication ${event.changeNumber} ${end}: what was published since is missing. Nothing to do before that.`,
      lines: [
        `Why: ${event.why}.`,
        'Nothing that waits for its clock is let go meanwhile. The status names what is missing; deadlines are told all the same.',
        `To end it sooner: ${event.control === 'pause' ? 'resume' : 'unpin'}.`,
      ],
    };
  },
};
