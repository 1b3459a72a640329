import { expect, test } from 'vitest';
import { deadlineOf, timeLeft } from '../../../src/core/publication/freshness.ts';

const provenance = { via: 'test', url: 'https://example.test/', fetchedAt: '2024-01-18T10:00:00.000Z' };

test('the earliest use is a week after the name, the promised one a week after the page says it was published', () => {
  const deadline = deadlineOf({ date: '2024-01-15', provenance: { ...provenance, publishedAt: '2024-01-17' } });
  expect(deadline).toEqual({ earliest: '2024-01-22T00:00:00.000Z', promised: '2024-01-24T00:00:00.000Z' });
  expect(timeLeft(deadline, new Date('2024-01-21T00:00:00Z'))).toBe(86_400_000);
  expect(timeLeft(deadline, new Date('2024-01-22T00:00:01Z'))).toBe(-1000);
});

test('where no page gave a date, the promise counts from when the file was first seen', () => {
  expect(deadlineOf({ date: '2024-01-15', provenance })).toEqual({
    earliest: '2024-01-22T00:00:00.000Z',
    promised: '2024-01-25T00:00:00.000Z',
  });
});
