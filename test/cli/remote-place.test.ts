import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RemotePlace, readUrl, remoteOf } from '../../src/cli/remote-place.ts';
import { UsageError } from '../../src/core/errors.ts';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'remote-place-'));
  file = join(folder, 'secret');
  await writeFile(file, 'from-a-file\n');
});
afterAll(() => rm(folder, { recursive: true }));

const url = new URL('https://app.example');
const env = { SERVICE_TAG_SYNC_URL: 'https://env.example' };
const scope = 'api://00000000-0000-0000-0000-000000000001/.default';

type Given = RemotePlace & { data?: string; storage?: string; storageFile?: string; config?: string };
const found = async (place: Given, settings: NodeJS.ProcessEnv = {}) => {
  const remote = await remoteOf(place, settings);
  return remote && [remote.url.hostname, remote.credential.kind, remote.credential.text];
};

test.each<[string, Given, NodeJS.ProcessEnv, string[] | undefined]>([
  ['nothing', {}, {}, undefined],
  ['a setting for the API without one for its URL', {}, { SERVICE_TAG_SYNC_KEY: 'k' }, undefined],
  ['a URL and a scope', { url, scope }, {}, ['app.example', 'scope', scope]],
  ['both from the environment', {}, { ...env, SERVICE_TAG_SYNC_SCOPE: scope }, ['env.example', 'scope', scope]],
  ['a token from the environment', { url }, { SERVICE_TAG_SYNC_TOKEN: 't1' }, ['app.example', 'token', 't1']],
  ['a key from the environment', {}, { ...env, SERVICE_TAG_SYNC_KEY: 'k1' }, ['env.example', 'key', 'k1']],
  [
    'an option before the environment',
    { url, scope },
    { ...env, SERVICE_TAG_SYNC_KEY: 'k1' },
    ['app.example', 'scope', scope],
  ],
  [
    'a named folder before a URL of the environment',
    { data: './state' },
    { ...env, SERVICE_TAG_SYNC_KEY: 'k' },
    undefined,
  ],
  ['named storage before it, too', { storage: 'x' }, { ...env, SERVICE_TAG_SYNC_KEY: 'k' }, undefined],
  ['and storage from a file', { storageFile: 'x' }, { ...env, SERVICE_TAG_SYNC_KEY: 'k' }, undefined],
])('%s', async (_, place, settings, expected) => {
  expect(await found(place, settings)).toEqual(expected);
});

test('a key or a token from a file, without the end of its line', async () => {
  expect(await found({ url, keyFile: file })).toEqual(['app.example', 'key', 'from-a-file']);
  // As `npm start` keeps it for curl.
  const header = join(folder, 'function-key.header');
  await writeFile(header, 'x-functions-key: k-1\n');
  expect(await found({ url, keyFile: header })).toEqual(['app.example', 'key', 'k-1']);
  expect(await found({ url, tokenFile: file })).toEqual(['app.example', 'token', 'from-a-file']);
});

test.each<[string, Given, NodeJS.ProcessEnv, string]>([
  ['no credential', { url }, {}, 'expected a credential for the service, got none'],
  ['two options', { url, scope, keyFile: 'k' }, {}, 'got --scope and --key-file'],
  [
    'two settings',
    { url },
    { SERVICE_TAG_SYNC_KEY: 'k', SERVICE_TAG_SYNC_TOKEN: 't' },
    'got SERVICE_TAG_SYNC_TOKEN and',
  ],
  ['a credential without a URL', { scope }, {}, 'expected --url beside --scope'],
  ['a folder beside a URL', { url, data: './state' }, {}, 'expected a URL or --data, got both'],
  ['storage from a file beside a URL', { url, storageFile: 'x' }, {}, 'expected a URL or --storage-file, got both'],
  ['a config beside a URL of the environment', { config: 'c' }, env, 'the URL is from SERVICE_TAG_SYNC_URL'],
  ['a scope that is a resource', { url, scope: 'api://x' }, {}, 'expected a scope such as'],
  ['a URL that is none', {}, { SERVICE_TAG_SYNC_URL: 'app' }, 'SERVICE_TAG_SYNC_URL: Expected a URL'],
  ['a file that is not there', { url, keyFile: '/no/such' }, {}, '/no/such, which cannot be read (ENOENT)'],
])('%s is refused', async (_, place, settings, text) => {
  const refused = await found(place, settings).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(UsageError);
  expect((refused as Error).message).toContain(text);
});

test.each(['hunter2 and more', 'hunter2\nhunter3', 'hunter2\u0000', 'hünter2'])(
  'what cannot be a key is refused and not shown: %j',
  async (key) => {
    const refused = await found({ url }, { SERVICE_TAG_SYNC_KEY: key }).catch((error: Error) => error.message);
    expect(refused).toContain('expected a key or a token in SERVICE_TAG_SYNC_KEY');
    expect(refused).not.toContain('nter2');
  },
);

test.each([
  ['https://app.azurewebsites.net', true],
  ['https://gateway.example/tags/', true],
  ['http://127.0.0.1:7071', true],
  ['http://localhost:7071', true],
  ['http://[::1]:7071', true],
  ['http://app.azurewebsites.net', false],
  ['http://127.0.0.1.example', false],
  ['http://localhost.example', false],
  ['https://user:secret@app.example', false],
  ['https://app.example/?code=secret', false],
  ['https://app.example/#x', false],
  ['ftp://127.0.0.1', false],
  ['app.example', false],
])('%s may be asked: %s', (text, may) => {
  if (may) expect(readUrl(text).href).toContain(text);
  else expect(() => readUrl(text)).toThrow('Expected a URL');
});
