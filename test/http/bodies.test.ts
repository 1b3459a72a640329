import { describe, expect, test } from 'vitest';
import { postTestChannels } from '../../src/http/channels.ts';
import { postAnswers, postControl } from '../../src/http/decisions.ts';
import { handle, type Route } from '../../src/http/handle.ts';
import { handleRuns } from '../../src/http/runs.ts';
import { deskForTests } from '../support/operator.ts';
import { invocation, request, serviceForTests } from '../support/service.ts';

const settings = () => ({ easyAuth: false, now: () => new Date('2024-01-15T08:00:00Z') });

type Post = (headers: Record<string, string>, body?: string) => Promise<{ answered: object; asked: unknown[] }>;

function poster<T>(route: Route<T>, open: () => T & { readonly asked: unknown[] }): Post {
  return async (headers, body) => {
    const asked = open();
    const post = request('POST', '/api', { headers, ...(body === undefined ? {} : { body }) });
    return { answered: await handle(route, post, invocation().context, async () => asked), asked: asked.asked };
  };
}

const routes: Record<string, Post> = {
  runs: poster(handleRuns, serviceForTests),
  'channels/test': poster(postTestChannels, serviceForTests),
  answers: poster(postAnswers(settings), deskForTests),
  pause: poster(postControl('pause', settings), deskForTests),
  resume: poster(postControl('resume', settings), deskForTests),
  pin: poster(postControl('pin', settings), deskForTests),
  unpin: poster(postControl('unpin', settings), deskForTests),
};

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

describe.each(Object.entries(routes))('POST /api/%s', (_route, post) => {
  test.each(missing)(
    'a body that is announced %s and is not there is no empty one',
    async (_name, headers, status, detail) => {
      const { answered, asked } = await post(headers);
      expect(answered).toMatchObject({ status, jsonBody: { status, detail: expect.stringMatching(detail) } });
      expect(asked).toEqual([]);
    },
  );

  test('white space is no JSON', async () => {
    const { answered, asked } = await post({}, ' \n');
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
  const { answered, asked } = await (routes.runs as Post)(headers, body);
  expect(answered).toMatchObject({ status: 202 });
  expect(asked).toEqual([['requestRun', { trigger: 'http' }]]);
});
