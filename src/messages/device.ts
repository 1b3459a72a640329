import type { MessageRenderers } from './event-of.ts';
import { clock } from './format.ts';

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
