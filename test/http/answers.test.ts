import { expect, test } from 'vitest';
import { checkAnswer, checkInit, faultsOf } from '../support/answers.ts';
import { somePlan, someWord } from '../support/operator.ts';

// The checker by which all answers in tests are read.

test('a field that is missing, new or of another type is a fault', () => {
  expect(faultsOf('PlanAnswer', somePlan)).toEqual([]);
  const { run: _, ...without } = somePlan;
  expect(faultsOf('PlanAnswer', without).join()).toContain('"missingProperty":"run"');
  expect(faultsOf('PlanAnswer', { ...somePlan, more: 1 }).join()).toContain('"additionalProperty":"more"');
  expect(faultsOf('PlanAnswer', { ...somePlan, before: 1 }).join()).toContain('/before must be array');
});

test('a field within one kind of several is looked at too', () => {
  expect(faultsOf('Decision', someWord)).toEqual([]);
  expect(faultsOf('Decision', { ...someWord, hold: 'h' }).join()).toContain('"additionalProperty":"hold"');
  expect(faultsOf('Decision', { ...someWord, kind: 'shrug' }).join()).toContain('kind');
});

test('a time is ISO 8601 in UTC, as it is compared', () => {
  expect(faultsOf('PlanAnswer', { ...somePlan, at: '2024-01-15' }).join()).toContain('date-time');
});

test('a status, a media type and a path that the document does not have are faults', () => {
  const given = { method: 'GET', path: '/api/version', status: 200, type: 'application/json', text: '{"latest":"0"}' };
  expect(() => checkAnswer(given)).not.toThrow();
  expect(() => checkAnswer({ ...given, status: 418 })).toThrow('answered 418; the document has 200, 400');
  expect(() => checkAnswer({ ...given, type: 'text/html' })).toThrow('as text/html; the document has application/json');
  expect(() => checkAnswer({ ...given, path: '/api/verses' })).toThrow('no such operation');
  expect(() => checkInit('version', 'GET', { status: 404, jsonBody: {} })).toThrow('answered 404');
});
