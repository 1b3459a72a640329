import { expect, test } from 'vitest';
import type { DomainEvent } from '../../src/core/event.ts';
import { told } from '../../src/http/runs.ts';
import { textOf } from '../../src/messages/text-of.ts';
import { RequestError, type RunView } from '../../src/run/service.ts';
import { operatorForTests } from '../support/operator.ts';
import { ask as askFor, byKey, invocation, request, serviceForTests } from '../support/service.ts';

function ask(asked: ReturnType<typeof request>, service = serviceForTests(), name = 'runs') {
  return askFor(name, asked, {
    service: async () => service,
    operator: async () => operatorForTests(),
    settings: async () => ({ easyAuth: false, now: () => new Date() }),
  });
}

test('asking for a run queues it and says where to look', async () => {
  const service = serviceForTests();
  const response = await ask(request('POST', '/api/runs', { body: '{}' }), service);
  expect(response.status).toBe(202);
  expect(response.headers).toMatchObject({ location: '/api/runs/r-1' });
  expect(response.jsonBody).toEqual({ run: 'r-1', status: 'queued', joined: false, targets: ['groups'] });
  expect(service.asked).toEqual([['requestRun', { trigger: 'http', by: byKey }]]);
});

test('asking while a run is queued says that it was joined, and every target that it covers', async () => {
  const standing = { run: 'r-1', status: 'queued', joined: true, targets: ['groups', 'hub'] } as const;
  const service = serviceForTests({ requestRun: async () => standing });
  const response = await ask(request('POST', '/api/runs', { body: '{"targets":["groups"]}' }), service);
  expect(response.jsonBody).toEqual(standing);
});

test('a dry run is answered with its plans and queues nothing', async () => {
  const service = serviceForTests();
  const body = '{"dryRun": true, "targets": ["groups"]}';
  const response = await ask(request('POST', '/api/runs', { body }), service);
  expect(response.status).toBe(200);
  expect(response.jsonBody).toMatchObject({ dryRun: true, plans: [] });
  expect(service.asked).toEqual([['dryRun', { trigger: 'http', targets: ['groups'] }]]);
});

test.each([
  ['not JSON', '{"dryRun": tru', /not JSON/],
  [
    'a misspelt field, which must not become a real run',
    '{"dryrun": true}',
    /dryrun: expected one of the fields dryRun, targets/,
  ],
  ['a text for a boolean', '{"dryRun": "yes"}', /dryRun: expected a value of type boolean, got "yes"/],
  ['no target at all', '{"targets": []}', /targets: expected at least 1/],
  ['a number as target', '{"targets": ["a", 7]}', /targets\.1: expected a value of type string, got 7/],
  ['a list', '[]', /body: expected a value of type object, got \[\]/],
  ['null', 'null', /body: expected a value of type object, got null/],
])('a body with %s is refused', async (_name, body, detail) => {
  const service = serviceForTests();
  const response = await ask(request('POST', '/api/runs', { body }), service);
  expect(response.status).toBe(400);
  expect(response.headers).toMatchObject({ 'content-type': 'application/problem+json' });
  expect(response.jsonBody).toMatchObject({ status: 400, detail: expect.stringMatching(detail) });
  expect(service.asked).toEqual([]);
});

test('all wrong fields are named at once', async () => {
  const response = await ask(request('POST', '/api/runs', { body: '{"dryRun": 1, "targets": "a", "x": 0}' }));
  expect(response.jsonBody.issues.map((issue: { path: string }) => issue.path).sort()).toEqual([
    'dryRun',
    'targets',
    'x',
  ]);
});

test('a body far larger than any request is refused', async () => {
  const body = JSON.stringify({ targets: ['x'.repeat(70_000)] });
  expect((await ask(request('POST', '/api/runs', { body }))).status).toBe(413);
});

test('a target that does not exist is a problem with the words of the service', async () => {
  const service = serviceForTests({
    requestRun: async () => {
      throw new RequestError('No target "x"; there are: groups.');
    },
  });
  const response = await ask(request('POST', '/api/runs', { body: '{"targets":["x"]}' }), service);
  expect(response).toMatchObject({ status: 400, jsonBody: { detail: 'No target "x"; there are: groups.' } });
});

test('what nobody expected is logged and answered as a problem', async () => {
  const logged = invocation();
  const operator = async () => {
    throw new Error('storage does not answer');
  };
  const response = await askFor('runs', request('GET', '/api/runs'), { operator }, logged);
  expect(response).toMatchObject({ status: 500, jsonBody: { detail: expect.stringContaining('unexpected') } });
  expect(JSON.stringify(response)).not.toContain('storage');
  expect(response.jsonBody.next).toContain('i-1');
  expect(logged.lines.join()).toContain('storage does not answer');
});

test('the list is asked for 20 runs unless told otherwise, and carries no events', async () => {
  const operator = operatorForTests();
  const product = { operator: async () => operator };
  const response = await askFor('runs', request('GET', '/api/runs'), product);
  await askFor('runs', request('GET', '/api/runs', { query: { most: '100', code: 'the host reads this' } }), product);
  const second = { query: { limit: '7', after: '8', code: 'secret' } };
  const { headers } = await askFor('runs', request('GET', '/api/runs', second), product);
  expect(operator.asked).toEqual([
    ['runs', { most: 20 }],
    ['runs', { most: 100 }],
    ['runs', { most: 7, after: '8' }],
  ]);
  expect(response.jsonBody.runs[0]).toMatchObject({ run: 'r-1', status: 'applied', href: '/api/runs/r-1' });
  expect(response.jsonBody.next).toBe('7');
  expect(response.jsonBody.runs[0]).not.toHaveProperty('events');
  expect(headers).toMatchObject({ link: '<?limit=7&after=7>; rel="next"' });
});

test.each(['0', '101', '-1', '1e1', '20,30', 'all', ''])('limit=%s is refused', async (limit) => {
  const response = await ask(request('GET', `/api/runs?limit=${limit}`));
  expect(response).toMatchObject({ status: 400, jsonBody: { detail: expect.stringContaining('1 to 100') } });
});

test('limit and most, its former name, are the same: both are refused', async () => {
  const response = await ask(request('GET', '/api/runs', { query: { limit: '7', most: '7' } }));
  expect(response).toMatchObject({ status: 400, jsonBody: { detail: expect.stringContaining('use limit') } });
});

test('one run comes with its events', async () => {
  const response = await ask(request('GET', '/api/runs/r-1', { params: { id: 'r-1' } }), undefined, 'run');
  expect(response).toMatchObject({ status: 200, jsonBody: { run: 'r-1', armWrites: 1 } });
  expect(response.jsonBody.events[0]).toMatchObject({
    kind: 'target-changed',
    target: 'groups',
    words: { severity: 'ok', headline: expect.stringContaining('groups') },
  });
});

test('what an event says itself reaches whoever puts it into words again', async () => {
  const failed: DomainEvent = { kind: 'target-failed', target: 'hub', text: 'Azure answered 400.', missing: [] };
  const view = { events: [failed] } as unknown as RunView;
  const [event] = (JSON.parse(JSON.stringify(told(view))) as RunView).events;
  expect(event && textOf(event).lines).toContain('Azure answered 400.');
});

test('a run nobody knows is not found', async () => {
  const response = await ask(request('GET', '/api/runs/no', { params: { id: 'no' } }), undefined, 'run');
  expect(response).toMatchObject({ status: 404, jsonBody: { detail: 'No run has the id "no".' } });
});
