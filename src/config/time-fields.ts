import { z } from 'zod';
import { isTimeZone } from '../core/decisions/change-window.ts';

/** Fields of a config that tell a time by the clock on the wall. */
export const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'a time from 00:00 to 23:59, such as 22:00');

export const timeZone = z.string().refine(isTimeZone, 'an IANA time zone, such as Europe/Oslo');
