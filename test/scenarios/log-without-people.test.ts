import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createFeedServer } from '../../src/composition-root.ts';
import { newFeedMemory } from '../../src/feeds/feed-memory.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { startStorageProxy } from '../support/storage-proxy.ts';
import { openWorld, type World } from '../support/world.ts';

// A log is read by many and kept for long: who decided, and why, is in the storage account and in notices to people.

const tag = 'Storage.WestUS';
const base = Array.from({ length: 12 }, (_, i) => `20.0.${i * 2}.0/24`);
const feed = { kind: 'feed', mode: 'sync', list: 'west', name: 'west', devices: { hq: { secrets: [{ $env: 'HQ' }] } } };
const config = {
  lists: { west: { tags: [tag] } },
  targets: { west: feed, asked: { ...feed, name: 'asked', approval: { add: 'always', remove: 'always' } } },
  channels: { log: { kind: 'log' } },
};
const people = ['Anna Berg', 'anna', 'contoso.example', 'Ola Dahl'];
const reasons = ['Anna says so', 'storm over Oslo', 'CHG-4711', 'divorce of Ola'];

let world: World;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'log-'));
  world = await openWorld(inject('azurite'), config);
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

async function publish(day: number, prefixes: readonly string[]): Promise<void> {
  const path = join(folder, `ServiceTags_Public_202401${day}.json`);
  await writeFile(path, makeCatalogJson({ changeNumber: 200 + day, tags: { [tag]: prefixes } }));
  world.set({ publication: path, now: `2024-01-${day}T12:00:00Z` });
}

test('decisions, the notices of them and pulls leave no name and no reason in the log', async () => {
  const anna = { by: { name: 'Anna Berg', how: 'claimed' }, why: 'storm over Oslo', ticket: 'CHG-4711' } as const;
  const ola = { by: { name: 'Ola Dahl', how: 'claimed' }, why: 'divorce of Ola' } as const;
  await publish(15, base);
  await world.run();
  const part = ((await world.status()).targets.find(({ id }) => id === 'asked')?.outcomes[0]?.subject ?? '').slice(5);
  await world.say({ kind: 'decline', part }, anna);
  await world.say({ kind: 'pause', target: 'west', until: '2024-01-17T00:00:00Z' }, ola);
  await world.say({ kind: 'resume', target: 'west' }, anna);
  await world.say({ kind: 'pause' }, { ...anna, why: 'Anna says so' });
  await publish(22, base.slice(6));
  await world.run();
  await world.say({ kind: 'resume' }, ola);
  const [hold] = await (await world.desk()).holds();
  await world.say({ kind: 'answer', holds: [hold?.id ?? ''], answer: 'remove' }, anna);
  await world.say({ kind: 'pin', changeNumber: 215, until: '2024-01-30T00:00:00Z' }, ola);
  await world.say({ kind: 'unpin' }, anna);
  await (await world.service()).runMaintenance();
  await world.drain();
  const decided = (await world.decisions()).map(({ kind }) => kind);
  expect(decided.sort()).toEqual(['answer', 'decline', 'pause', 'pause', 'pin', 'resume', 'resume', 'unpin']);

  const lines: string[] = [];
  const log = (message: string, fields?: object) => void lines.push(JSON.stringify({ message, ...fields }));
  const proxy = await startStorageProxy(inject('azurite'));
  const memory = newFeedMemory(log);
  const env = { ...world.env, AzureWebJobsStorage: proxy.connectionString, HQ: 'a secret of 16 or more' };
  const server = await createFeedServer(env, log, memory);
  const signedIn = { name: 'anna@contoso.example', may: true };
  const ask = (shown: object) => server.ask({ feed: 'west', headOnly: false, ...shown });
  expect(await ask({ signedIn })).toMatchObject({ kind: 'list' });
  expect(await ask({ signedIn: { ...signedIn, may: false } })).toMatchObject({ kind: 'no-role' });
  expect(await ask({ authorization: `Basic ${btoa('hq:wrong')}`, signedIn })).toMatchObject({ kind: 'refused' });
  // Pulls that cannot be taken down: an error of the store names the row, and with it who pulled.
  proxy.decide(() => 'refuse');
  await memory.pulls.settle();
  expect(lines.join()).toContain('pulls not taken down');
  await proxy.close();

  const all = [...world.logged, ...lines];
  // Seen: notices of the controls, of what waits, and of the released hold.
  const notices = all.filter((line) => line.startsWith('{"message":"notice"'));
  for (const kind of ['control', 'waits', 'hold-ended', 'question']) {
    expect(notices.join('\n')).toContain(`service-tag-sync.notice.${kind}"`);
  }
  expect(lines.join()).toContain('feed refused');
  for (const text of [...people, ...reasons]) expect(all.filter((line) => line.includes(text))).toEqual([]);
});
