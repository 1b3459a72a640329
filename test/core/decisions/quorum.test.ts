import { expect, test } from 'vitest';
import type { Actor, Decision } from '../../../src/core/decisions/decision.ts';
import { activeDecisionsAt } from '../../../src/core/decisions/in-effect.ts';

const person = (name: string, id?: string): Actor => ({ name, how: 'token', ...(id === undefined ? {} : { id }) });
const [anna, bert, cleo] = [person('anna'), person('bert'), person('cleo')];
const [one, two, three] = ['20.0.0.0/24', '20.0.2.0/24', '20.0.4.0/24'];
let ids = 0;
const word = (by: Actor) => ({ id: `w${ids++}`, at: '2024-01-20T12:00:00.000Z', by, why: 'a test' });

function approve(by: Actor, ranges: readonly string[], needs: number, more: object = {}): Decision {
  const about = { part: 'p', target: 'hub', direction: 'remove', ranges, expires: '2024-01-27T12:00:00.000Z' } as const;
  return { ...word(by), kind: 'approve', ...about, needs, ...more };
}
const answer = (by: Actor, needs: number, ranges?: readonly string[]): Decision => ({
  ...word(by),
  kind: 'answer',
  hold: 'h',
  answer: 'remove',
  needs,
  ...(ranges === undefined ? {} : { ranges }),
});
const at = (...decisions: Decision[]) => activeDecisionsAt(decisions, new Date('2024-01-21T12:00:00Z'));
const covered = (...decisions: Decision[]) => at(...decisions).approvals.map((each) => each.covers.ipv4.toPrefixes());
const lacking = (...decisions: Decision[]) => at(...decisions).incomplete.map((each) => each.covers.ipv4.toPrefixes());

test('an approval that needs two people counts for nothing by one, however often', () => {
  const mine = [approve(anna, [one], 2), approve(anna, [one], 2)];
  expect(covered(...mine)).toEqual([]);
  expect(lacking(...mine)).toEqual([[one], [one]]);
});

test('two approvals count as far as both showed the same', () => {
  const both = [approve(anna, [one, two], 2), approve(bert, [two, three], 2)];
  expect(covered(...both)).toEqual([[two], [two]]);
  expect(lacking(...both)).toEqual([[one], [three]]);
});

test('of three that are needed, three of any order count', () => {
  const [a, b, c] = [approve(anna, [one, two], 3), approve(bert, [one], 3), approve(cleo, [one, three], 3)];
  expect(covered(a, b)).toEqual([]);
  expect(covered(c, a, b)).toEqual([[one], [one], [one]]);
});

test('one person under two names is one, two people of one name are two', () => {
  expect(covered(approve(person('anna', 'A'), [one], 2), approve(person('ann', 'a'), [one], 2))).toEqual([]);
  expect(covered(approve(person('anna', 'a'), [one], 2), approve(person('anna', 'b'), [one], 2))).toHaveLength(2);
});

test('an approval of another target, of the other direction, withdrawn or over is no second one', () => {
  const mine = approve(anna, [one], 2);
  const other = approve(bert, [one], 2);
  for (const more of [{ target: 'edge' }, { direction: 'add' }, { expires: '2024-01-21T00:00:00.000Z' }]) {
    expect(covered(mine, approve(bert, [one], 2, more))).toEqual([]);
  }
  expect(covered(mine, other, { ...word(bert), kind: 'withdraw', word: other.id })).toEqual([]);
  expect(covered(mine, other)).toHaveLength(2);
});

test('an answer counts once as many people gave it, for ranges that each of them named', () => {
  expect(at(answer(anna, 2), answer(anna, 2)).answers.size).toBe(0);
  const some = answer(bert, 2, [one]);
  expect(at(answer(anna, 2), some).answers.get('h')).toEqual([some]);
  expect(at(answer(anna, 2, [two]), some).answers.size).toBe(0);
  expect(at(answer(anna, 2), answer(bert, 2)).answers.get('h')).toHaveLength(2);
});

test('a file is accepted once as many people accepted it, for tags that each of them named', () => {
  const accept = (by: Actor, tags?: string[]): Decision => ({
    ...word(by),
    kind: 'accept-publication',
    digest: 'd',
    needs: 2,
    ...(tags === undefined ? {} : { tags }),
  });
  expect(at(accept(anna), accept(anna)).acceptances).toEqual([]);
  const some = accept(bert, ['Storage']);
  expect(at(accept(anna), some).acceptances).toEqual([some]);
  expect(at(accept(anna, ['Sql']), some).acceptances).toEqual([]);
});
