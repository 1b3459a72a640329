import { describe, expect, it } from 'vitest';
import { remindersDue } from '../../../src/core/judge/clock.ts';

const dayMs = 86_400_000;
/** Days, as dates, on which a further reminder became due. */
function remindedOn(since: string, days: number): string[] {
  const found: string[] = [];
  let before = 0;
  for (let hours = 0; hours <= days * 24; hours += 6) {
    const now = new Date(Date.parse(since) + (hours * dayMs) / 24);
    const due = remindersDue(since, now);
    expect(due - before).toBeOneOf([0, 1]);
    if (due > before) found.push(now.toISOString().slice(0, 10));
    before = due;
  }
  return found;
}

describe('reminders', () => {
  it('come after 1, 3 and 7 days, then on Mondays', () => {
    // Monday, 15 January 2024.
    expect(remindedOn('2024-01-15T12:00:00Z', 35)).toEqual([
      '2024-01-16',
      '2024-01-18',
      '2024-01-22',
      '2024-01-29',
      '2024-02-05',
      '2024-02-12',
      '2024-02-19',
    ]);
  });

  it.each([15, 16, 17, 18, 19, 20, 21])('of what was asked on January %i come on the same days in the end', (day) => {
    const all = remindedOn(`2024-01-${day}T09:30:00Z`, 50);
    const [, , third, ...weekly] = all.map((date) => Date.parse(date));
    expect(all.slice(4, 8)).toEqual(expect.arrayContaining(['2024-02-12', '2024-02-19', '2024-02-26']));
    const rest = ((weekly[0] ?? 0) - (third ?? 0)) / dayMs;
    expect(rest).toBeGreaterThanOrEqual(3);
    expect(rest).toBeLessThanOrEqual(10);
    for (const time of weekly) expect(new Date(time).getUTCDay()).toBe(1);
  });
});
