import * as z from 'zod';
import { weekdays } from '../core/calendar.ts';
import { isFreezeInOrder, isLocalTime, isTimeZone } from '../core/decisions/change-window.ts';
import { ticketPattern, whyNotTicketPattern } from '../core/decisions/ticket-pattern.ts';

/** Local times. */
export const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'a time from 00:00 to 23:59, such as 22:00');

export const timeZone = z.string().refine(isTimeZone, 'an IANA time zone, such as Europe/Oslo');

/** When changes of a target need an approval. */
export const approvalSchema = z
  .strictObject({
    add: approvalRule('additions'),
    remove: approvalRule('removals'),
  })
  .prefault({})
  .describe('When changes of this target need an approval.');

function approvalRule(what: string) {
  return z
    .enum(['never', 'on-suspicion', 'always'])
    .default('on-suspicion')
    .describe(
      `When ${what} wait for an approval: \`never\`, \`on-suspicion\` (only where a rule finds them suspicious), \`always\`.`,
    );
}

const directions = z
  .array(z.enum(['add', 'remove']))
  .min(1, 'at least one of "add", "remove"')
  .default(['add', 'remove'])
  .describe('What it holds for: additions, removals, or both.');

const windowSchema = z.strictObject({
  directions,
  days: z
    .array(z.enum(weekdays))
    .min(1, 'at least one day, such as "sat"')
    .default([...weekdays])
    .describe('Days on which it begins.'),
  from: timeOfDay.describe('Begin, `HH:MM` on the clock of the time zone.'),
  to: timeOfDay.describe(
    'End, exclusive. Not after `from`: on the next day, so that a window may pass midnight; the same: 24 hours.',
  ),
});

const localTime = z
  .string()
  .refine(isLocalTime, 'a local date or time without offset, such as 2030-12-20 or 2030-12-20T18:00');

const freezeSchema = z.strictObject({
  directions,
  from: localTime.describe(
    'First day, or first moment, on the clock of the time zone: `2030-12-20`, `2030-12-20T18:00`.',
  ),
  to: localTime.describe('Last day; or, with a time, the first moment after it.'),
  reason: z
    .string()
    .trim()
    .min(1, 'why nothing may change then')
    .describe('Why; shown with each change that waits for it.'),
});

/** When a target may be written. */
export const changeSchema = z
  .strictObject({
    timeZone: timeZone
      .default('UTC')
      .describe('IANA time zone on whose clock windows and freezes are read, daylight-saving time included.'),
    windows: z
      .array(windowSchema)
      .prefault([])
      .describe('Times that recur every week. A direction that no window names is open at any time.'),
    freezes: z
      .array(freezeSchema)
      .prefault([])
      .describe('Times in which nothing changes. They take precedence over windows.'),
    breakIfDeadlineUnderHours: z
      .int()
      .min(1)
      .max(168)
      .exactOptional()
      .describe(
        'Additions are written despite windows and freezes when Azure may use them in less than so many hours. Absent: never.',
      ),
  })
  .superRefine(({ timeZone: zone, freezes }, context) => {
    // Runs beside the checks of single fields: a value that those refuse has no order.
    if (!isTimeZone(zone)) return;
    for (const [index, freeze] of freezes.entries()) {
      if (!isLocalTime(freeze.from) || !isLocalTime(freeze.to) || isFreezeInOrder(freeze, zone)) continue;
      context.addIssue({
        code: 'custom',
        path: ['freezes', index, 'to'],
        message: `an end after the begin, ${freeze.from}`,
      });
    }
  })
  .prefault({})
  .describe('When this target may be changed.');

const ticketSchema = z
  .strictObject({
    pattern: z
      .string()
      .superRefine((pattern, context) => {
        const expected = whyNotTicketPattern(pattern);
        if (expected !== undefined) context.addIssue({ code: 'custom', message: expected });
      })
      .describe(
        'Regular expression that the whole ticket must match. A decision without a ticket has the empty text: `(CHG\\d+)?` allows that. So that none takes long: at most 100 characters and three endless repetitions, no repetition of a group that holds a repetition or an alternative (`?` may follow any group), no reference and no `(?` but for `(?:`.',
      ),
    example: z.string().exactOptional().describe('A ticket that matches, shown where one is missing or wrong.'),
  })
  .superRefine(({ pattern, example }, context) => {
    if (example === undefined || whyNotTicketPattern(pattern) !== undefined || ticketPattern(pattern).test(example))
      return;
    context.addIssue({ code: 'custom', path: ['example'], message: `a ticket that matches ${pattern}` });
  });

/** What a decision needs before it counts. */
export const answersSchema = z
  .strictObject({
    ticket: ticketSchema.exactOptional().describe('The ticket that a decision must name.'),
    groups: z
      .array(z.string().trim().min(1, "a group's object id, or a role's name"))
      .exactOptional()
      .describe(
        'Object ids of groups or names of roles: who decides must have one of them, by the token of an Entra sign-in. None: everyone whom the API admits.',
      ),
    notWhoAsked: z
      .boolean()
      .exactOptional()
      .describe(
        'Whether a change must be let through by another person than those who asked for it: who ran it, edited the config, or answered the hold. Where one of them is not on record, two people have to. Default: false.',
      ),
    approvers: z
      .int()
      .min(1)
      .max(5)
      .exactOptional()
      .describe(
        'How many people must approve a part, accept a file, or answer that a loss goes or a gain comes, before it counts; more than one must sign in. Default: 1.',
      ),
  })
  .prefault({});
