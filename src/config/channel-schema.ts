import { z } from 'zod';
import { weekdays } from '../core/calendar.ts';
import { noticeKinds, severities } from '../core/notice.ts';

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day such as 18:00');

const timeZone = z.string().refine(isTimeZone, 'a time zone such as Europe/Berlin');

const names = z.array(z.string()).min(1, 'at least one, or leave the setting out');

/** What every kind of channel has beside its own fields. */
export const commonChannelFields = {
  only: z
    .strictObject({
      kinds: z
        .array(z.enum(noticeKinds))
        .min(1, 'at least one, or leave the setting out')
        .exactOptional()
        .describe('Kinds of notices. Absent: all.'),
      lists: names.exactOptional().describe('Notices that touch one of these lists, or none in particular.'),
      targets: names.exactOptional().describe('Notices that touch one of these targets, or none in particular.'),
      severity: z.enum(severities).exactOptional().describe('Notices of this severity or above. Absent: all.'),
    })
    .prefault({})
    .describe('What the channel is told.'),
  quietHours: z
    .strictObject({
      from: time.describe('Begin, local time. Later than `to`: over midnight.'),
      to: time.describe('End, local time.'),
      timeZone: timeZone.describe('IANA name of the time zone.'),
      wholeDays: z.array(z.enum(weekdays)).default([]).describe('Days that are quiet from start to end.'),
    })
    .exactOptional()
    .describe(
      'Hours in which only what cannot wait is told: failures, and questions in a hurry. The rest comes afterwards, as one digest.',
    ),
};

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    // The only thing the constructor says of an unknown zone is a RangeError.
    return false;
  }
}
