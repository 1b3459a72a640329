import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { ApiError, openApi } from '../../src/cli/api-client.ts';
import { remoteOperator } from '../../src/cli/remote-operator.ts';
import { somePlan } from '../support/operator.ts';
import { type Reply, startWebServer, type WebServer } from '../support/web-server.ts';

let service: WebServer;
let elsewhere: WebServer;
beforeAll(async () => {
  [service, elsewhere] = await Promise.all([startWebServer(), startWebServer()]);
});
afterAll(async () => {
  await service.close();
  await elsewhere.close();
});
afterEach(() => vi.unstubAllEnvs());

type Kind = 'scope' | 'token' | 'key';
const open = (kind: Kind, text: string, path = '') =>
  openApi(
    { url: new URL(service.origin + path), credential: { kind, text } },
    { patienceMs: 2_000, mostBytes: 10_000 },
  );

const json = { 'content-type': 'application/json' };
const problem = { 'content-type': 'application/problem+json' };

/** What comes of GET /api/status where the service answers so. */
async function status(reply: Reply): Promise<unknown> {
  service.answer('/api/status', reply);
  return open('key', 'a-key').get('status');
}

test.each<[string, Reply, string]>([
  [
    'a problem, with what to do',
    { status: 409, headers: problem, body: '{"detail":"Expected a ticket.","next":"Give one."}' },
    '409: Expected a ticket. Give one.',
  ],
  ['a refusal of the host', { status: 401 }, 'The key or the token was not accepted'],
  ['a page in front of it', { status: 503, body: '<html>' }, '503 from what stands before the service'],
  ['no such service', { status: 404 }, 'a feeds app has none'],
  [
    'a page in place of it',
    { headers: { 'content-type': 'text/html' }, body: '<html>' },
    'expected JSON, got text/html',
  ],
  ['something that is no JSON', { headers: json, body: '{"a":' }, 'expected JSON'],
  ['more than anyone reads', { headers: json, body: 'x'.repeat(8_000), how: 'endless' }, 'larger than 10,000 bytes'],
  ['the half of an answer', { headers: json, body: '{"a": 1}', how: 'cut' }, 'Check the URL, and the network path'],
  ['the half, and then silence', { headers: json, body: '{"a": 1}', how: 'stalled' }, 'no complete answer within 2 s'],
  ['nothing', { how: 'silent' }, 'no complete answer within 2 s'],
])('%s is an error that says what to do', async (_, reply, text) => {
  const error = await status(reply).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ApiError);
  expect((error as Error).message).toContain(`GET ${service.origin}/api/status: `);
  expect((error as Error).message).toContain(text);
  expect((error as Error).message).not.toContain('a-key');
});

test('a redirect is not followed, so no credential goes to another place', async () => {
  elsewhere.answer('/api/status', { headers: json, body: '{}' });
  for (const code of [301, 302, 303, 307, 308]) {
    const redirect = { status: code, headers: { location: `${elsewhere.origin}/api/status` } };
    await expect(status(redirect)).rejects.toThrow(`redirect to ${elsewhere.origin}/api/status, which is not followed`);
  }
  expect(elsewhere.requests).toEqual([]);
});

test('a server writes no control characters to a terminal', async () => {
  const detail = 'gone\u001b[2J\u0007\r\nAll is well';
  const error = await status({ status: 400, headers: problem, body: JSON.stringify({ detail }) }).catch(
    (thrown: Error) => thrown.message,
  );
  expect(error).toContain('400: gone\ufffd[2J\ufffd');
});

test('where no service is, the error says so', async () => {
  const gone = await startWebServer();
  await gone.close();
  const api = openApi({ url: new URL(gone.origin), credential: { kind: 'key', text: 'k' } });
  await expect(api.get('status')).rejects.toThrow('ECONNREFUSED');
});

describe('a credential', () => {
  const sent = async (kind: Kind, text: string) => {
    service.answer('/api/status', { headers: json, body: '{}' });
    await open(kind, text).get('status');
    return service.requests.at(-1)?.headers;
  };

  test('is a key or a token, each in its own header', async () => {
    const key = await sent('key', 'k1');
    expect([key?.['x-functions-key'], key?.authorization]).toEqual(['k1', undefined]);
    const token = await sent('token', 't1');
    expect([token?.['x-functions-key'], token?.authorization]).toEqual([undefined, 'Bearer t1']);
  });

  test('is asked for by its scope, as who is signed in here: a managed identity', async () => {
    const resource = 'api://00000000-0000-0000-0000-000000000001';
    const path = `/msi/token?resource=${encodeURIComponent(resource)}&api-version=2019-08-01`;
    const token = { access_token: 'from-the-identity', expires_on: String(Math.floor(Date.now() / 1000) + 3_600) };
    for (const one of [path, `/msi/token?api-version=2019-08-01&resource=${encodeURIComponent(resource)}`]) {
      elsewhere.answer(one, { headers: json, body: JSON.stringify({ ...token, resource, token_type: 'Bearer' }) });
    }
    vi.stubEnv('IDENTITY_ENDPOINT', `${elsewhere.origin}/msi/token`);
    vi.stubEnv('IDENTITY_HEADER', 'h');
    expect((await sent('scope', `${resource}/.default`))?.authorization).toBe('Bearer from-the-identity');
  });

  test('that is not to be had is an error before anything is sent', async () => {
    vi.stubEnv('IDENTITY_ENDPOINT', `${elsewhere.origin}/no-identity`);
    vi.stubEnv('IDENTITY_HEADER', 'h');
    vi.stubEnv('PATH', '');
    const before = service.requests.length;
    await expect(open('scope', 'api://nothing/.default').get('status')).rejects.toThrow('no token for api://nothing');
    expect(service.requests.length).toBe(before);
  });
});

test('a service behind a path of a gateway, and ids with what a path cannot have', async () => {
  service.answer('/tags/api/plans/r1/a%20b?format=json', {
    headers: json,
    body: JSON.stringify(somePlan),
  });
  expect(await remoteOperator(open('key', 'k', '/tags/')).plan('r1/a b')).toEqual(JSON.parse(JSON.stringify(somePlan)));
});

test('a plan that the service does not know is none; a 404 of another server is an error', async () => {
  const operator = remoteOperator(open('key', 'k'));
  service.answer('/api/plans/x?format=json', { status: 404, headers: problem, body: '{"detail":"No recorded plan"}' });
  expect(await operator.plan('x')).toBeUndefined();
  await expect(operator.plan('y')).rejects.toThrow('404 from what stands before the service');
});

test('an answer of another version is not taken for one of this', async () => {
  service.answer('/api/holds', { headers: json, body: '{"questions":[]}' });
  await expect(remoteOperator(open('key', 'k')).holds()).rejects.toThrow('got one without holds:');
  service.answer('/api/version', { headers: json, body: '{"latest":17}' });
  await expect(remoteOperator(open('key', 'k')).version()).rejects.toThrow('got one with another latest:');
  service.answer('/api/pause', { status: 200, headers: json, body: '{}' });
  const by = { name: 'anna', how: 'claimed' } as const;
  const paused = remoteOperator(open('key', 'k')).record({ kind: 'pause' }, { by, why: 'w' });
  await expect(paused).rejects.toThrow('got one with the status 200:');
});

test('a field that a newer service adds is passed over', async () => {
  service.answer('/api/version', { headers: json, body: '{"latest":"0","more":{"a":1}}' });
  expect(await remoteOperator(open('key', 'k')).version()).toEqual({ latest: '0' });
});
