import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkPageKey, checkSignInOf } from '../../src/doctor/check-sign-in.ts';
import { easyAuthOn } from '../support/sign-in.ts';
import { startWebServer, type WebServer } from '../support/web-server.ts';

let app: WebServer;
beforeAll(async () => {
  app = await startWebServer();
});
afterAll(() => app.close());

const check = (env: Record<string, string>) => checkSignInOf(env, AbortSignal.timeout(30_000));

test.each([
  ['no sign-in', {}, 'good', 'function keys open the API'],
  ['one that the platform confirms', easyAuthOn, 'good', 'accepted beside function keys'],
  [
    'required and confirmed',
    { ...easyAuthOn, SERVICE_TAG_SYNC_SIGN_IN: 'required' },
    'good',
    'required of every caller',
  ],
  ['unconfirmed, from a desk', { SERVICE_TAG_SYNC_EASY_AUTH: '1' }, 'note', 'shows in the app alone'],
  [
    'unconfirmed, in the app',
    { SERVICE_TAG_SYNC_EASY_AUTH: '1', WEBSITE_SITE_NAME: 'app' },
    'bad',
    'WEBSITE_AUTH_ENABLED',
  ],
  ['misspelt, in the app', { SERVICE_TAG_SYNC_SIGN_IN: 'true', WEBSITE_SITE_NAME: 'app' }, 'bad', 'expected required'],
  ['misspelt, from a desk', { SERVICE_TAG_SYNC_SIGN_IN: 'true' }, 'bad', 'expected required'],
] as const)('%s', async (_, env, result, text) => {
  expect(await check(env)).toMatchObject({ of: 'sign-in', result, text: expect.stringContaining(text) });
});

const answer = (ok: boolean) => JSON.stringify({ status: '', checks: [{ name: 'sign-in', ok }] });

test.each([
  ['says that it is in order', { body: answer(true) }, 'good', 'in order'],
  ['says that it is not', { status: 503, body: answer(false) }, 'bad', 'Easy Auth is off'],
  ['has no such check', { body: '{"checks":[]}' }, 'bad', 'has no check "sign-in"'],
  ['is a page', { body: '<html></html>' }, 'bad', 'gives no answer'],
  ['leads elsewhere', { status: 302, headers: { location: 'http://127.0.0.1:1/' } }, 'bad', 'gives no answer'],
  ['breaks off', { body: answer(true), how: 'cut' }, 'bad', 'gives no answer'],
] as const)('an app that %s', async (_, reply, result, text) => {
  app.answer('/api/health', reply);
  const found = await check({ SERVICE_TAG_SYNC_URL: `${app.origin}/` });
  expect(found).toMatchObject({ result, text: expect.stringContaining(text) });
});

const key = 'a key of the page with many characters';

test.each([
  ['no key', {}, undefined],
  ['a key', { SERVICE_TAG_SYNC_PAGE_KEY: key }, { result: 'good' }],
  ['a short one', { SERVICE_TAG_SYNC_PAGE_KEY: 'short' }, { result: 'bad' }],
  [
    'a key where sign-in is required',
    { ...easyAuthOn, SERVICE_TAG_SYNC_SIGN_IN: 'required', SERVICE_TAG_SYNC_PAGE_KEY: key },
    { result: 'note' },
  ],
] as const)('%s of the page', (_, env, found) => {
  const check = checkPageKey(env);
  if (found === undefined) expect(check).toBeUndefined();
  else expect(check).toMatchObject({ of: 'page', ...found });
});
