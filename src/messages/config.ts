import type { MessageRenderers } from './event-of.ts';
import { clock } from './format.ts';

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
