import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { HttpRequest } from '@azure/functions';
import { expect, test } from 'vitest';
import { checkAccess, rolesOfRoutes, signInOf } from '../../src/api/access.ts';

const functions = path.resolve(import.meta.dirname, '../../functions');
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
  method: 'GET' | 'POST',
  principal: string | undefined,
  env: NodeJS.ProcessEnv,
): number | undefined {
  const request = new HttpRequest({
    method,
    url: `http://localhost/api/${name}`,
    headers: principal === undefined ? {} : { 'x-ms-client-principal': principal },
  });
  try {
    checkAccess(request, name, signInOf(env));
    return undefined;
  } catch (error) {
    return (error as { status: number }).status;
  }
}

const easyAuth = { SERVICE_TAG_SYNC_EASY_AUTH: '1' };

test.each([
  ['status', 'GET', ['reader'], undefined],
  ['status', 'GET', ['approver'], undefined],
  ['status', 'GET', ['feed'], 403],
  ['status', 'GET', [], 403],
  ['runs', 'GET', ['reader'], undefined],
  ['runs', 'POST', ['reader'], 403],
  ['runs', 'POST', ['operator'], undefined],
  ['runs', 'POST', ['approver'], 403],
  ['answers', 'POST', ['operator'], 403],
  ['answers', 'POST', ['approver'], undefined],
  ['pause', 'POST', ['operator'], undefined],
  ['unheard-of', 'GET', ['reader', 'operator', 'approver'], 403],
] as const)('%s %s with the roles %j: %s', (name, method, roles, status) => {
  expect(refusal(name, method, signedIn(roles), easyAuth)).toBe(status);
});

test('a key without a token may do everything, unless sign-in is required', () => {
  expect(refusal('answers', 'POST', undefined, easyAuth)).toBeUndefined();
  expect(refusal('answers', 'POST', undefined, { ...easyAuth, SERVICE_TAG_SYNC_SIGN_IN: 'required' })).toBe(401);
});

test('a header that nobody vouches for counts for nothing', () => {
  expect(refusal('answers', 'POST', signedIn(['reader']), {})).toBeUndefined();
  expect(refusal('answers', 'POST', undefined, { SERVICE_TAG_SYNC_SIGN_IN: 'required' })).toBeUndefined();
});

test('every function with a key has its roles, for each of its methods', () => {
  const keyed = readdirSync(functions).flatMap((file) => {
    const text = readFileSync(path.join(functions, file), 'utf8');
    const name = /name: '([^']+)'/.exec(text)?.[1];
    const methods = /methods: \[([^\]]+)\]/.exec(text)?.[1]?.match(/[A-Z]+/g) ?? [];
    return /authLevel: 'function'/.test(text) && name ? [{ name, methods }] : [];
  });
  expect(keyed.length).toBeGreaterThan(10);
  for (const { name, methods } of keyed) {
    for (const method of methods) {
      expect(rolesOfRoutes[name]?.[method === 'GET' ? 'read' : 'write'], `${method} ${name}`).toBeDefined();
    }
  }
});
