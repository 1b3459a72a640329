import { afterEach, expect, test, vi } from 'vitest';
import { keyLevelOf } from '../../functions/http.ts';
import { type Endpoint, handle, type Route } from '../../src/http/handle.ts';
import { routes } from '../../src/http/routes.ts';
import { closedProduct, invocation, request } from '../support/service.ts';
import { principal } from '../support/sign-in.ts';

/** What a caller brings: a key of the app, a token with an app role, a header that only Easy Auth may write. */
interface Caller {
  readonly key?: string;
  readonly token?: string;
  readonly forged?: string;
}

const callers = {
  none: {},
  key: { key: 'right' },
  'wrong key': { key: 'wrong' },
  reader: { token: 'reader' },
  feed: { token: 'feed' },
  operator: { token: 'operator' },
  approver: { token: 'approver' },
  'reader with key': { key: 'right', token: 'reader' },
  'approver with key': { key: 'right', token: 'approver' },
  forged: { forged: 'approver' },
  'forged with key': { key: 'right', forged: 'approver' },
} as const satisfies Record<string, Caller>;

const on = { SERVICE_TAG_SYNC_EASY_AUTH: '1' };
const sign = { WEBSITE_AUTH_ENABLED: 'True' };
const required = { SERVICE_TAG_SYNC_SIGN_IN: 'required' };

/** `front`: whether Easy Auth is really there, whatever the settings say. */
const settings = {
  off: { front: false, env: {} },
  'easy auth': { front: true, env: { ...on, ...sign } },
  required: { front: true, env: { ...on, ...sign, ...required } },
  'required in capitals': { front: true, env: { ...on, ...sign, SERVICE_TAG_SYNC_SIGN_IN: 'Required' } },
  'required as true': { front: true, env: { ...on, ...sign, SERVICE_TAG_SYNC_SIGN_IN: 'true' } },
  'easy auth as true': { front: true, env: { ...sign, SERVICE_TAG_SYNC_EASY_AUTH: 'true' } },
  'required without easy auth': { front: false, env: required },
  'easy auth switched off': { front: false, env: on },
  'easy auth said to be off': { front: false, env: { ...on, WEBSITE_AUTH_ENABLED: 'False' } },
  'required and switched off': { front: false, env: { ...on, ...required } },
} as const;

type Outcome = 'in' | 'in, may' | 'in, may not' | 401 | 403 | 503;
const [i, may, not] = ['in', 'in, may', 'in, may not'] as const;

/** A row of each role, the outcomes in the order of `callers`. */
type Table = Readonly<Record<'feed' | 'reader' | 'operator' | 'approver' | 'any', readonly Outcome[]>>;
const all = (role: readonly Outcome[], feed: readonly Outcome[]): Table => ({
  feed,
  ...{ reader: role, operator: role, approver: role, any: role },
});
const refused: readonly Outcome[] = Object.keys(callers).map(() => 503);
const secrets: readonly Outcome[] = [i, i, i, i, i, i, i, i, i, 503, 503];
const byRole: readonly Outcome[] = [i, i, i, not, may, not, not, not, not, i, i];

const expected: Readonly<Record<keyof typeof settings, Table>> = {
  // A feed has secrets of its own, and only a sign-in that counts is told to it.
  off: all(
    [401, i, 401, 401, 401, 401, 401, i, i, 401, i],
    Object.keys(callers).map(() => i),
  ),
  'easy auth': {
    feed: byRole,
    reader: [401, i, 401, 401, 401, 401, 401, i, i, 401, i],
    operator: [401, i, 401, 401, 401, 401, 401, 403, 403, 401, i],
    approver: [401, i, 401, 401, 401, 401, 401, 403, i, 401, i],
    any: [401, i, 401, 401, 401, 401, 401, i, i, 401, i],
  },
  required: {
    feed: byRole,
    reader: [401, 401, 401, i, 403, i, i, i, i, 401, 401],
    operator: [401, 401, 401, 403, 403, i, 403, 403, 403, 401, 401],
    approver: [401, 401, 401, 403, 403, 403, i, 403, i, 401, 401],
    any: [401, 401, 401, i, i, i, i, i, i, 401, 401],
  },
  'required in capitals': all(refused, refused),
  'required as true': all(refused, refused),
  'easy auth as true': all(refused, refused),
  'required without easy auth': all(refused, refused),
  'easy auth switched off': all([401, i, 401, 401, 401, 401, 401, i, i, 401, 503], secrets),
  'easy auth said to be off': all([401, i, 401, 401, 401, 401, 401, i, i, 401, 503], secrets),
  'required and switched off': all(refused, secrets),
};

afterEach(() => vi.unstubAllEnvs());

/** Answers with what it was told of a sign-in: access alone is looked at. */
const open: Endpoint = {
  responses: {},
  answer: async ({ signedIn }) => ({ status: 200, jsonBody: signedIn ?? {} }),
};

/** A request on its way: Easy Auth, then the host with its keys, then the service. */
async function ask(route: Route, method: string, caller: Caller, name: keyof typeof settings): Promise<Outcome> {
  const { front, env } = settings[name];
  for (const [setting, value] of Object.entries(env)) vi.stubEnv(setting, value);
  const brought = caller.forged === undefined || front ? {} : principal(caller.forged);
  const headers = { ...brought, ...(front && caller.token !== undefined ? principal(caller.token) : {}) };
  if (keyLevelOf(route, process.env) === 'function' && caller.key !== 'right') return 401;
  const asked = request(method, `/api/${route.path}`, { headers });
  const answer = await handle({ ...route, load: async () => open }, asked, invocation().context, closedProduct);
  if (answer.status !== 200) {
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json' });
    return answer.status as Outcome;
  }
  const told = (answer.jsonBody as { may?: boolean }).may;
  return told === undefined ? 'in' : told ? 'in, may' : 'in, may not';
}

const rows = routes.flatMap((route) => route.methods.map((method) => ({ method, route })));

test.each(Object.keys(settings) as (keyof typeof settings)[])('sign-in %s: every route, every caller', async (name) => {
  const found: unknown[] = [];
  for (const { method, route } of rows) {
    const outcomes: Outcome[] = [];
    for (const caller of Object.values(callers)) outcomes.push(await ask(route, method, caller, name));
    found.push([`${method} ${route.name}`, outcomes]);
  }
  // Health has no role: everyone may ask whether all is well.
  const wanted = rows.map(({ method, route: { name: row, role } }) => [
    `${method} ${row}`,
    role === undefined ? Object.keys(callers).map(() => 'in') : expected[name][role],
  ]);
  expect(found).toEqual(wanted);
});

test('a row of each role is in the table of routes, and health alone has none', () => {
  const roles = new Set(routes.map(({ role }) => role));
  expect([...roles].sort()).toEqual(['any', 'approver', 'feed', 'operator', 'reader', undefined]);
  expect(routes.filter(({ role }) => role === undefined).map(({ name }) => name)).toEqual(['health']);
});

/** Whose role alone lets in, of each function that writes. */
const writing = {
  runs: 'operator',
  'test-channels': 'operator',
  pause: 'operator',
  resume: 'operator',
  pin: 'approver',
  unpin: 'approver',
  answers: 'approver',
  preview: 'reader',
};

test('what writes is for operators and approvers, each their own', () => {
  const posts = routes.filter(({ methods }) => methods.includes('POST'));
  expect(Object.fromEntries(posts.map(({ name, role }) => [name, role]))).toEqual(writing);
});

test('neither several roles nor none open what no role of theirs is for; a group is no role', async () => {
  for (const [setting, value] of Object.entries(settings.required.env)) vi.stubEnv(setting, value);
  const status = async (name: string, ...roles: string[]) => {
    const route = routes.find((row) => row.name === name && row.methods.includes('POST')) as Route;
    const asked = request('POST', `/api/${name}`, { headers: principal(...roles) });
    return (await handle({ ...route, load: async () => open }, asked, invocation().context, closedProduct)).status;
  };
  expect(await status('answers', 'reader', 'feed', 'operator')).toBe(403);
  expect(await status('pause', 'reader', 'feed', 'approver')).toBe(403);
  expect(await status('answers', 'operator', 'approver')).toBe(200);
  // principal() has the group "approver".
  expect(await status('answers')).toBe(403);
});

test('no key is asked for health, which anyone may see, and for feeds, which have secrets of their own', () => {
  expect(routes.filter(({ authLevel }) => authLevel === 'anonymous').map(({ name }) => name)).toEqual([
    'health',
    'feeds',
  ]);
});
