import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createContext, createFeedServer } from '../../src/composition-root.ts';
import { Brake } from '../../src/feeds/brake.ts';
import { newFeedMemory } from '../../src/feeds/feed-memory.ts';
import { storageReport, tidy } from '../../src/run/tidy.ts';
import { generateSample } from '../../src/simulator/sample/generate.ts';
import { openTestStore } from '../support/open-test-store.ts';
import { ask, invocation, request } from '../support/service.ts';
import { openWorld, type World } from '../support/world.ts';

const branches = {
  kind: 'feed',
  mode: 'sync',
  list: 'registry',
  name: 'branches',
  publish: { container: 'published', blob: 'branches.txt' },
  keys: [{ $env: 'FEED_KEY' }],
  devices: {
    hq: { secrets: [{ $env: 'HQ_OLD' }, { $env: 'HQ_NEW' }], pullEvery: 1 },
    depot: { secrets: [{ $env: 'DEPOT' }], addresses: ['203.0.113.0/24'] },
    lab: { secrets: [{ $env: 'LAB_MISSING' }] },
  },
};
const config = {
  lists: {
    registry: { tags: ['AzureContainerRegistry.EastUS'], families: ['ipv4', 'ipv6'] },
    old: { tags: ['AzureContainerRegistry.EastUS'] },
    hosts: { names: ['mcr.microsoft.com'] },
  },
  targets: {
    branches,
    old: { kind: 'feed', mode: 'sync', list: 'old', name: 'old', keys: branches.keys },
    hosts: { kind: 'feed-names', mode: 'sync', list: 'hosts', name: 'hosts', keys: branches.keys },
  },
  channels: { log: { kind: 'log' } },
};
const long = (name: string) => `${name}, 16 characters or more`;
const secrets = { FEED_KEY: long('k1'), HQ_OLD: long('old'), HQ_NEW: long('new'), DEPOT: long('d') };
const basic = (user: string, password: string) => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
});
const hq = basic('hq', long('new'));

let world: World;
let folder: string;
let lines: string[];
const brake = new Brake();

async function pull(
  given: { method?: string; feed?: string; headers?: Record<string, string>; query?: Record<string, string> } = {},
  env: Record<string, string> = {},
) {
  const { method = 'GET', feed = 'branches', headers = {}, query = {} } = given;
  const logged = invocation();
  const log = (message: string, fields?: object) => void lines.push(JSON.stringify([message, fields]));
  // As after more than a minute: what was read before counts no more, what was wrong still does.
  const memory = { ...newFeedMemory(log), brake };
  const feeds = () => createFeedServer({ ...world.env, ...secrets, ...env }, log, memory);
  const asked = request(method, `/api/feeds/${feed}`, { params: { name: feed }, headers, query });
  const answer = await ask('feeds', asked, { feeds }, logged);
  await memory.pulls.settle();
  lines.push(...logged.lines);
  return answer;
}

/** What waits to be delivered, in words. */
async function pendingHeadlines(): Promise<string[]> {
  const name = world.env.SERVICE_TAG_SYNC_QUEUES ?? '';
  const { outbox } = await openTestStore({ instance: name, queuePrefix: name });
  return (await outbox.pending('log', 100)).map(({ notice }) => [notice.headline, ...notice.lines].join(' '));
}

const header = (answer: { headers?: unknown }, name: string) =>
  (answer.headers as Record<string, string> | undefined)?.[name];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'feed-'));
  for (const chapter of [0, 1]) {
    const text = generateSample({ cloud: 'Public', chapter, lineEnd: '\n' });
    await writeFile(join(folder, `ServiceTags_Public_2024010${1 + 7 * chapter}.json`), text);
  }
  world = await openWorld(inject('azurite'), config);
  world.set({ publication: join(folder, 'ServiceTags_Public_20240101.json'), now: '2024-01-02T00:00:00Z' });
  lines = [];
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

describe('a feed', () => {
  test('is 503 and never an empty list before the first good one', async () => {
    const answer = await pull({ headers: hq });
    expect(answer.status).toBe(503);
    expect(header(answer, 'retry-after')).toBe('300');
    expect(header(answer, 'content-type')).toBe('application/problem+json');
  });

  test.each([
    ['old', 'The list of this feed has no IPv6, only IPv4.', 404],
    ['hosts', 'This feed holds host names, which are of no family.', 404],
    ['branches', 'There is no list yet.', 503],
  ])('%s, asked for IPv6, is 503 only while that may come', async (feed, detail, status) => {
    const key = { 'x-functions-key': long('k1') };
    const answer = await pull({ feed, headers: key, query: { family: 'ipv6' } });
    expect(answer.status).toBe(status);
    expect(header(answer, 'content-type')).toBe('application/problem+json');
    expect(answer.jsonBody).toMatchObject({ status, detail });
    expect((await pull({ feed, headers: key, query: { family: 'ipv4' } })).status).toBe(503);
    // Who may not have the list is not told what it holds.
    expect((await pull({ feed, query: { family: 'ipv6' } })).status).toBe(401);
  });

  test('is filled by a run without a request to ARM, and the second run is empty', async () => {
    const first = await world.run();
    expect(first.status).toBe('applied');
    expect(first.armWrites).toBe(0);
    expect((await world.run()).status).toBe('no-change');
    expect(await world.writes()).toEqual([]);
  });

  test('is served as plain text with a strong ETag, its age, and each family alone', async () => {
    world.set({ now: '2024-01-02T00:02:00Z' });
    const answer = await pull({ headers: hq });
    expect(answer.status).toBe(200);
    expect(header(answer, 'content-type')).toBe('text/plain; charset=utf-8');
    expect(header(answer, 'etag')).toMatch(/^"[0-9a-f]{32}"$/);
    expect(header(answer, 'x-list-age')).toBe('120');
    const served = String(answer.body);
    expect(served.endsWith('\n')).toBe(true);
    expect(served.trimEnd().split('\n').sort()).toEqual([...(await world.live('branches'))].sort());
    const one = async (family: string) => String((await pull({ headers: hq, query: { family } })).body);
    expect((await one('ipv4')) + (await one('ipv6'))).toBe(served);
    expect(await one('ipv4')).not.toContain(':');
    expect((await pull({ headers: hq, query: { family: 'v4' } })).status).toBe(400);
  });

  test('answers 304 to who has it, and HEAD without the list', async () => {
    const etag = header(await pull({ headers: hq }), 'etag') ?? '';
    for (const given of [etag, `W/${etag}`, `"x", ${etag}`, '*']) {
      const same = await pull({ headers: { ...hq, 'if-none-match': given } });
      expect(same).toMatchObject({ status: 304, headers: { etag } });
      expect(same.body).toBeUndefined();
    }
    expect((await pull({ headers: { ...hq, 'if-none-match': '"x"' } })).status).toBe(200);
    const head = await pull({ method: 'HEAD', headers: hq });
    expect(head).toMatchObject({ status: 200, headers: { etag } });
    expect(head.body).toBeUndefined();
  });

  test.each([
    ['the new secret', basic('hq', long('new')), 200],
    ['the old secret', basic('hq', long('old')), 200],
    ['no credentials', {}, 401],
    ['a wrong secret', basic('hq', 'newer'), 401],
    ["another device's secret", basic('hq', long('d')), 401],
    ['an unknown device', basic('nobody', long('new')), 401],
    ['an inherited name', basic('constructor', long('new')), 401],
    ['an empty secret', basic('hq', ''), 401],
    ['something that is not Basic', { authorization: 'Bearer new' }, 401],
    ['the key', { 'x-functions-key': long('k1') }, 200],
    ['a wrong key', { 'x-functions-key': 'k2' }, 401],
    // Nobody can tell whether that secret is right: our fault, and no reason for a firewall to stop enforcing.
    ['a secret whose setting is missing', basic('lab', 'x'), 503],
    [
      'a device from elsewhere',
      { ...basic('depot', long('d')), 'x-forwarded-for': '203.0.113.9, 198.51.100.1:4711' },
      403,
    ],
    [
      'a device from where it may',
      { ...basic('depot', long('d')), 'x-forwarded-for': '10.0.0.1, 203.0.113.9:4711' },
      200,
    ],
    ['a device from nobody knows where', basic('depot', long('d')), 403],
  ])('with %s', async (_, headers, status) => {
    const answer = await pull({ headers });
    expect(answer.status).toBe(status);
    if (status === 401) expect(header(answer, 'www-authenticate')).toContain('Basic realm=');
    if (status !== 200) expect(header(answer, 'content-type')).toBe('application/problem+json');
  });

  test('takes the key from the query, knows no other feed, and logs no secret', async () => {
    expect((await pull({ query: { code: long('k1') } })).status).toBe(200);
    expect((await pull({ feed: 'other', headers: hq })).status).toBe(404);
    await pull({ headers: basic('hq', 'guessed-secret') });
    expect(lines.join('\n')).not.toContain('guessed-secret');
    expect(lines.join('\n')).toContain('LAB_MISSING');
  });

  test('brakes who guesses, and lets the device in from elsewhere', async () => {
    const from = (address: string, secret: string) => ({
      ...basic('hq', secret),
      'x-forwarded-for': `${address}:4711`,
    });
    for (let i = 0; i < 10; i++) expect((await pull({ headers: from('192.0.2.66', `guess ${i}`) })).status).toBe(401);
    // The right one among them is not to be found out.
    for (const secret of ['another guess', long('new')]) {
      const answer = await pull({ headers: from('192.0.2.66', secret) });
      expect(answer.status).toBe(429);
      expect(Number(header(answer, 'retry-after'))).toBeGreaterThan(0);
      expect(header(answer, 'content-type')).toBe('application/problem+json');
    }
    expect((await pull({ headers: from('192.0.2.67', long('new')) })).status).toBe(200);
    expect((await pull({ headers: { ...basic('depot', long('d')), 'x-forwarded-for': '203.0.113.9:1' } })).status).toBe(
      200,
    );
  });

  test('gives nothing for a secret that can be guessed, and names its setting in the log', async () => {
    expect((await pull({ headers: basic('hq', 'short') }, { HQ_OLD: 'short' })).status).toBe(503);
    expect(lines.join('\n')).toContain('at least 16 characters in the environment setting HQ_OLD');
    expect((await pull({ headers: hq }, { HQ_OLD: 'short' })).status).toBe(200);
  });

  test('is 503 while the store or the config is unwell', async () => {
    const dead =
      'DefaultEndpointsProtocol=http;AccountName=a;AccountKey=a2V5;TableEndpoint=http://127.0.0.1:1/a;BlobEndpoint=http://127.0.0.1:1/a;QueueEndpoint=http://127.0.0.1:1/a';
    const answer = await pull({ headers: hq }, { AzureWebJobsStorage: dead, SERVICE_TAG_SYNC_CONFIG: '/nowhere.json' });
    expect(answer.status).toBe(503);
    expect(header(answer, 'retry-after')).toBe('300');
  });

  test('is published as a blob too, and put right by housekeeping', async () => {
    const account = BlobServiceClient.fromConnectionString(inject('azurite'));
    const blob = account.getContainerClient('published').getBlockBlobClient('branches.txt');
    const served = String((await pull({ headers: hq })).body);
    expect((await blob.downloadToBuffer()).toString()).toBe(served);
    await blob.upload('x', 1);
    await (await world.service()).runMaintenance();
    expect((await blob.downloadToBuffer()).toString()).toBe(served);
  });

  test('tells once of a device that falls silent, and again when what it has is old', async () => {
    const told: string[] = [];
    const keep = async (now: string) => {
      world.set({ now });
      await (await world.service()).runMaintenance();
      // A run in between delivers what is pending: what was seen once is remembered here.
      const pending = (await pendingHeadlines()).filter((text) => text.includes('hq '));
      told.push(...pending.filter((text) => !told.includes(text)));
    };
    world.set({ now: '2024-01-02T01:00:00Z' });
    await pull({ headers: hq });
    await keep('2024-01-02T02:00:00Z');
    expect(told).toEqual([]);
    await keep('2024-01-02T02:10:00Z');
    await keep('2024-01-02T02:20:00Z');
    expect(told).toHaveLength(1);
    expect(told[0]).toContain('has not pulled feed branches since');
    world.set({ publication: join(folder, 'ServiceTags_Public_20240108.json'), now: '2024-01-09T00:00:00Z' });
    expect((await world.run()).targets[0]?.status).toBe('applied');
    const gains = async () => (await world.status()).source?.gains.flatMap(({ targets }) => targets) ?? [];
    expect((await gains())[0]?.devices?.lack).toContain('hq');
    await pull({ headers: basic('hq', 'wrong') });
    await keep('2024-01-09T00:10:00Z');
    await keep('2024-01-09T00:20:00Z');
    expect(told).toHaveLength(2);
    expect(told[1]).toContain('is missing the additions');
    expect(told[1]).toContain('wrong secret');
    await pull({ headers: hq });
    expect((await gains())[0]?.devices?.have).toContain('hq');
  });

  test('loses the last pull of a device that the config names no more, in a time, and no other', async () => {
    const context = () => createContext(world.env, () => {});
    const { feeds } = await context();
    await feeds.notePulls([{ feed: 'branches', client: 'closed', at: '2024-01-09T00:00:00.000Z' }]);
    const next = async () => (await storageReport(await context())).next;
    expect(await next()).toMatchObject({ pulls: 0 });
    // Storage has its own clock for when a row was written.
    world.set({ now: '2100-01-01T00:00:00Z' });
    expect(await next()).toMatchObject({ pulls: 1 });
    expect(await tidy(await context(), undefined)).toBe('done');
    expect(await next()).toMatchObject({ pulls: 0 });
    const clients = (await feeds.pulls('branches')).map(({ client }) => client);
    expect(clients).toEqual(expect.arrayContaining(['key', 'hq', 'depot']));
    expect(clients).not.toContain('closed');
  });
});
