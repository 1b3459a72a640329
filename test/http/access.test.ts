import { HttpRequest } from '@azure/functions';
import { expect, test } from 'vitest';
import { checkAccess, signedInForFeeds, signInOf } from '../../src/http/access.ts';
import { routeFor, routes } from '../../src/http/routes.ts';

const signedIn = (roles: readonly string[]) =>
  Buffer.from(
    JSON.stringify({
      auth_typ: 'aad',
      role_typ: 'roles',
      claims: [
        { typ: 'name', val: 'on call' },
        { typ: 'groups', val: 'approver' },
        ...roles.map((val) => ({ typ: 'roles', val })),
      ],
    }),
  ).toString('base64');

/** The status that a request is refused with; undefined if it gets through. */
function refusal(
  name: string,
  method: 'GET' | 'HEAD' | 'POST',
  principal: string | undefined,
  env: NodeJS.ProcessEnv,
): number | undefined {
  const request = new HttpRequest({
    method,
    url: `http://localhost/api/${name}`,
    headers: principal === undefined ? {} : { 'x-ms-client-principal': principal },
  });
  try {
    checkAccess(request, routeFor(name, method)?.role, signInOf(env));
    return undefined;
  } catch (error) {
    return (error as { status: number }).status;
  }
}

const easyAuth = { SERVICE_TAG_SYNC_EASY_AUTH: '1' };

/** The app roles of the registration. */
const roles = ['reader', 'feed', 'operator', 'approver'] as const;
type Roles = readonly (typeof roles)[number][];
const reading: Roles = ['reader', 'operator', 'approver'];

/** Of each function: whose role alone lets in who reads, and who writes. Nobody may do what no route is for. */
const doors: Readonly<Record<string, { readonly GET: Roles; readonly POST: Roles }>> = {
  status: { GET: reading, POST: [] },
  holds: { GET: reading, POST: [] },
  registries: { GET: reading, POST: [] },
  lookup: { GET: reading, POST: [] },
  changes: { GET: reading, POST: [] },
  plans: { GET: reading, POST: [] },
  run: { GET: reading, POST: [] },
  runs: { GET: reading, POST: ['operator'] },
  'test-channels': { GET: [], POST: ['operator'] },
  pause: { GET: [], POST: ['operator'] },
  resume: { GET: [], POST: ['operator'] },
  pin: { GET: [], POST: ['approver'] },
  unpin: { GET: [], POST: ['approver'] },
  answers: { GET: [], POST: ['approver'] },
  feeds: { GET: ['feed'], POST: [] },
  openapi: { GET: roles, POST: [] },
  'unheard-of': { GET: [], POST: [] },
};

test('every route stands in the table of this test', () => {
  const withRoles = routes.filter(({ role }) => role !== undefined).map(({ name }) => name);
  expect(Object.keys(doors).sort()).toEqual([...new Set(withRoles), 'unheard-of'].sort());
});

test.each(
  Object.entries(doors).flatMap(([name, { GET, POST }]) => [
    ['GET', name, GET] as const,
    ['HEAD', name, GET] as const,
    ['POST', name, POST] as const,
  ]),
)('%s %s is for %j and nobody else', (method, name, those) => {
  for (const role of roles) {
    expect(refusal(name, method, signedIn([role]), easyAuth), role).toBe(those.includes(role) ? undefined : 403);
  }
  expect(refusal(name, method, signedIn([]), easyAuth), 'no role').toBe(403);
  // Nothing is open because of what a person may do elsewhere.
  const others = roles.filter((role) => !those.includes(role));
  expect(refusal(name, method, signedIn(others), easyAuth), others.join()).toBe(403);
  expect(refusal(name, method, signedIn(roles), easyAuth), 'all').toBe(those.length > 0 ? undefined : 403);
});

test.each([...roles.map((role) => [[role], role === 'feed'] as const), [[], false] as const])(
  'feeds are for the role feed: %j',
  (own, may) => {
    const headers = { 'x-ms-client-principal': signedIn(own) };
    const request = new HttpRequest({ method: 'GET', url: 'http://localhost/api/feeds/hub', headers });
    expect(signedInForFeeds(request, signInOf(easyAuth))).toEqual({ name: 'on call', may });
  },
);

test('a key without a token may do everything, unless sign-in is required', () => {
  expect(refusal('answers', 'POST', undefined, easyAuth)).toBeUndefined();
  expect(refusal('answers', 'POST', undefined, { ...easyAuth, SERVICE_TAG_SYNC_SIGN_IN: 'required' })).toBe(401);
});

test('a header that nobody vouches for counts for nothing', () => {
  expect(refusal('answers', 'POST', signedIn(['reader']), {})).toBeUndefined();
  expect(refusal('answers', 'POST', undefined, { SERVICE_TAG_SYNC_SIGN_IN: 'required' })).toBeUndefined();
});

test('no key is asked for health, which anyone may see, and for feeds, which have secrets of their own', () => {
  expect(routes.filter(({ authLevel }) => authLevel === 'anonymous').map(({ name }) => name)).toEqual([
    'health',
    'feeds',
  ]);
});
