import { describe, expect, it, vi } from 'vitest';
import { type ChangeRules, isLocalTime, isTimeZone, windowAt } from '../../../src/core/decisions/change-window.ts';
import type { Direction } from '../../../src/core/plan/plan-types.ts';

const both: readonly Direction[] = ['add', 'remove'];
const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

const rules = (timeZone: string, more: Partial<ChangeRules> = {}): ChangeRules => ({
  timeZone,
  windows: [],
  freezes: [],
  ...more,
});
const daily = (timeZone: string, from: string, to: string): ChangeRules =>
  rules(timeZone, { windows: [{ directions: both, days: everyDay, from, to }] });
const frozen = (timeZone: string, from: string, to: string): ChangeRules =>
  rules(timeZone, { freezes: [{ directions: both, from, to, reason: 'year end' }] });

/** "open", or when it opens. */
function at(given: ChangeRules, time: string, direction: Direction = 'add', deadline?: string): string {
  const state = windowAt(given, direction, new Date(time), deadline === undefined ? undefined : new Date(deadline));
  if (state.open) return state.broke ? `open, broke ${state.broke.rule}` : 'open';
  return state.opensAt?.toISOString().replace('.000Z', 'Z') ?? 'never';
}

const oslo = 'Europe/Oslo';
const newYork = 'America/New_York';
const kolkata = 'Asia/Kolkata';
const lordHowe = 'Australia/Lord_Howe';

const nights = daily(oslo, '22:00', '04:00');
const saturdays = rules(oslo, { windows: [{ directions: both, days: ['sat'], from: '22:00', to: '04:00' }] });
const spring = daily(oslo, '02:00', '03:00');

const cases: readonly [string, ChangeRules, string, string][] = [
  ['no window is always open', rules(oslo), '2026-01-05T03:00:00Z', 'open'],

  ['the first moment belongs to a window', daily(oslo, '02:00', '04:00'), '2026-01-05T01:00:00Z', 'open'],
  ['the moment before does not', daily(oslo, '02:00', '04:00'), '2026-01-05T00:59:59.999Z', '2026-01-05T01:00:00Z'],
  ['the last moment does', daily(oslo, '02:00', '04:00'), '2026-01-05T02:59:59.999Z', 'open'],
  ['the end does not', daily(oslo, '02:00', '04:00'), '2026-01-05T03:00:00Z', '2026-01-06T01:00:00Z'],

  ['over midnight, before it', nights, '2026-01-05T21:00:00Z', 'open'],
  ['over midnight, after it', nights, '2026-01-06T02:59:00Z', 'open'],
  ['over midnight, its end', nights, '2026-01-06T03:00:00Z', '2026-01-06T21:00:00Z'],
  ['of Saturday, on Sunday morning', saturdays, '2026-01-11T02:00:00Z', 'open'],
  ['of Saturday, on Saturday morning', saturdays, '2026-01-10T02:00:00Z', '2026-01-10T21:00:00Z'],
  ['of Saturday, on Sunday evening', saturdays, '2026-01-11T22:00:00Z', '2026-01-17T21:00:00Z'],
  ['one that ends as it begins has 24 hours', daily(oslo, '09:00', '09:00'), '2026-01-05T07:59:00Z', 'open'],

  // Oslo: 02:00 to 03:00 on 29 March does not happen; it is 03:00 at 01:00 UTC.
  ['Oslo, in spring, skipped: opens a day later', spring, '2026-03-29T00:59:00Z', '2026-03-30T00:00:00Z'],
  ['Oslo, in spring, right after the skip', spring, '2026-03-29T01:00:00Z', '2026-03-30T00:00:00Z'],
  [
    'Oslo, in spring, skipped and once a week: opens a week later',
    rules(oslo, { windows: [{ directions: both, days: ['sun'], from: '02:00', to: '03:00' }] }),
    '2026-03-28T12:00:00Z',
    '2026-04-05T00:00:00Z',
  ],
  [
    'Oslo, in spring, begins in the skipped hour',
    daily(oslo, '02:30', '03:30'),
    '2026-03-29T00:59:00Z',
    '2026-03-29T01:00:00Z',
  ],
  ['Oslo, in spring, ends in the skipped hour', daily(oslo, '01:00', '02:30'), '2026-03-29T00:59:59Z', 'open'],
  [
    'Oslo, in spring, after an end in the skipped hour',
    daily(oslo, '01:00', '02:30'),
    '2026-03-29T01:00:00Z',
    '2026-03-29T23:00:00Z',
  ],
  ['Oslo, the morning after spring, by the new offset', nights, '2026-03-29T01:59:00Z', 'open'],
  ['Oslo, the end after spring, by the new offset', nights, '2026-03-29T02:00:00Z', '2026-03-29T20:00:00Z'],

  // Oslo: 02:00 to 03:00 on 25 October comes twice; 03:00 summer time is 02:00 again at 01:00 UTC.
  ['Oslo, in autumn, the first time', spring, '2026-10-25T00:30:00Z', 'open'],
  ['Oslo, in autumn, the second time', spring, '2026-10-25T01:30:00Z', 'open'],
  ['Oslo, in autumn, the end', spring, '2026-10-25T02:00:00Z', '2026-10-26T01:00:00Z'],
  [
    'Oslo, in autumn, between the two times of a half hour',
    daily(oslo, '02:00', '02:30'),
    '2026-10-25T00:30:00Z',
    '2026-10-25T01:00:00Z',
  ],
  [
    'Oslo, in autumn, thrown back into the middle',
    daily(oslo, '01:00', '02:15'),
    '2026-10-25T00:30:00Z',
    '2026-10-25T01:00:00Z',
  ],

  // New York: 02:00 to 03:00 on 8 March is skipped at 07:00 UTC; 01:00 to 02:00 on 1 November comes twice, until 07:00 UTC.
  ['New York, in spring, skipped', daily(newYork, '02:15', '02:45'), '2026-03-08T06:59:00Z', '2026-03-09T06:15:00Z'],
  ['New York, in autumn, both times', daily(newYork, '01:15', '01:45'), '2026-11-01T06:20:00Z', 'open'],
  ['New York, in autumn, between', daily(newYork, '01:15', '01:45'), '2026-11-01T05:45:00Z', '2026-11-01T06:15:00Z'],
  ['New York, in autumn, after', daily(newYork, '01:15', '01:45'), '2026-11-01T06:45:00Z', '2026-11-02T06:15:00Z'],

  ['a half-hour zone', daily(kolkata, '02:00', '03:00'), '2026-01-05T20:30:00Z', 'open'],
  ['a half-hour zone, before', daily(kolkata, '02:00', '03:00'), '2026-01-05T20:29:00Z', '2026-01-05T20:30:00Z'],
  // Lord Howe Island moves by half an hour: 02:00 to 02:30 on 4 October is skipped at 15:30 UTC of the day before.
  ['a half-hour shift', daily(lordHowe, '02:10', '02:40'), '2026-10-03T15:20:00Z', '2026-10-03T15:30:00Z'],

  [
    'a freeze by dates takes in its first day',
    frozen(oslo, '2026-12-20', '2027-01-03'),
    '2026-12-19T22:59:00Z',
    'open',
  ],
  ['from midnight on', frozen(oslo, '2026-12-20', '2027-01-03'), '2026-12-19T23:00:00Z', '2027-01-03T23:00:00Z'],
  ['to the end of its last day', frozen(oslo, '2026-12-20', '2027-01-03'), '2027-01-03T23:00:00Z', 'open'],
  [
    'a freeze by times has its first moment',
    frozen(oslo, '2026-12-20T12:00', '2026-12-20T13:00'),
    '2026-12-20T11:00:00Z',
    '2026-12-20T12:00:00Z',
  ],
  ['and not its last', frozen(oslo, '2026-12-20T12:00', '2026-12-20T13:00'), '2026-12-20T12:00:00Z', 'open'],

  ['a freeze over spring', frozen(oslo, '2026-03-28', '2026-03-29'), '2026-03-28T12:00:00Z', '2026-03-29T22:00:00Z'],
  ['a freeze over autumn', frozen(oslo, '2026-10-24', '2026-10-25'), '2026-10-25T12:00:00Z', '2026-10-25T23:00:00Z'],
  [
    'a freeze that begins in the hour that is skipped',
    frozen(oslo, '2026-03-29T02:30', '2026-03-29T12:00'),
    '2026-03-29T01:00:00Z',
    '2026-03-29T10:00:00Z',
  ],
  [
    'a freeze from a time that comes twice holds from the first',
    frozen(oslo, '2026-10-25T02:30', '2026-10-25T12:00'),
    '2026-10-25T00:45:00Z',
    '2026-10-25T11:00:00Z',
  ],
  [
    'a freeze to a time that comes twice holds to the second',
    frozen(oslo, '2026-10-25T00:00', '2026-10-25T02:30'),
    '2026-10-25T00:45:00Z',
    '2026-10-25T01:30:00Z',
  ],

  [
    'a freeze beats a window',
    { ...nights, freezes: frozen(oslo, '2026-01-05', '2026-01-05').freezes },
    '2026-01-05T21:30:00Z',
    '2026-01-05T23:00:00Z',
  ],
  [
    'a freeze that ends outside of a window waits for the next',
    { ...nights, freezes: frozen(oslo, '2026-01-05', '2026-01-06T12:00').freezes },
    '2026-01-05T21:30:00Z',
    '2026-01-06T21:00:00Z',
  ],
  [
    'a window that opens within a freeze is passed over',
    { ...saturdays, freezes: frozen(oslo, '2026-01-10', '2026-02-11').freezes },
    '2026-01-09T12:00:00Z',
    '2026-02-14T21:00:00Z',
  ],
  [
    'freezes that follow each other are one',
    {
      ...rules(oslo),
      freezes: [
        ...frozen(oslo, '2026-01-05', '2026-01-05').freezes,
        ...frozen(oslo, '2026-01-06', '2026-01-07').freezes,
      ],
    },
    '2026-01-05T12:00:00Z',
    '2026-01-07T23:00:00Z',
  ],
];

describe('windowAt', () => {
  it.each(cases)('%s', (_name, given, time, expected) => {
    expect(at(given, time)).toBe(expected);
    expect(at(given, time, 'remove')).toBe(expected);
  });

  it.each(cases)('opens when it says, and not before: %s', (_name, given, time) => {
    const state = windowAt(given, 'add', new Date(time));
    if (state.open || !state.opensAt) return;
    expect(windowAt(given, 'add', state.opensAt).open).toBe(true);
    const begin = Date.parse(time);
    const probes = Array.from({ length: 20 }, (_, i) => begin + ((state.opensAt?.getTime() ?? 0) - begin) * (i / 20));
    for (const probe of probes.map((one) => new Date(one))) {
      expect(windowAt(given, 'add', probe).open, probe.toISOString()).toBe(false);
    }
    expect(windowAt(given, 'add', new Date(state.opensAt.getTime() - 1)).open).toBe(false);
  });

  it('lets a direction go at any time that only the other one waits for', () => {
    const [window] = nights.windows;
    const given = rules(oslo, {
      windows: window ? [{ ...window, directions: ['remove'] }] : [],
      freezes: [{ directions: ['remove'], from: '2026-01-05', to: '2026-01-05', reason: 'r' }],
    });
    expect(at(given, '2026-01-05T12:00:00Z', 'add')).toBe('open');
    expect(at(given, '2026-01-05T12:00:00Z', 'remove')).toBe('2026-01-05T23:00:00Z');
  });

  it('says when, where and why', () => {
    const closed = windowAt(saturdays, 'remove', new Date('2026-01-09T12:00:00Z'));
    expect(closed).toMatchObject({
      reason: {
        rule: 'window',
        text: 'removals go on sat from 22:00 to 04:00 of the next day (Europe/Oslo); it is Fri 2026-01-09 13:00 (Europe/Oslo, UTC+1)',
        next: 'nothing to do: it goes by itself from Sat 2026-01-10 22:00 (Europe/Oslo, UTC+1) on; to have it sooner, change the rules of this target (`change`)',
      },
    });
    const freeze = windowAt(frozen(oslo, '2026-12-20', '2027-01-03T12:00'), 'add', new Date('2026-12-24T12:00:00Z'));
    expect(freeze).toMatchObject({
      reason: {
        rule: 'freeze',
        text: 'additions are frozen from 2026-12-20 until 2027-01-03 12:00 (Europe/Oslo): year end',
      },
    });
  });

  it.each(['Europe/Atlantis', '', '+01:00', 'local'])('refuses the zone %j', (zone) => {
    expect(() => windowAt(rules(zone), 'add', new Date())).toThrow('expected an IANA time zone');
    expect(isTimeZone(zone)).toBe(false);
  });

  it('makes no formatter again for a zone it knows: each takes memory that is given back late', () => {
    const made = vi.spyOn(Intl, 'DateTimeFormat');
    try {
      for (let target = 0; target < 100; target++) expect(isTimeZone('Pacific/Chatham')).toBe(true);
      expect(made.mock.calls.length).toBeLessThanOrEqual(1);
    } finally {
      made.mockRestore();
    }
  });
});

describe('a deadline', () => {
  const breaking = { ...saturdays, breakIfDeadlineUnderHours: 24 };
  const deadline = '2026-01-15T00:00:00Z';

  it.each([
    ['more than the hours left', breaking, '2026-01-13T00:00:00Z', '2026-01-14T00:00:00.001Z'],
    ['exactly the hours left', breaking, '2026-01-14T00:00:00Z', '2026-01-14T00:00:00.001Z'],
    ['less left', breaking, '2026-01-14T00:00:00.001Z', 'open, broke deadline'],
    ['none left', breaking, '2026-01-16T00:00:00Z', 'open, broke deadline'],
    ['the window is open anyhow', breaking, '2026-01-10T22:00:00Z', 'open'],
    ['the window opens before', breaking, '2026-01-10T12:00:00Z', '2026-01-10T21:00:00Z'],
    ['no hours are set', saturdays, '2026-01-14T12:00:00Z', '2026-01-17T21:00:00Z'],
    [
      'a freeze is broken too',
      { ...frozen(oslo, '2026-01-01', '2026-01-31'), breakIfDeadlineUnderHours: 24 },
      '2026-01-14T12:00:00Z',
      'open, broke deadline',
    ],
  ] as const)('%s', (_name, given, time, expected) => {
    expect(at(given, time, 'add', deadline).replace(/:00\.000Z$/, ':00Z')).toBe(expected);
  });

  it('never lets a removal out', () => {
    expect(at(breaking, '2026-01-14T12:00:00Z', 'remove', deadline)).toBe('2026-01-17T21:00:00Z');
  });

  it('is told when it breaks something', () => {
    const state = windowAt(breaking, 'add', new Date('2026-01-14T12:30:00Z'), new Date(deadline));
    expect(state).toMatchObject({
      broke: {
        rule: 'deadline',
        text: expect.stringContaining(
          'broken because Azure may use these addresses from Thu 2026-01-15 01:00 (Europe/Oslo, UTC+1) on, which is in 11 hours (the limit is 24 hours)',
        ),
      },
    });
  });
});

it.each([
  ['2026-12-20', true],
  ['2026-12-20T12:00', true],
  ['2026-12-20T12:00:30', true],
  ['2026-02-30', false],
  ['2026-12-20T24:30', false],
  ['2026-12-20T12:00Z', false],
  ['2026-12-20T12:00+01:00', false],
  ['2026-12', false],
  ['20 December', false],
])('a local time is a date or a date-time without offset: %s %s', (text, expected) => {
  expect(isLocalTime(text)).toBe(expected);
});
