import { describe, expect, test } from 'vitest';
import { DecisionRejected } from '../../src/operator/operator.ts';
import { operatorForTests, someWord } from '../support/operator.ts';
import { ask, request } from '../support/service.ts';

const now = () => new Date('2024-01-15T08:00:00Z');
const digest = 'ab'.repeat(32);

interface Asking {
  readonly kind?: 'pause' | 'resume' | 'pin' | 'unpin';
  readonly desk?: ReturnType<typeof operatorForTests>;
  readonly easyAuth?: boolean;
  readonly headers?: Record<string, string>;
}

async function post(body: unknown, asking: Asking = {}) {
  const { kind = 'answers', desk = operatorForTests(), easyAuth = false, headers = {} } = asking;
  const asked = request('POST', '/api', { body: JSON.stringify(body), headers });
  const product = { operator: async () => desk, settings: async () => ({ easyAuth, now }) };
  return { response: await ask(kind, asked, product), asked: desk.asked };
}

const principal = (claims: readonly (readonly [string, string])[], more: object = {}) => ({
  'x-ms-client-principal': Buffer.from(
    JSON.stringify({ auth_typ: 'aad', claims: claims.map(([typ, val]) => ({ typ, val })), ...more }),
  ).toString('base64'),
});

test('a word is taken down, and the run that takes it up is named', async () => {
  const { response, asked } = await post({ kind: 'approve', part: 'p', why: 'checked', ticket: 'CHG1', by: 'ops' });
  expect(response).toMatchObject({
    status: 201,
    headers: { location: '/api/runs/r-2' },
    jsonBody: { words: [someWord], run: 'r-2', status: 'queued', joined: false, targets: ['east'] },
  });
  expect(asked).toEqual([
    [
      { kind: 'approve', part: 'p' },
      { by: { name: 'ops', how: 'claimed' }, why: 'checked', ticket: 'CHG1' },
    ],
  ]);
});

test.each([
  [{ kind: 'answer', holds: ['h-1', 'h-2'], answer: 'remove', ranges: ['192.0.2.0/24'] }],
  [{ kind: 'answer-publication', changeNumber: 278, answer: 'keep' }],
  [{ kind: 'decline', part: 'p' }],
  [{ kind: 'answer', holds: ['Storage.WestUS'], answer: 'allow' }],
  [{ kind: 'accept-publication', digest: 'abab' }],
  [{ kind: 'withdraw', word: 'w' }],
  [{ kind: 'accept-publication', digest, tags: ['Storage.WestUS'] }],
  [{ kind: 'accept-publication', digest: `raw-${digest}`, tags: ['Storage.WestUS'] }],
])('%j reaches the desk as it is', async (word) => {
  const { response, asked } = await post({ ...word, why: 'w' });
  expect(response.status).toBe(201);
  expect(asked).toEqual([[word, { by: { name: 'a function key', how: 'key' }, why: 'w' }]]);
});

test('the word of before for a declined part still declines it', async () => {
  const { asked } = await post({ kind: 'keep-part', part: 'p', why: 'w' });
  expect(asked).toMatchObject([[{ kind: 'decline', part: 'p' }, {}]]);
});

test.each([
  ['pause', { target: 'east', until: '3d' }, { target: 'east', until: '2024-01-18T08:00:00.000Z' }],
  ['resume', {}, {}],
  ['pin', { changeNumber: 277, until: '2024-01-20' }, { changeNumber: 277, until: '2024-01-20T00:00:00.000Z' }],
  ['unpin', {}, {}],
] as const)('%s reaches the desk', async (kind, fields, word) => {
  const { response, asked } = await post({ ...fields, why: 'w' }, { kind });
  expect(response.status).toBe(201);
  expect(asked).toMatchObject([[{ kind, ...word }, {}]]);
});

test('a time in another zone is told in UTC, because times are compared as text', async () => {
  const { asked } = await post({ why: 'w', until: '2024-01-16T09:30:00+02:00' }, { kind: 'pause' });
  expect(asked).toMatchObject([[{ until: '2024-01-16T07:30:00.000Z' }, {}]]);
});

test.each([
  ['no reason', { kind: 'approve', part: 'p' }, /why: expected a value of type string/],
  ['an empty reason', { kind: 'approve', part: 'p', why: '  ' }, /why: expected at least 1/],
  ['no kind', { part: 'p', why: 'w' }, /kind: expected one of answer, .* got nothing/],
  ['a kind that is a control', { kind: 'pause', why: 'w' }, /kind: expected one of answer/],
  ['an inherited kind', { kind: 'constructor', why: 'w' }, /kind: expected one of answer/],
  ['an unknown field', { kind: 'approve', part: 'p', why: 'w', parts: 'q' }, /parts: expected one of the fields/],
  [
    'a made-up answer',
    { kind: 'answer', holds: ['h'], answer: 'yes', why: 'w' },
    /answer: expected keep or remove for a loss, allow or block/,
  ],
  ['no hold', { kind: 'answer', holds: [], answer: 'keep', why: 'w' }, /holds: expected at least 1/],
  ['a short digest', { kind: 'accept-publication', digest: 'ab', why: 'w' }, /digest: expected at least 4/],
  [
    'a moment that has passed',
    { kind: 'answer', holds: ['h'], answer: 'keep', until: '2024-01-15', why: 'w' },
    /until: expected a moment to come/,
  ],
  ['a list', [], /kind: expected/],
])('%s is refused and nothing is said', async (_name, body, detail) => {
  const { response, asked } = await post(body);
  expect(response).toMatchObject({ status: 400, jsonBody: { detail: expect.stringMatching(detail) } });
  expect(asked).toEqual([]);
});

test('a pin without an end is refused', async () => {
  const { response } = await post({ changeNumber: 277, why: 'w' }, { kind: 'pin' });
  expect(response).toMatchObject({ status: 400, jsonBody: { detail: expect.stringContaining('until') } });
});

test('a word that cannot be taken is a conflict, with its reason', async () => {
  const operator = operatorForTests({
    record: async () => {
      throw new DecisionRejected('part p is done already');
    },
  });
  const { response } = await post({ kind: 'approve', part: 'p', why: 'w' }, { desk: operator });
  expect(response).toMatchObject({ status: 409, jsonBody: { detail: 'part p is done already', status: 409 } });
});

describe('who speaks', () => {
  const word = { kind: 'approve', part: 'p', why: 'w', by: 'mallory' };
  const speaker = async (asking: Asking) => {
    const { asked, response } = await post(word, asking);
    return { by: (asked[0] as [unknown, { by: unknown }] | undefined)?.[1].by, response };
  };

  test('comes from the sign-in, whatever the body claims', async () => {
    const headers = principal(
      [
        ['name', 'Ops Example'],
        ['preferred_username', 'ops@contoso.example'],
        ['groups', 'g-2'],
        ['groups', 'g-1'],
        ['http://schemas.microsoft.com/ws/2008/06/identity/claims/role', 'approver'],
        ['own-role', 'ops'],
      ],
      { role_typ: 'own-role' },
    );
    const { by } = await speaker({ easyAuth: true, headers });
    expect(by).toEqual({ name: 'ops@contoso.example', how: 'token', groups: ['approver', 'g-1', 'g-2', 'ops'] });
  });

  test('an application is known by its id, and has no groups unless the token says so', async () => {
    const { by } = await speaker({ easyAuth: true, headers: principal([['appid', 'a-1']]) });
    expect(by).toEqual({ name: 'a-1', how: 'token' });
  });

  test('a header that Easy Auth did not set counts for nothing', async () => {
    const { by } = await speaker({ easyAuth: false, headers: principal([['name', 'admin']]) });
    expect(by).toEqual({ name: 'mallory', how: 'claimed' });
  });

  test('without a sign-in a name is only claimed', async () => {
    expect((await speaker({ easyAuth: true })).by).toEqual({ name: 'mallory', how: 'claimed' });
  });

  test.each([
    ['no base64', 'eyJh%%'],
    ['no JSON', Buffer.from('secret-token').toString('base64')],
    ['no claims', Buffer.from('{}').toString('base64')],
    ['null', Buffer.from('null').toString('base64')],
    ['claims of numbers', Buffer.from('{"claims":[{"typ":"name","val":1}]}').toString('base64')],
    ['nobody', principal([['ver', '2.0']])['x-ms-client-principal']],
  ])('a sign-in that says %s is refused, not taken for none', async (_name, value) => {
    const { by, response } = await speaker({ easyAuth: true, headers: { 'x-ms-client-principal': value } });
    expect(response.status).toBe(400);
    expect(response.jsonBody.detail).not.toContain('secret');
    expect(by).toBeUndefined();
  });
});
