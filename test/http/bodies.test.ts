import { describe, expect, test } from 'vitest';
import { routes } from '../../src/http/routes.ts';
import { deskForTests } from '../support/operator.ts';
import { ask, byKey, request, serviceForTests } from '../support/service.ts';

const posts = routes.filter(({ methods }) => methods.includes('POST'));

async function post(name: string, headers: Record<string, string>, body?: string) {
  const [service, operator] = [serviceForTests(), deskForTests()];
  const settings = async () => ({ easyAuth: false, now: () => new Date('2024-01-15T08:00:00Z') });
  const asked = request('POST', '/api', { headers, ...(body === undefined ? {} : { body }) });
  const answered = await ask(name, asked, { service: async () => service, operator: async () => operator, settings });
  return { answered, asked: [...service.asked, ...operator.asked] };
}

// Headers as curl and fetch send them, which the Functions host hands on with or without the body.
const missing: [string, Record<string, string>, number, RegExp][] = [
  [
    'in chunks',
    { 'transfer-encoding': 'chunked' },
    411,
    /Transfer-Encoding: chunked announces, got none\. .*-d '\{\}'/,
  ],
  ['with a length', { 'content-length': '16' }, 411, /Content-Length: 16 announces, got none/],
  ['with no readable length', { 'content-length': '0, 16' }, 411, /announces, got none/],
  [
    'by its type',
    { 'content-type': 'application/json', 'content-length': '0' },
    400,
    /Content-Type application\/json, got none\. .*-d '\{\}'/,
  ],
  ['by its type alone', { 'content-type': 'application/json; charset=utf-8' }, 400, /got none/],
  [
    'by the type of an empty text',
    { 'content-type': 'text/plain;charset=UTF-8', 'content-length': '0' },
    400,
    /got none/,
  ],
  ['by nothing at all', {}, 411, /Content-Length: 0 for none, got neither\. .*-d '\{\}'/],
];

test('every POST has a schema for its body', async () => {
  for (const route of posts) expect((await route.load()).body, route.name).toBeDefined();
});

describe.each(posts)('POST /api/$path', ({ name: route }) => {
  test.each(missing)(
    'a body that is announced %s and is not there is no empty one',
    async (_name, headers, status, detail) => {
      const { answered, asked } = await post(route, headers);
      expect(answered).toMatchObject({ status, jsonBody: { status, detail: expect.stringMatching(detail) } });
      expect(asked).toEqual([]);
    },
  );

  test('white space is no JSON', async () => {
    const { answered, asked } = await post(route, {}, ' \n');
    expect(answered).toMatchObject({ status: 400, jsonBody: { detail: expect.stringContaining('not JSON') } });
    expect(asked).toEqual([]);
  });
});

test.each([
  ['Content-Length: 0', { 'content-length': '0' }, undefined],
  ["what curl -d '' sends", { 'content-length': '0', 'content-type': 'application/x-www-form-urlencoded' }, undefined],
  ['an empty object', {}, '{}'],
  ["what curl -d '{}' sends", { 'content-type': 'application/x-www-form-urlencoded' }, '{}'],
])('%s is meant, and asks for a run of all targets', async (_name, headers: Record<string, string>, body) => {
  const { answered, asked } = await post('runs', headers, body);
  expect(answered).toMatchObject({ status: 202 });
  expect(asked).toEqual([['requestRun', { trigger: 'http', by: byKey }]]);
});
