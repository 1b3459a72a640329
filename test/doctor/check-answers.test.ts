import { expect, test } from 'vitest';
import { checkAnswers } from '../../src/doctor/check-answers.ts';

const configOf = (answers: object, own?: object) =>
  ({ loaded: { config: { answers, targets: { hub: own === undefined ? {} : { answers: own } } } } }) as never;
const desk = { env: {}, signIn: false };
const app = { env: { WEBSITE_SITE_NAME: 'func-x' }, signIn: false };

test.each([
  ['two people', configOf({ approvers: 2 }), '`approvers`'],
  ['another person', configOf({ notWhoAsked: true }), '`notWhoAsked`'],
  ['a group', configOf({ groups: ['g'] }), '`groups`'],
  ['two people for one target', configOf({}, { approvers: 2, notWhoAsked: true }), '`approvers`, `notWhoAsked`'],
])('%s, where no one can sign in, is told', (_, context, names) => {
  expect(checkAnswers(context, desk)).toMatchObject([{ result: 'note', text: expect.stringContaining(names) }]);
  expect(checkAnswers(context, app)).toMatchObject([{ of: 'answers', result: 'bad' }]);
  expect(checkAnswers(context, { ...app, signIn: true })).toEqual([]);
});

test('what takes one person, whoever it is, needs no sign-in', () => {
  expect(checkAnswers(configOf({ ticket: { pattern: 'CHG' }, approvers: 1, notWhoAsked: false }), app)).toEqual([]);
});
