import { z } from 'zod';
import { weekdays } from '../core/calendar.ts';
import { noticeKinds, severities } from '../core/notice.ts';
import { timeOfDay, timeZone } from './time-fields.ts';

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
      from: timeOfDay.describe('Begin, local time. Later than `to`: over midnight.'),
      to: timeOfDay.describe('End, local time.'),
      timeZone: timeZone.describe('IANA name of the time zone.'),
      wholeDays: z.array(z.enum(weekdays)).default([]).describe('Days that are quiet from start to end.'),
    })
    .exactOptional()
    .describe(
      'Hours in which only what cannot wait is told: failures, and questions in a hurry. The rest comes afterwards, as one digest.',
    ),
};
