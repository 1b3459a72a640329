import { expect, test } from 'vitest';
import type { Decision } from '../../src/core/decisions/decision.ts';
import { answersLike } from '../../src/run/decisions.ts';

const answer = (id: string, name: string, ranges?: readonly string[], needs = 2): Decision => ({
  id,
  at: '2024-01-20T12:00:00.000Z',
  by: { name, how: 'token' },
  why: 'a test',
  kind: 'answer',
  hold: 'h',
  answer: 'remove',
  needs,
  ...(ranges === undefined ? {} : { ranges }),
});

test('what is taken back with an answer is what others gave for the same ranges, and no other part of the hold', () => {
  const [one, two] = [['20.0.0.0/24'], ['20.0.2.0/24']];
  const first = [answer('a1', 'anna', one), answer('a2', 'bert', one)];
  const second = [answer('b1', 'anna', two), answer('b2', 'bert', two)];
  expect(answersLike([...first, ...second], 'b2')).toEqual(['b1', 'b2']);
  expect(answersLike([answer('all', 'anna'), answer('a2', 'bert', one)], 'a2')).toEqual(['all', 'a2']);
  expect(answersLike([answer('all', 'anna'), answer('a2', 'bert', one)], 'all')).toEqual(['all', 'a2']);
  expect(answersLike([answer('x', 'anna', one, 1), answer('y', 'bert', one, 1)], 'y')).toEqual(['y']);
});
