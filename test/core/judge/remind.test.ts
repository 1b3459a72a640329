import { describe, expect, it } from 'vitest';
import { isLastReminder, remindersDue } from '../../../src/core/judge/reminders.ts';

const dayMs = 86_400_000;
const asked = Date.parse('2024-01-15T09:30:00Z');

/** The days after a question on which one more reminder is due, looked at once a day. */
function remindedOn(days: number): number[] {
  const at = (day: number) => remindersDue(new Date(asked).toISOString(), new Date(asked + day * dayMs));
  return Array.from({ length: days }, (_, day) => day + 1).filter((day) => at(day) > at(day - 1));
}

describe('reminders', () => {
  it('come soon, grow rarer, then come monthly, and end after half a year', () => {
    expect(remindedOn(1000)).toEqual([1, 3, 7, 14, 30, 60, 90, 120, 150, 180]);
  });

  it('are due from the hour of the question on', () => {
    const due = (iso: string) => remindersDue(new Date(asked).toISOString(), new Date(iso));
    expect(due('2024-01-16T09:29:59Z')).toBe(0);
    expect(due('2024-01-16T09:30:00Z')).toBe(1);
  });

  it('say which is the last', () => {
    expect([9, 10, 11].map(isLastReminder)).toEqual([false, true, true]);
  });
});
