import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { sandboxMark } from '../../src/run/settings.ts';
import { writeSample } from '../../src/simulator/sample/generate.ts';
import { openWorld, type World } from '../support/world.ts';

// The service itself keeps made-up publications away from what is not embedded, whoever started it.

const now = '2030-01-15T00:00:00Z';
let world: World;
let other: World;
let folder: string;
let receiver: Server;
let received: number;

const configOf = (source?: object) => ({
  ...(source ? { source } : {}),
  lists: { west: { tags: ['Storage.WestUS', 'AzureContainerRegistry.WestUS'] } },
  targets: {
    groups: {
      ...{ kind: 'ip-group', mode: 'sync', list: 'west', resourceGroup: 'rg-network', name: 'west' },
      ...{ subscriptionId: '00000000-0000-0000-0000-000000000001', location: 'westus' },
    },
  },
  channels: {
    log: { kind: 'log' },
    ops: { kind: 'webhook', url: { $env: 'OPS_URL' }, signingSecret: { $env: 'OPS' }, only: { severity: 'info' } },
  },
});

beforeEach(async () => {
  received = 0;
  receiver = createServer((_request, response) => {
    received++;
    response.end();
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  folder = await mkdtemp(path.join(tmpdir(), 'made-up-'));
  const files = await writeSample(folder, { end: new Date(now), quiet: true });
  world = await openWorld(inject('azurite'), configOf());
  other = await openWorld(inject('azurite'), configOf());
  world.env.OPS_URL = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
  world.env.OPS = `whsec_${Buffer.alloc(24, 7).toString('base64')}`;
  world.set({ publication: files[0] ?? '', now });
  world.env.SERVICE_TAG_SYNC_PUBLICATION_VIA = 'sample';
});

afterEach(async () => {
  receiver.close();
  await Promise.all([world.close(), other.close()]);
  await rm(folder, { recursive: true });
});

function embed(): void {
  world.env.SERVICE_TAG_SYNC_SANDBOX = sandboxMark(world.arm, inject('azurite'));
}

test('outside the sandbox a made-up file is no publication', async () => {
  const run = await world.run();
  expect(run.status).toBe('failed');
  expect(run.publication).toBeUndefined();
  expect(run.events).toContainEqual({ kind: 'source-unreachable', text: expect.stringContaining('made up') });
  expect(await world.writes()).toEqual([]);
});

test('a config that names made-up publications is no way out', async () => {
  await world.configure(configOf({ kind: 'sample', path: folder }));
  for (const name of ['', '_VIA']) delete world.env[`SERVICE_TAG_SYNC_PUBLICATION${name}`];
  expect(await world.run()).toMatchObject({ status: 'failed', armWrites: 0 });
  const dry = await (await world.service()).dryRun({ trigger: 'start' });
  expect(dry.events).toContainEqual({
    kind: 'source-unreachable',
    again: true,
    text: expect.stringContaining('made up'),
  });
});

test('in the sandbox it is applied, and nobody but the log is told', async () => {
  embed();
  expect(await world.run()).toMatchObject({ status: 'applied', publication: { provenance: { via: 'sample' } } });
  expect((await world.writes()).length).toBeGreaterThan(0);
  await world.drain();
  expect(received).toBe(0);
});

test('a file that is real is told to the same channel', async () => {
  delete world.env.SERVICE_TAG_SYNC_PUBLICATION_VIA;
  expect(await world.run()).toMatchObject({ status: 'applied' });
  await world.drain();
  expect(received).toBeGreaterThan(0);
});

test.each([
  ['another ARM', () => ({ SERVICE_TAG_SYNC_ARM: other.arm })],
  ['no ARM of its own', () => ({ SERVICE_TAG_SYNC_SANDBOX: '' })],
  ['another mark', () => ({ SERVICE_TAG_SYNC_SANDBOX: sandboxMark(other.arm, inject('azurite')) })],
])('state from the sample is not continued: %s', async (_, changes) => {
  embed();
  await world.run();
  Object.assign(world.env, changes());
  // Also not with real files.
  world.env.SERVICE_TAG_SYNC_PUBLICATION_VIA = 'file';
  await world.writes();
  const service = await world.service();
  await expect(service.requestRun({ trigger: 'http' })).rejects.toThrow(/came from the sample.*nothing is planned/);
  await expect(service.dryRun({ trigger: 'start' })).rejects.toThrow(/came from the sample/);
  await expect(service.startRun({ schema: 1, run: 'r', trigger: 'timer' } as never)).rejects.toThrow(/from the sample/);
  expect(await service.health()).toMatchObject({ ok: false });
  expect([...(await world.writes()), ...(await other.writes())]).toEqual([]);
});

test('a run recorded in the sandbox is not worked on outside it', async () => {
  embed();
  await world.begin();
  world.env.SERVICE_TAG_SYNC_ARM = other.arm;
  await expect(world.drain()).rejects.toThrow(/run \S+ came from the sample/);
  expect([...(await world.writes()), ...(await other.writes())]).toEqual([]);
});
