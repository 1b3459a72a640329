import { HttpRequest } from '@azure/functions';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { handle } from '../../../src/http/handle.ts';
import { pageRoute } from '../../../src/http/page/route.ts';
import { signInLink, tokenUntil } from '../../../src/run/page-key.ts';
import { closedProduct, invocation, request, serviceForTests } from '../../support/service.ts';
import { easyAuthOn, principal } from '../../support/sign-in.ts';

// Who may look at the page and who may send its forms. Nothing here gets as far as a view: `/ui/nothing` is a 404 for who is in.

const key = 'a key of the page with many characters';
const hour = 3_600_000;
const cookieOf = (until: number, own = key) =>
  `service-tag-sync=${tokenUntil({ name: 'on call', until: new Date(until) }, own, 'session')}`;

afterEach(() => vi.unstubAllEnvs());

async function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  form?: Record<string, string>,
  service = serviceForTests(),
) {
  const { url, query } = splitQuery(path);
  const asked = request(method, url, {
    query,
    headers: { ...headers, ...(form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}) },
    ...(form ? { body: new URLSearchParams(form).toString() } : {}),
  });
  const product = {
    ...closedProduct,
    service: async () => service,
    settings: async () => ({ easyAuth: false, now: () => new Date() }),
  };
  const { status = 200, headers: sent, body } = await handle(pageRoute, asked, invocation().context, product);
  const text = body === undefined ? '' : Buffer.from(body as Uint8Array).toString();
  return { status, headers: new Headers(sent as Record<string, string>), text, service };
}

function splitQuery(path: string) {
  const { searchParams } = new URL(path, 'http://localhost');
  return { url: path, query: Object.fromEntries(searchParams) };
}

/** The hidden field of the forms of a session. */
async function formTokenOf(headers: Record<string, string>): Promise<string> {
  const { text } = await ask('GET', '/ui/nothing', headers);
  return /name="token" value="([^"]+)"/.exec(text)?.[1] ?? '';
}

const callers = {
  none: {},
  'with the key': { cookie: cookieOf(Date.now() + hour) },
  'with a key that is over': { cookie: cookieOf(Date.now() - 1) },
  'with another key': { cookie: cookieOf(Date.now() + hour, `${key}!`) },
  reader: principal('reader'),
  feed: principal('feed'),
  approver: principal('approver'),
} as const;

const [login, form] = ['/.auth/login/aad?post_login_redirect_uri=%2Fui%2Fnothing', '/ui/sign-in?next=%2Fui%2Fnothing'];

/** What each caller gets, in the order of `callers`. */
const settings = {
  'nothing is set up': { env: {}, gets: [403, 403, 403, 403, 403, 403, 403] },
  'a key': { env: { SERVICE_TAG_SYNC_PAGE_KEY: key }, gets: [form, 404, form, form, form, form, form] },
  'sign-in': { env: easyAuthOn, gets: [login, login, login, login, 404, 403, 404] },
  'sign-in and a key': {
    env: { ...easyAuthOn, SERVICE_TAG_SYNC_PAGE_KEY: key },
    gets: [form, 404, form, form, 404, 403, 404],
  },
  'sign-in is required': {
    env: { ...easyAuthOn, SERVICE_TAG_SYNC_SIGN_IN: 'required', SERVICE_TAG_SYNC_PAGE_KEY: key },
    gets: [login, login, login, login, 404, 403, 404],
  },
  // Without the platform's word that it is on, its header may be forged.
  'sign-in is switched off': {
    env: { SERVICE_TAG_SYNC_EASY_AUTH: '1', SERVICE_TAG_SYNC_PAGE_KEY: key },
    gets: [form, 404, form, form, 503, 503, 503],
  },
} as const;

test.each(Object.entries(settings))('%s: who gets in', async (_name, { env, gets }) => {
  for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
  const found = [];
  for (const headers of Object.values(callers)) {
    const { status, headers: sent } = await ask('GET', '/ui/nothing', headers);
    found.push(status === 302 ? sent.get('location') : status);
  }
  expect(found).toEqual(gets);
});

test.each([
  ['reader', [403, 403, 403]],
  ['operator', [303, 403, 403]],
  ['approver', [403, 409, 409]],
] as const)('%s: what the forms do', async (role, [run, pin, answer]) => {
  for (const [name, value] of Object.entries(easyAuthOn)) vi.stubEnv(name, value);
  const headers = { ...principal(role), cookie: 'service-tag-sync=a-random-secret' };
  const token = await formTokenOf(headers);
  const send = async (path: string, more: Record<string, string> = {}) =>
    (await ask('POST', path, { ...headers, origin: 'http://localhost' }, { token, ...more })).status;
  expect(await send('/ui/control/run')).toBe(run);
  // The operator is closed here: who has the role gets so far, and no further than that.
  expect(await send('/ui/control/pin', { changeNumber: '1', until: '2d', why: 'a test' })).toBe(
    pin === 409 ? 500 : pin,
  );
  expect(await send('/ui/control/unpin', { why: 'a test' })).toBe(answer === 409 ? 500 : answer);
});

describe('a form of another place', () => {
  const own = callers['with the key'];

  test.each([
    ['without the token', { origin: 'http://localhost' }, {}],
    ['with a wrong token', { origin: 'http://localhost' }, { token: 'guessed' }],
    ['of another site, with the token', { origin: 'https://elsewhere.example' }, 'token'],
    ['without an origin', {}, 'token'],
  ] as const)('%s does nothing', async (_name, from, fields) => {
    vi.stubEnv('SERVICE_TAG_SYNC_PAGE_KEY', key);
    const token = await formTokenOf(own);
    const sent = fields === 'token' ? { token } : fields;
    const { status, service } = await ask('POST', '/ui/control/run', { ...own, ...from }, sent);
    expect(status).toBe(403);
    expect(service.asked).toEqual([]);
  });

  test('the same form of this page asks for a run', async () => {
    vi.stubEnv('SERVICE_TAG_SYNC_PAGE_KEY', key);
    const token = await formTokenOf(own);
    const { status, headers, service } = await ask(
      'POST',
      '/ui/control/run',
      { ...own, origin: 'http://localhost' },
      { token },
    );
    expect([status, headers.get('location')]).toEqual([303, '/ui/runs/r-1']);
    expect(service.asked).toEqual([['requestRun', { trigger: 'http', by: { name: 'on call', how: 'claimed' } }]]);
  });

  test('nothing is done by a link', async () => {
    vi.stubEnv('SERVICE_TAG_SYNC_PAGE_KEY', key);
    for (const path of ['/ui/control/run', '/ui/control/dry-run', '/ui/sign-out']) {
      expect([path, (await ask('GET', path, own)).status]).toEqual([path, 404]);
    }
  });
});

describe('sign-in with the key', () => {
  const origin = { origin: 'http://localhost' };

  test('the right key opens a session of the name that was given, and leads back', async () => {
    vi.stubEnv('SERVICE_TAG_SYNC_PAGE_KEY', key);
    const { status, headers } = await ask('POST', '/ui/sign-in?next=/ui/runs?after=5', origin, {
      key,
      name: 'on call',
    });
    expect([status, headers.get('location')]).toEqual([303, '/ui/runs?after=5']);
    const cookie = headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/HttpOnly.*SameSite=Lax|SameSite=Lax.*HttpOnly/);
    expect(cookie).not.toContain(key);
    const inside = await ask('GET', '/ui/nothing', { cookie: cookie.split(';')[0] ?? '' });
    expect(inside.status).toBe(404);
    expect(inside.text).toContain('on call');
  });

  test.each([
    'https://elsewhere.example/',
    '//elsewhere.example',
    '/ui/../api/runs',
    '/uix',
    '/api/runs',
    '/\\elsewhere.example',
  ])('never leads to %s', async (next) => {
    vi.stubEnv('SERVICE_TAG_SYNC_PAGE_KEY', key);
    const sent = { key, name: 'x' };
    const { headers } = await ask('POST', `/ui/sign-in?next=${encodeURIComponent(next)}`, origin, sent);
    expect(headers.get('location')).toBe('/ui');
  });

  test('a link opens it for half an hour, and as a session it is nothing', async () => {
    vi.stubEnv('SERVICE_TAG_SYNC_PAGE_KEY', key);
    const link = (now: Date) => signInLink('', key, now, 'on call');
    const fresh = await ask('GET', link(new Date()));
    expect([fresh.status, fresh.headers.get('location')]).toEqual([303, '/ui']);
    const old = await ask('GET', link(new Date(Date.now() - 31 * 60_000)));
    expect([old.status, old.headers.get('set-cookie')]).toEqual([403, null]);
    const token = link(new Date()).split('token=')[1] ?? '';
    expect((await ask('GET', '/ui/nothing', { cookie: `service-tag-sync=${token}` })).status).toBe(302);
  });

  test('wrong keys are slowed down, each network by itself', async () => {
    vi.stubEnv('SERVICE_TAG_SYNC_PAGE_KEY', key);
    const from = (address: string) => ({ ...origin, 'x-forwarded-for': address });
    const statuses = new Set<number>();
    for (let i = 0; i < 20; i++) {
      statuses.add((await ask('POST', '/ui/sign-in', from('203.0.113.7'), { key: `wrong ${i}`, name: 'x' })).status);
    }
    expect([...statuses]).toEqual([403, 429]);
    expect((await ask('POST', '/ui/sign-in', from('198.51.100.9'), { key, name: 'x' })).status).toBe(303);
  });

  test('a key that is too short opens nothing, and says so to the log alone', async () => {
    vi.stubEnv('SERVICE_TAG_SYNC_PAGE_KEY', 'short');
    const { status, text } = await ask('GET', '/ui');
    expect(status).toBe(503);
    expect(text).toContain('the log of the app says why');
  });
});

test('every answer forbids scripts, frames and other hosts, and is kept by no cache', async () => {
  vi.stubEnv('SERVICE_TAG_SYNC_PAGE_KEY', key);
  for (const path of ['/ui/nothing', '/ui/sign-in', '/ui']) {
    const { headers } = await ask('GET', path, callers['with the key']);
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|script-src|\*/);
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  }
});

test('what others wrote is shown as text', async () => {
  vi.stubEnv('SERVICE_TAG_SYNC_PAGE_KEY', key);
  const name = '<script>alert(1)</script>"\u202e';
  const cookie = `service-tag-sync=${tokenUntil({ name, until: new Date(Date.now() + hour) }, key, 'session')}`;
  const { text } = await ask('GET', '/ui/nothing', { cookie });
  expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;');
  expect(text).not.toContain('\u202e');
  expect(text).not.toContain('<script');
});

test.each([
  ['announced', { 'content-length': String(80 * 2 ** 20) }, 1],
  ['sent without its length', {}, 3],
])('a form of 80 MB that is %s is refused before it is read', async (_name, length, most) => {
  let pulled = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled++;
      if (pulled > 80 * 16) controller.close();
      else controller.enqueue(new Uint8Array(2 ** 16).fill(97));
    },
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded', ...length };
  const init = { method: 'POST', headers, body, duplex: 'half' } as const;
  const nativeRequest = new Request('http://localhost/ui/sign-in', init);
  const asked = new HttpRequest({ method: 'POST', url: '', nativeRequest } as object);
  const product = { ...closedProduct, settings: async () => ({ easyAuth: false, now: () => new Date() }) };
  const { status } = await handle(pageRoute, asked, invocation().context, product);
  expect(status).toBe(413);
  expect(pulled).toBeLessThanOrEqual(most);
});
