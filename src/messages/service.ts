import { clock, stopped } from './format.ts';
import type { MessageRenderers } from './text.ts';

/** More than this fits no notice; `check` says the rest. */
const maxLines = 12;

/** Words for the config, and for settings beside it. */
export const configMessages: MessageRenderers<'config-refused' | 'queues-shared'> = {
  'queues-shared': ({ other }) => ({
    severity: 'needs-you',
    headline: `messages of ${other} come to this service: two apps on one storage account have the same queues.`,
    lines: [
      'None of them was worked on; each was put back for the service that it is for.',
      'What to do: give each app a SERVICE_TAG_SYNC_QUEUES of its own and restart it. Messages of a service that is no more end up in the poison queue by themselves: delete them there.',
      'If ignored: runs and notices of both services come late, and some may end in the poison queue. This is told once.',
    ],
  }),
  'config-refused': (event) => {
    const all = event.text.split('\n').map((line) => line.trim());
    return {
      severity: 'needs-you',
      headline: `${event.from} holds a config that cannot be used; the last good one, in force since ${clock(event.inForceSince)}, stays.`,
      lines: [
        ...all.slice(0, maxLines),
        ...(all.length > maxLines ? [`... and ${all.length - maxLines} lines more.`] : []),
        `What to do: correct it; \`npm run -s cli -- check <file>\` says everything that is wrong, \`plan --config <file>\` what it would do. In force is ${event.inForce.slice(0, 12)}.`,
        'If ignored: lists and targets stay as the last good config says. Nothing of the new one counts. This is told once for this content.',
      ],
    };
  },
};

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

const has: Readonly<Record<'current' | 'old' | 'nothing', string>> = {
  current: 'It has the list as it is now.',
  old: 'The list has changed since: it lacks what came in and still allows what went out.',
  nothing: 'It has never had the list.',
};

/** Words for firewalls that pull. */
export const deviceMessages: MessageRenderers<'device-does-not-pull'> = {
  'device-does-not-pull': (event) => ({
    severity: 'needs-you',
    qualifier: event.has === 'current' ? 'no hurry' : 'soon',
    headline:
      event.has === 'nothing'
        ? `${event.device} has never pulled feed ${event.feed}.`
        : `${event.device} has not pulled feed ${event.feed} since ${clock(event.since)}.`,
    lines: [
      `It should pull every ${event.pullEvery} h. ${has[event.has]}`,
      ...(event.refusedAt === undefined
        ? []
        : [
            `Its name came with a wrong secret on ${clock(event.refusedAt)}: compare the secret on the device with the setting that the config names. Some firewalls stop enforcing when they are refused.`,
          ]),
      'Look at the device: does it reach this service, with its name and secret, and does it take the list?',
      'If ignored: it goes on with what it has. You are told again only when that gets old, or after the next pull.',
    ],
  }),
};
