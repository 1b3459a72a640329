import { expect, test } from 'vitest';
import { DecisionRejected } from '../../src/operator/operator.ts';
import { operatorForTests, somePreview } from '../support/operator.ts';
import { ask, request } from '../support/service.ts';

const now = () => new Date('2024-01-15T08:00:00Z');

async function post(body: object, query: Record<string, string> = {}, operator = operatorForTests()) {
  const asked = request('POST', '/api/preview', { body: JSON.stringify(body), query });
  const product = { operator: async () => operator, settings: async () => ({ easyAuth: false, now }) };
  return { response: await ask('preview', asked, product), asked: operator.asked };
}

test.each([
  [{ kind: 'run' }],
  [{ kind: 'answer', holds: ['h-1'], answer: 'remove', ranges: ['192.0.2.0/24'] }],
  [{ kind: 'answer-publication', changeNumber: 278, answer: 'keep' }],
  [{ kind: 'approve', part: 'p' }],
  [{ kind: 'decline', part: 'p' }],
  [{ kind: 'withdraw', word: 'w' }],
  [{ kind: 'accept-publication', digest: 'abab' }],
  [{ kind: 'resume', target: 'hub' }],
  [{ kind: 'unpin' }],
])('%j is looked ahead at without a reason, and not recorded', async (decision) => {
  const { response, asked } = await post(decision);
  expect(response).toMatchObject({ status: 200, jsonBody: somePreview });
  expect(asked).toEqual([['preview', decision]]);
});

test('the body that would record a decision is taken as it is, its end as a moment', async () => {
  const { asked } = await post({ kind: 'pin', changeNumber: 300, until: '7d', why: 'w', ticket: 'CHG1', by: 'ops' });
  expect(asked).toMatchObject([['preview', { kind: 'pin', changeNumber: 300, until: '2024-01-22T08:00:00.000Z' }]]);
});

test('what cannot be decided is a conflict, and an end that has passed a bad request', async () => {
  const refusing = operatorForTests({
    preview: async () => {
      throw new DecisionRejected('nothing is pinned');
    },
  });
  expect((await post({ kind: 'unpin' }, {}, refusing)).response).toMatchObject({
    status: 409,
    jsonBody: { detail: 'nothing is pinned' },
  });
  expect((await post({ kind: 'pause', until: '2020-01-01' })).response.status).toBe(400);
  expect((await post({ kind: 'runn' })).response.status).toBe(400);
});

test('in Markdown it has a line a range', async () => {
  const { response } = await post({ kind: 'run' }, { format: 'markdown' });
  expect(response.headers).toMatchObject({ 'content-type': 'text/markdown; charset=utf-8' });
  expect(response.body).toMatch(/^# Preview: nothing was recorded, nothing was written\n/);
  expect(response.body).toMatch(/\nPlan: \d+ to add, \d+ to remove\.\n$/);
});
