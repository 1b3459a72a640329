import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, it } from 'vitest';
import { makeCatalogJson } from '../support/catalog.ts';
import { type Receiver, startReceiver } from '../support/receiver.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const config = {
  lists: { west: { tags: ['Storage.WestUS'] } },
  targets: { hub: { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'west', location: 'westus' } },
  channels: { ops: { kind: 'webhook', url: { $env: 'HOOK_URL' }, signingSecret: { $env: 'HOOK_SECRET' } } },
};

let world: World;
let receiver: Receiver;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'service-tags-errors-'));
  const publication = join(folder, 'ServiceTags_Public_20240108.json');
  await writeFile(publication, makeCatalogJson({ changeNumber: 289, tags: { 'Storage.WestUS': ['20.60.0.0/24'] } }));
  receiver = await startReceiver();
  world = await openWorld(inject('azurite'), config);
  world.set({ publication, now: '2024-01-11T04:00:00Z' });
  world.env.HOOK_URL = `${receiver.origin}/hook`;
  world.env.HOOK_SECRET = `whsec_${Buffer.from('a secret of at least 24 bytes').toString('base64')}`;
});
afterEach(async () => {
  await world.close();
  await receiver.close();
  await rm(folder, { recursive: true });
});

const sent = () =>
  receiver.received.splice(0).map(({ body }) => (JSON.parse(body) as { data: { errors?: object[] } }).data);

const locked = { kind: 'locked', code: 'ScopeLocked', status: 409 };
const effect = { status: 409, code: 'ScopeLocked', message: 'the scope is locked' };

it('a failed write keeps kind, code and status to the outcome, the event and the webhook', async () => {
  await world.faults([{ match: { method: 'PUT', pathIncludes: 'ipGroups' }, times: 99, effect }]);
  const run = await world.run();
  expect(run.status).toBe('failed');
  expect(run.targets.flatMap(({ outcomes }) => outcomes.map(({ error }) => error))).toEqual([locked]);
  expect(run.events).toContainEqual(expect.objectContaining({ kind: 'target-failed', errors: [locked] }));
  expect(sent().flatMap(({ errors = [] }) => errors)).toEqual([{ target: 'hub', ...locked }]);
});

it('so does a target that cannot be read', async () => {
  await world.faults([{ match: { method: 'GET', pathIncludes: 'ipGroups' }, times: 99, effect: { status: 403 } }]);
  const run = await world.run();
  const errors = run.targets.flatMap(({ outcomes }) => outcomes.map(({ error }) => error));
  expect(errors).toEqual([expect.objectContaining({ kind: 'forbidden', status: 403 })]);
});

it('a write that comes to its end has no error', async () => {
  const run = await world.run();
  expect(run.status).toBe('applied');
  expect(run.targets.flatMap(({ outcomes }) => outcomes.filter(({ error }) => error))).toEqual([]);
  expect(sent().filter(({ errors }) => errors)).toEqual([]);
});
