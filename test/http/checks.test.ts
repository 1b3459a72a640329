import { afterEach, expect, test, vi } from 'vitest';
import { handle } from '../../src/http/handle.ts';
import { ask, closedProduct, invocation, request, serviceForTests } from '../support/service.ts';
import { easyAuthOn } from '../support/sign-in.ts';

const health = (service: () => Promise<ReturnType<typeof serviceForTests>>, logged = invocation()) =>
  ask('health', request('GET', '/api/health'), { service }, logged);

afterEach(() => vi.unstubAllEnvs());

test('good checks answer 200', async () => {
  const response = await health(async () => serviceForTests());
  expect(response).toMatchObject({
    status: 200,
    jsonBody: {
      status: 'good',
      checks: [
        { name: 'storage', ok: true },
        { name: 'sign-in', ok: true },
      ],
    },
  });
});

test('a failing check answers 503 and keeps its words for the log, since anyone may ask', async () => {
  const logged = invocation();
  const checks = [{ name: 'storage', ok: false, text: 'account contoso does not answer' }];
  const service = serviceForTests({ health: async () => ({ ok: false, checks }) });
  const response = await health(async () => service, logged);
  expect(response).toMatchObject({ status: 503, jsonBody: { status: 'failing' } });
  expect(JSON.stringify(response)).not.toContain('contoso');
  expect(logged.lines.join()).toContain('account contoso does not answer');
});

test('a service that cannot be opened is a failing health, not an error', async () => {
  const logged = invocation();
  const response = await health(async () => {
    throw new Error('config: lists.a: unknown tag');
  }, logged);
  expect(response).toMatchObject({
    status: 503,
    jsonBody: {
      checks: [
        { name: 'sign-in', ok: true },
        { name: 'start', ok: false },
      ],
    },
  });
  expect(JSON.stringify(response)).not.toContain('unknown tag');
  expect(logged.lines.join()).toContain('unknown tag');
});

test.each([
  ['is misspelt', { SERVICE_TAG_SYNC_SIGN_IN: 'Required' }, 'SERVICE_TAG_SYNC_SIGN_IN: expected required'],
  ['is on, and the platform is silent', { SERVICE_TAG_SYNC_EASY_AUTH: '1' }, 'WEBSITE_AUTH_ENABLED'],
])('a sign-in that %s fails the check sign-in, its words in the log alone', async (_, env, word) => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const logged = invocation();
  const response = await health(async () => serviceForTests(), logged);
  const checks = [
    { name: 'storage', ok: true },
    { name: 'sign-in', ok: false },
  ];
  expect(response).toMatchObject({ status: 503, jsonBody: { status: 'failing', checks } });
  expect(JSON.stringify(response)).not.toContain('SERVICE_TAG_SYNC');
  expect(logged.lines.join()).toContain(word);
});

test('a sign-in that the platform confirms is in order', async () => {
  for (const [name, value] of Object.entries(easyAuthOn)) vi.stubEnv(name, value);
  expect(await health(async () => serviceForTests())).toMatchObject({ status: 200 });
});

test('an unexpected error is in the log, and not a word of it in the answer', async () => {
  const load = async () => {
    throw new Error('a path of this machine');
  };
  const logged = invocation();
  const asked = (authLevel: 'anonymous' | 'function') =>
    handle({ authLevel, load }, request('GET', '/api/health'), logged.context, closedProduct);
  for (const answered of [await asked('anonymous'), await asked('function')]) {
    expect(answered).toMatchObject({ status: 500, jsonBody: { next: expect.stringContaining('invocation i-1') } });
    expect(JSON.stringify(answered)).not.toContain('path of this machine');
  }
  expect(logged.lines.join()).toContain('a path of this machine');
});

const testChannels = (service: ReturnType<typeof serviceForTests>, body = '{}') =>
  ask('test-channels', request('POST', '/api/channels/test', { body }), { service: async () => service });

test('a test of all channels, and of some', async () => {
  const service = serviceForTests();
  expect((await testChannels(service)).status).toBe(200);
  await testChannels(service, '{"channels":["ops"]}');
  expect(service.asked).toEqual([
    ['testChannels', undefined],
    ['testChannels', ['ops']],
  ]);
});

test('one receiver that did not take it makes it 502, with the answer of each', async () => {
  const tests = [
    { channel: 'log', kind: 'log', ok: true, text: 'taken' },
    { channel: 'ops', kind: 'teams', ok: false, text: 'gone' },
  ];
  const answer = await testChannels(serviceForTests({ testChannels: async () => tests }));
  expect(answer.status).toBe(502);
  expect(JSON.parse(String(answer.body ?? JSON.stringify(answer.jsonBody)))).toEqual({ channels: tests });
});
