import { stepLines } from './failure.ts';
import { clock, stopped } from './format.ts';
import type { EventOf, MessageRenderers } from './text.ts';

const recordNames: Readonly<Record<'decision' | 'run' | 'state', string>> = {
  decision: 'decision',
  run: 'record of a run',
  state: 'record of the service',
};

const recordEffects: Readonly<Record<'decision' | 'run' | 'state', string>> = {
  decision: 'If a person did decide this, such as a pause, it is no longer in force: check `status` and decide again.',
  run: 'The run comes to its end without it: what was written is seen by the next run.',
  state: 'It is made anew. A run that was asked for may be lost: ask again.',
};

/** Lines of the problems in a notice; `check` lists all. */
const maxLines = 12;

/** Messages about the service itself: config, queues, pauses and pins, channels, and firewalls that pull a feed. */
export const serviceMessages: MessageRenderers<
  | 'config-refused'
  | 'record-set-aside'
  | 'record-stops-runs'
  | 'queues-shared'
  | 'control-changed'
  | 'channel-down'
  | 'device-does-not-pull'
> = {
  'record-set-aside': ({ record, text }) => ({
    severity: 'needs-you',
    headline: `a stored ${recordNames[record]} cannot have been written by this service and was set aside: it counts for nothing.`,
    lines: [
      `Found: ${stopped(text)}`,
      recordEffects[record],
      'What to do: find out who may write this storage account, and who did; `npm run -s cli -- doctor` lists what is set aside. The record is kept as it was in the partition `set-aside` of the table.',
      'If ignored: nothing further happens. This is reported once for each record.',
    ],
  }),
  'record-stops-runs': ({ text }) => ({
    severity: 'failed',
    headline: 'no run can be made: a stored record that every run needs cannot be read.',
    lines: [
      `Found: ${stopped(text)}`,
      ...stepLines([
        'see which record it is, and whether the seal key was changed: `npm run -s cli -- doctor`',
        'if the key was changed, put the former one behind the new one: `az functionapp config appsettings set --name APP --resource-group GROUP --settings SERVICE_TAG_SYNC_SEAL_KEY=NEW,FORMER`',
        'else restore the blob from the version that the storage account keeps for 14 days, or a backup into an empty account: `npm run -s cli -- import FILE`',
      ]),
      'Over when: `npm run -s cli -- status` shows the publication in force.',
      'What not to do: do not delete the record; everything that was decided and held hangs on it.',
      'If ignored: no target is written, and additions by Azure are missing. Feeds serve their last list. This is reported once.',
    ],
  }),
  'queues-shared': ({ other }) => ({
    severity: 'needs-you',
    headline: `this service receives messages of ${other}: two apps on one storage account share the same queues.`,
    lines: [
      'None of them was processed; each was returned to the queue for its own service.',
      'What to do: give each app a prefix of its own: `az functionapp config appsettings set --name APP --resource-group GROUP --settings SERVICE_TAG_SYNC_QUEUES=PREFIX`. Messages of a service that no longer exists end in the poison queue: delete them there.',
      'If ignored: runs and notices of both services come late, and some may end in the poison queue. This is reported once.',
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
        `What to do: correct it; \`npm run -s cli -- check <file>\` lists every problem, \`plan --config <file>\` shows what it would do. In force: ${event.inForce.slice(0, 12)}.`,
        'If ignored: lists and targets stay as the last good config says. Nothing of the new one applies. This is reported once for this content.',
      ],
    };
  },
  'control-changed': (event) => {
    const what = event.target ?? 'everything';
    if (!event.begins) {
      return {
        severity: 'info',
        headline:
          event.control === 'pause'
            ? `${what} was resumed; pending changes continue. Nothing to do.`
            : 'the lists are no longer pinned; every target follows the publications again. Nothing to do.',
        lines: [],
      };
    }
    const end = event.until ? `until ${clock(event.until)}` : 'until it is resumed';
    return {
      severity: 'info',
      headline:
        event.control === 'pause'
          ? `${event.by} paused ${what} ${end}: nothing is written, and additions by Azure are missing meanwhile. Nothing to do before that.`
          : `${event.by} pinned every list to publication ${event.changeNumber} ${end}: later additions are missing. Nothing to do before that.`,
      lines: [
        `Why: ${event.why}.`,
        'The clock releases nothing meanwhile. `status` lists missing ranges; deadlines are still reported.',
        `To end it sooner: \`npm run -s cli -- ${endOf(event)} --why "..."\`.`,
      ],
    };
  },
  'channel-down': (event) => ({
    severity: 'needs-you',
    headline: `the channel ${event.channel} has not accepted a notice since ${clock(event.since)}; its notices are kept.`,
    lines: [
      `Last error: ${stopped(event.text)}`,
      `What to do: check its address and its receiver, then send a test message: \`npm run -s cli -- notify test ${event.channel}\`.`,
      'If ignored: readers of this channel alone are not informed. Delivery is retried, and notices that are still current arrive as one digest.',
    ],
  }),
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
            `A request with its name and a wrong secret came on ${clock(event.refusedAt)}: compare the secret on the device with the setting that the config names. Some firewalls stop enforcing when they are refused.`,
          ]),
      `What to do: check on the device that it reaches this service with its name and secret, and that it accepts the list. The same request from its network: \`curl -i -u ${event.device} https://APP/api/feeds/${event.feed}\`.`,
      'If ignored: it keeps the list that it has. This is reported again only when that list is outdated, or after the next pull.',
    ],
  }),
};

/** The command that ends a pause or a pin. */
function endOf({ control, target }: EventOf<'control-changed'>): string {
  if (control === 'pin') return 'unpin';
  return target === undefined ? 'resume' : `resume --target ${target}`;
}

const has: Readonly<Record<'current' | 'old' | 'nothing', string>> = {
  current: 'It has the current list.',
  old: 'The list has changed since: the device is missing the additions and still allows the removals.',
  nothing: 'It has never had the list.',
};
