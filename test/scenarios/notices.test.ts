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
  channels: { ops: { kind: 'slack', url: { $env: 'SLACK_URL' } } },
};

let world: World;
let folder: string;
let receiver: Receiver;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'service-tags-notices-'));
  receiver = await startReceiver();
  world = await openWorld(inject('azurite'), config);
  world.env.SLACK_URL = `${receiver.origin}/services/x`;
});
afterEach(async () => {
  await world.close();
  await receiver.close();
  await rm(folder, { recursive: true });
});

async function publish(date: string, changeNumber: number, ranges: readonly string[]): Promise<void> {
  const publication = join(folder, `ServiceTags_Public_${date.replaceAll('-', '')}.json`);
  await writeFile(publication, makeCatalogJson({ changeNumber, tags: { 'Storage.WestUS': [...ranges] } }));
  const seen = new Date(Date.parse(date) + 76 * 3_600_000).toISOString();
  world.set({ publication, now: seen });
  await world.run();
}

const told = () => receiver.received.splice(0).map(({ body }) => (JSON.parse(body) as { text: string }).text);

it('a run is told as soon as it is closed, and a run that changes nothing is not', async () => {
  await publish('2024-01-08', 289, ['20.60.0.0/24', '20.61.0.0/24']);
  expect(told()).toEqual([
    expect.stringMatching(/^\[OK\] w.*: 2 ranges \(512 IPv4 addresses\) in place on hub\. Nothing to do\.$/),
  ]);
  await publish('2024-01-15', 290, ['20.60.0.0/24', '20.61.0.0/24', '20.62.0.0/24']);
  expect(told()).toEqual([
    expect.stringMatching(
      /: 1 range \(256 IPv4 addresses\) in place on hub 3 d 20 h before Azure may use it\. Nothing to do\.$/,
    ),
  ]);
  await world.run();
  expect(told()).toEqual([]);
});

it('a failure is told once, with what is missing and from when on', async () => {
  await publish('2024-01-08', 289, ['20.60.0.0/24']);
  told();
  const effect = { status: 409, code: 'ScopeLocked', message: 'the scope is locked' };
  await world.faults([{ match: { method: 'PUT', pathIncludes: 'ipGroups' }, times: 99, effect }]);
  await publish('2024-01-15', 290, ['20.60.0.0/24', '20.62.0.0/24']);
  const first = told();
  expect(first).toEqual([
    expect.stringMatching(
      /^\[FAILED, act before Mon 2024-01-22 00:00 UTC\] .*hub was NOT updated: 1 range \(256 IPv4 addresses\) missing/,
    ),
  ]);
  await world.run();
  expect(told()).toEqual([]);
});

it('questions of different days whose reminders are due in one run are reminded of in one notice', async () => {
  const sound = '20.60.0.0/24';
  await publish('2024-01-08', 289, [sound]);
  await publish('2024-01-15', 290, ['10.1.0.0/24', sound]);
  await publish('2024-01-23', 291, ['10.1.0.0/24', '10.2.0.0/24', sound]);
  told();
  world.set({ now: '2024-02-08T04:00:00Z' });
  await world.run();
  expect(told().filter((text) => text.includes('unanswered'))).toEqual([
    expect.stringMatching(/2 questions are still unanswered: Storage\.WestUS/),
  ]);
  await world.run();
  expect(told()).toEqual([]);
});
