import { HttpRequest } from '@azure/functions';
import { describe, expect, test } from 'vitest';
import { routes } from '../../src/http/routes.ts';
import { operatorForTests } from '../support/operator.ts';
import { ask, byKey, request, serviceForTests } from '../support/service.ts';

const posts = routes.filter(({ methods }) => methods.includes('POST'));

async function post(name: string, headers: Record<string, string>, body?: string) {
  const [service, operator] = [serviceForTests(), operatorForTests()];
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

/** A request whose body comes piece by piece, and how many pieces were taken from it. */
function streamed(headers: Record<string, string>): { asked: HttpRequest; taken: () => number } {
  let taken = 0;
  const body = new ReadableStream({
    pull(controller) {
      taken++;
      controller.enqueue(new Uint8Array(16 * 1024).fill(0x20));
      if (taken === 4000) controller.close();
    },
  });
  const init = { method: 'POST', headers, body, duplex: 'half' } as const;
  const nativeRequest = new Request('http://localhost/api/runs', init);
  return { asked: new HttpRequest({ method: 'POST', url: '', nativeRequest } as object), taken: () => taken };
}

test.each([
  ['that says its length', { 'content-length': '65536000' }, 2],
  ['that says none', {}, 8],
  ['that says less', { 'content-length': '16' }, 8],
])('a body of 62 MB %s is refused before it is read', async (_name, headers: Record<string, string>, most) => {
  const service = serviceForTests();
  const { asked, taken } = streamed(headers);
  const answered = await ask('runs', asked, { service: async () => service });
  expect(answered).toMatchObject({ status: 413, jsonBody: { detail: expect.stringContaining('65536 bytes') } });
  expect(taken()).toBeLessThanOrEqual(most);
  expect(service.asked).toEqual([]);
});

test('a body of many bytes is counted in bytes, and one of the size that is taken is taken', async () => {
  const service = serviceForTests();
  const settings = async () => ({ easyAuth: false, now: () => new Date() });
  const sent = (body: string) =>
    ask('runs', request('POST', '/api/runs', { body }), { service: async () => service, settings });
  expect(await sent(`${' '.repeat(65_534)}{}`)).toMatchObject({ status: 202 });
  expect(await sent(`${' '.repeat(65_535)}{}`)).toMatchObject({ status: 413 });
  expect(await sent(JSON.stringify({ targets: ['ü'.repeat(32_765)] }))).toMatchObject({ status: 413 });
});

test.each([
  ['the kind of an answer', 'answers', `{"kind":${'['.repeat(30_000)}${']'.repeat(30_000)}}`],
  ['the body itself', 'runs', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
  ['a field', 'runs', `{"targets":${'{"a":'.repeat(9_000)}1${'}'.repeat(9_000)}}`],
])('%s nested deeper than a stack is refused, with what is expected', async (_name, route, body) => {
  const { answered, asked } = await post(route, {}, body);
  const detail = expect.stringContaining('nesting of at most 32');
  expect(answered).toMatchObject({ status: 400, jsonBody: { detail } });
  expect(asked).toEqual([]);
});

test.each([
  ['why', '\u001b[31mred', 'U+001B'],
  ['by', 'kari\u202etxt.exe', 'U+202E'],
  ['ticket', 'CHG1\u0000', 'U+0000'],
  ['why', 'a\u009bb', 'U+009B'],
  ['why', 'mark\u200f', 'U+200F'],
])('a decision whose %s holds what no one sees is refused', async (field, text, got) => {
  const body = JSON.stringify({ why: 'storm', ...{ [field]: text } });
  const { answered, asked } = await post('pause', {}, body);
  const issue = {
    path: field,
    expected: expect.stringContaining('without control characters'),
    got: `one with ${got}`,
  };
  expect(answered).toMatchObject({ status: 400, jsonBody: { issues: [issue] } });
  expect(asked).toEqual([]);
});

test('a name of a field is answered without the signs that no one sees', async () => {
  const { answered } = await post('runs', {}, JSON.stringify({ 'dry\u202eRun': true }));
  expect(answered).toMatchObject({ status: 400, jsonBody: { issues: [{ path: 'dry\ufffdRun' }] } });
  expect(JSON.stringify(answered)).not.toContain('\u202e');
});

test('a reason of several lines is taken', async () => {
  expect((await post('pause', {}, JSON.stringify({ why: 'storm\n\tin Oslo' }))).answered).toMatchObject({
    status: 201,
  });
});

test('every answer says that its type is what it says', async () => {
  const nosniff = { headers: { 'x-content-type-options': 'nosniff' } };
  expect((await post('runs', {}, '{}')).answered).toMatchObject({ status: 202, ...nosniff });
  expect((await post('runs', {}, 'x')).answered).toMatchObject({ status: 400, ...nosniff });
  expect(await ask('openapi', request('GET', '/api/openapi.json'), {})).toMatchObject({ status: 200, ...nosniff });
});
