import { expect, expectTypeOf, test } from 'vitest';
import type { ApiClient } from '../../src/cli/api-client.ts';
import { type RouteClient, routeClient, type StatusOf } from '../../src/cli/route-client.ts';
import type { DryRun, RequestedRun } from '../../src/run/service.ts';

/** Keeps what is asked, and gives one answer to all of it. */
function clientOf(status: number, value: object): { readonly api: RouteClient; readonly asked: unknown[] } {
  const asked: unknown[] = [];
  const keep = async (...given: unknown[]) => {
    asked.push(given);
    return { status, value };
  };
  const client: ApiClient = { get: keep, post: keep, file: async () => ({ bytes: Buffer.from(''), etag: '' }) };
  return { api: routeClient(client), asked };
}

test('a name and a query become a path and texts; what is undefined is left out', async () => {
  const { api, asked } = clientOf(200, { changes: [] });
  await api.get('changes', { query: { limit: '3', tag: undefined, direction: 'add' } });
  expect(asked).toEqual([['changes', { limit: '3', direction: 'add' }]]);
});

test('an id is one segment, or the rest of a path', async () => {
  const { api, asked } = clientOf(200, {});
  await api.get('run', { id: 'a/b c' }).catch(() => undefined);
  await api.get('plans', { id: 'r-1/a b' }).catch(() => undefined);
  expect(asked).toEqual([
    ['runs/a%2Fb%20c', {}],
    ['plans/r-1/a%20b', {}],
  ]);
});

test('an answer with a status that was not asked for is of another version', async () => {
  const { api } = clientOf(202, { run: 'r', status: 'queued', joined: false, targets: [] });
  expect(await api.post('runs', 202, {})).toMatchObject({ run: 'r' });
  await expect(api.post('runs', 200, { dryRun: true })).rejects.toThrow('got one with the status 202');
});

test('the compiler knows what each route takes and answers', () => {
  const { api } = clientOf(200, {});
  expectTypeOf(api.post<'runs', 202>).returns.resolves.toExtend<RequestedRun>();
  expectTypeOf(api.post<'runs', 200>).returns.resolves.toExtend<DryRun>();
  expectTypeOf(api.post<'runs', 200>).returns.resolves.not.toExtend<RequestedRun>();
  expectTypeOf<'version'>().toExtend<Parameters<RouteClient['get']>[0]>();
  expectTypeOf<'verses'>().not.toExtend<Parameters<RouteClient['get']>[0]>();
  type Lookup = Parameters<typeof api.get<'lookup'>>;
  expectTypeOf<['lookup', { query: { ip: string } }]>().toExtend<Lookup>();
  expectTypeOf<['lookup', { query: { address: string } }]>().not.toExtend<Lookup>();
  expectTypeOf<['lookup']>().not.toExtend<Lookup>();
  type Run = Parameters<typeof api.get<'run'>>;
  expectTypeOf<['run', { id: string }]>().toExtend<Run>();
  expectTypeOf<['run', Record<never, never>]>().not.toExtend<Run>();
  type Pin = Parameters<typeof api.post<'pin', 201>>[2];
  expectTypeOf<{ changeNumber: number; why: string; until: string }>().toExtend<Pin>();
  expectTypeOf<{ changeNumber: number; why: string }>().not.toExtend<Pin>();
  expectTypeOf<201>().toExtend<StatusOf<'POST', 'unpin'>>();
  expectTypeOf<200>().not.toExtend<StatusOf<'POST', 'unpin'>>();
});
