import { expect, expectTypeOf, test } from 'vitest';
import * as z from 'zod';
import { versionAnswer } from '../../src/http/answers/changes.ts';
import type { Same } from '../../src/http/answers/component.ts';
import type { endpoint } from '../../src/http/handle.ts';
import type { BodySchema } from '../../src/http/read-request.ts';
import { json, problem, text } from '../../src/http/responses.ts';
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

test('the compiler refuses an answer that the responses do not name', () => {
  const responses = { 200: { text: 'The version.', json: versionAnswer }, 404: 'None.' } as const;
  type Given = Parameters<typeof endpoint<z.ZodObject, BodySchema, typeof responses>>[0];
  type Allowed = Awaited<ReturnType<Given['answer']>>;
  expectTypeOf(json(200, { latest: '0' })).toExtend<Allowed>();
  expectTypeOf(problem(404, 'none')).toExtend<Allowed>();
  expectTypeOf(json(200, {})).not.toExtend<Allowed>();
  expectTypeOf(json(202, { latest: '0' })).not.toExtend<Allowed>();
  expectTypeOf(problem(409, 'no')).not.toExtend<Allowed>();
  // Its responses name no media type beside JSON.
  expectTypeOf(text('text/csv', 'latest')).not.toExtend<Allowed>();
  expect(Object.keys(responses)).toEqual(['200', '404']);
});

test('the compiler refuses a schema that has drifted from its view', () => {
  interface View {
    readonly at: string;
    readonly next?: string;
  }
  const at = z.string();
  const optional = z.string().exactOptional();
  const schemas = {
    same: z.object({ at, next: optional }),
    less: z.object({ at }),
    required: z.object({ at, next: z.string() }),
    more: z.object({ at, next: optional, more: optional }),
  };
  type Checked<S extends z.ZodType> = Same<z.output<S>, View>;
  expectTypeOf<Checked<typeof schemas.same>>().toEqualTypeOf<true>();
  expectTypeOf<Checked<typeof schemas.less>>().toEqualTypeOf<false>();
  expectTypeOf<Checked<typeof schemas.required>>().toEqualTypeOf<false>();
  expectTypeOf<Checked<typeof schemas.more>>().toEqualTypeOf<false>();
  expect(Object.keys(schemas)).toHaveLength(4);
});
