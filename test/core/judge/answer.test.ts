import { expect, it } from 'vitest';
import { setsOf } from '../../../src/core/address/sets.ts';
import { AnswerError, answerHold } from '../../../src/core/judge/answer.ts';
import { Judging } from '../../support/history.ts';

const region = 'Storage.WestUS';
const all = Array.from({ length: 12 }, (_, i) => `20.0.${i * 2}.0/24`);
const now = new Date('2024-01-23T12:00:00Z');

/** A region that lost four of twelve ranges at once: a question. */
function asked() {
  const judging = new Judging();
  judging.publish(0, { [region]: all });
  judging.publish(7, { [region]: all.slice(4) });
  const hold = judging.ledger.tags.get(region)?.holds[0]?.id ?? '';
  return { judging, hold };
}

it('keeps the part that was named and leaves the rest to its question', () => {
  const { judging, hold } = asked();
  const ranges = setsOf(all.slice(0, 1));
  const { ledger } = answerHold(judging.ledger, { hold, answer: 'keep', by: 'on call', decision: 'd-1', ranges }, now);
  const [rest, kept] = ledger.tags.get(region)?.holds ?? [];
  expect(rest).toMatchObject({ id: hold });
  expect(rest?.kept).toBeUndefined();
  expect(rest?.held.ipv4.toPrefixes()).toEqual(all.slice(1, 4));
  expect(kept?.held.ipv4.toPrefixes()).toEqual(all.slice(0, 1));
  expect(kept?.kept?.by).toBe('on call');
  expect(kept?.id).not.toBe(hold);
});

it('removes the part that was named, and only that', () => {
  const { judging, hold } = asked();
  const ranges = setsOf(all.slice(0, 1));
  judging.ledger = answerHold(
    judging.ledger,
    { hold, answer: 'remove', by: 'on call', decision: 'd-1', ranges },
    now,
  ).ledger;
  expect(judging.effective(region).toPrefixes()).toEqual(all.slice(1));
});

it('is refused for a hold that is not open, and for ranges that it does not hold', () => {
  const { judging, hold } = asked();
  const say = (id: string, prefix: string) => () =>
    answerHold(
      judging.ledger,
      { hold: id, answer: 'remove', by: 'on call', decision: 'd-1', ranges: setsOf([prefix]) },
      now,
    );
  expect(say('another', '20.0.0.0/24')).toThrow(AnswerError);
  expect(say(hold, '20.200.0.0/24')).toThrow(/does not hold/);
});

it.each([
  ['for good', undefined, 1000],
  ['until a date', '2024-06-01T00:00:00.000Z', 137],
] as const)('keeps a small loss %s, however long its clock has run', (_name, until, last) => {
  const judging = new Judging();
  judging.publish(0, { [region]: all });
  // One of twelve: nobody is asked, the clock would let it go after 42 days and three files.
  for (const day of [7, 14, 21]) judging.publish(day, { [region]: all.slice(1) });
  const hold = judging.ledger.tags.get(region)?.holds[0];
  expect(hold?.questions).toEqual([]);
  const answer = { hold: hold?.id ?? '', answer: 'keep', by: 'on call', decision: 'd-1' } as const;
  judging.ledger = answerHold(judging.ledger, { ...answer, ...(until ? { until } : {}) }, now).ledger;
  judging.wait(last);
  expect(judging.effective(region).toPrefixes()).toEqual(all);
  judging.wait(last + 1);
  expect(judging.effective(region).toPrefixes()).toEqual(until === undefined ? all : all.slice(1));
});
