import { expect, test } from 'vitest';
import { RequestError } from '../../src/run/service.ts';
import { operatorForTests, somePlan } from '../support/operator.ts';
import { ask, request } from '../support/service.ts';

function get(name: string, more: Parameters<typeof request>[2] = {}, operator = operatorForTests()) {
  return ask(name, request('GET', '/api', more), { operator: async () => operator });
}

test('status, holds and inbox are told as they are', async () => {
  expect(await get('status')).toMatchObject({ status: 200, jsonBody: { instance: 'contoso', openHolds: 1 } });
  expect(await get('holds')).toMatchObject({ status: 200, jsonBody: { holds: [] } });
  expect(await get('inbox')).toMatchObject({ status: 200, jsonBody: { items: [], freshness: 'fresh' } });
});

test('registries are told as JSON, and as a report for a ticket', async () => {
  expect(await get('registries')).toMatchObject({ status: 200, jsonBody: { registries: [], advice: [] } });
  const report = await get('registries', { query: { format: 'markdown' } });
  expect(report.headers).toMatchObject({ 'content-type': 'text/markdown; charset=utf-8' });
  expect(report.body).toContain('# Registries and advice');
});

test.each(['status', 'holds', 'inbox', 'registries'])('%s: an unknown query parameter is refused', async (route) => {
  expect((await get(route, { query: { target: 'east' } })).status).toBe(400);
});

test('an address is looked up', async () => {
  const operator = operatorForTests();
  const response = await get('lookup', { query: { ip: '192.0.2.1' } }, operator);
  expect(response).toMatchObject({ status: 200, jsonBody: { address: '192.0.2.1' } });
  expect(operator.asked).toEqual([['lookup', '192.0.2.1']]);
  expect((await get('lookup')).status).toBe(400);
});

test('what is no address is refused with the words of the desk', async () => {
  const operator = operatorForTests({
    lookup: async () => {
      throw new RequestError('expected an address, got "x"');
    },
  });
  const response = await get('lookup', { query: { ip: 'x' } }, operator);
  expect(response).toMatchObject({ status: 400, jsonBody: { detail: 'expected an address, got "x"' } });
});

test('why is asked with what the query says, and with nothing else', async () => {
  const operator = operatorForTests();
  const response = await get('why', { query: { address: ' 192.0.2.1 ' } }, operator);
  expect(response).toMatchObject({ status: 200, jsonBody: { asked: '192.0.2.1', answers: [] } });
  const all = { address: 'contoso.azurecr.io', at: '2024-01-22', target: 'hub', resolve: 'true' };
  await get('why', { query: all }, operator);
  await get('why', { query: { address: '192.0.2.1', resolve: 'false' } }, operator);
  expect(operator.asked).toEqual([
    ['why', { address: '192.0.2.1' }],
    ['why', { ...all, resolve: true }],
    ['why', { address: '192.0.2.1' }],
  ]);
});

test.each([
  [{}, 'address: expected a value of type string, got nothing'],
  [{ address: '' }, 'address: expected at least 1'],
  [{ address: 'x'.repeat(256) }, 'address: expected at most 255'],
  [{ address: '192.0.2.1', resolve: 'yes' }, 'resolve: expected true or false, got "yes"'],
  [{ address: '192.0.2.1', when: '2024-01-22' }, 'when: expected one of the fields address, at, target, resolve'],
])('why refuses %j', async (query, detail) => {
  const response = await get('why', { query });
  expect(response).toMatchObject({ status: 400, jsonBody: { detail: expect.stringContaining(detail) } });
});

test.each([
  ['its part', 'part-east'],
  ['run and target', 'r-1/east'],
])('a plan is found by %s', async (_name, id) => {
  expect(await get('plans', { params: { id } })).toMatchObject({ status: 200, jsonBody: somePlan });
});

test('a plan nobody knows is not found', async () => {
  const response = await get('plans', { params: { id: 'r-9/east' } });
  expect(response).toMatchObject({ status: 404, jsonBody: { detail: expect.stringContaining('"r-9/east"') } });
});

test.each([
  [{ query: { format: 'markdown' } }, 'text/markdown; charset=utf-8', /^# Change of east/],
  [{ query: { format: 'csv' }, headers: { accept: 'text/markdown' } }, 'text/csv; charset=utf-8', /^target,what,/],
  [{ headers: { accept: 'text/html, text/CSV;q=0.9, */*' } }, 'text/csv; charset=utf-8', /^target,what,/],
])('a plan is a change ticket where %j asks for it', async (more, type, body) => {
  const response = await get('plans', { params: { id: 'part-east' }, ...more });
  expect(response).toMatchObject({ headers: { 'content-type': type }, body: expect.stringMatching(body) });
});

test('any other Accept header gets JSON, any other format is refused', async () => {
  const params = { id: 'part-east' };
  expect(await get('plans', { params, headers: { accept: '*/*' } })).toHaveProperty('jsonBody');
  expect((await get('plans', { params, query: { format: 'pdf' } })).status).toBe(400);
});
