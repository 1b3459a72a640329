import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createFeedServer } from '../../src/composition-root.ts';
import { newFeedMemory } from '../../src/feeds/feed-memory.ts';
import { feedFormats, formatsFor } from '../../src/feeds/formats/index.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { openTestStore } from '../support/open-test-store.ts';
import { formatReaders, numbersOf } from '../support/read-formats.ts';
import { ask, request } from '../support/service.ts';
import { openWorld, type World } from '../support/world.ts';

const keys = [{ $env: 'FEED_KEY' }];
const list = { mode: 'sync', list: 'west', keys };
const config = {
  lists: {
    west: { tags: ['Storage.WestUS'], families: ['ipv4', 'ipv6'] },
    hosts: { names: ['contoso.azurecr.io', '*.blob.core.windows.net'] },
  },
  targets: {
    branches: { kind: 'feed', ...list, name: 'branches', devices: { hq: { secrets: keys } } },
    routers: {
      ...{ kind: 'feed', ...list, name: 'routers', format: 'check-point' },
      publish: { container: 'formats', blob: 'routers.json' },
    },
    hosts: { kind: 'feed-names', ...list, list: 'hosts', name: 'hosts' },
  },
};
const key = 'a key that no one guesses';
const prefixes = ['20.0.0.0/24', '20.0.2.0/24', '2603:1030::/48'];

let world: World;
let folder: string;

async function pull(feed: string, query: Record<string, string> = {}, headers: Record<string, string> = {}) {
  const memory = newFeedMemory(() => undefined);
  const feeds = () => createFeedServer({ ...world.env, FEED_KEY: key }, () => undefined, memory);
  const credentials = { 'x-functions-key': key };
  const asked = request('GET', `/api/feeds/${feed}`, {
    params: { name: feed },
    headers: { ...credentials, ...headers },
    query,
  });
  const { status, headers: answered, body, jsonBody } = await ask('feeds', asked, { feeds });
  await memory.pulls.settle();
  return { status, headers: new Headers(answered as Record<string, string>), text: String(body), problem: jsonBody };
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'feed-formats-'));
  const publication = join(folder, 'ServiceTags_Public_20240115.json');
  await writeFile(publication, makeCatalogJson({ changeNumber: 200, tags: { 'Storage.WestUS': prefixes } }));
  world = await openWorld(inject('azurite'), config);
  world.set({ publication, now: '2024-01-15T12:00:00Z' });
  expect((await world.run()).status).toBe('applied');
  world.set({ now: '2024-01-15T13:00:00Z' });
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

describe('a feed in a format', () => {
  test.each(formatsFor('ipv4', 'ipv6'))('%s is the list, with a type and an ETag of its own', async (format) => {
    const answer = await pull('branches', { format });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(`${feedFormats.get(format)?.mediaType}; charset=utf-8`);
    const held = feedFormats.get(format)?.takes.includes('ipv6') ? prefixes : prefixes.slice(0, 2);
    expect(numbersOf(formatReaders[format]?.(answer.text).addresses ?? [])).toEqual(numbersOf(held));
    const etag = answer.headers.get('etag') ?? '';
    expect((await pull('branches', { format }, { 'if-none-match': etag })).status).toBe(304);
    const other = format === 'json' ? 'csv' : 'json';
    expect((await pull('branches', { format: other }, { 'if-none-match': etag })).status).toBe(200);
  });

  test('is plain unless the config or the request names another one', async () => {
    expect((await pull('branches')).text).toBe(`${prefixes.join('\n')}\n`);
    expect(await pull('branches', { format: 'plain' })).toMatchObject({ text: `${prefixes.join('\n')}\n` });
    expect(JSON.parse((await pull('routers')).text)).toMatchObject({ version: '1.0', objects: [{}, {}] });
    expect((await pull('routers', { format: 'plain' })).text).toBe(`${prefixes.join('\n')}\n`);
    const blob = BlobServiceClient.fromConnectionString(inject('azurite'))
      .getContainerClient('formats')
      .getBlockBlobClient('routers.json');
    expect((await blob.downloadToBuffer()).toString()).toBe((await pull('routers')).text);
    expect((await blob.getProperties()).contentType).toBe('application/json; charset=utf-8');
  });

  test('says in JSON by which publication, when and for which tags it last changed', async () => {
    expect(JSON.parse((await pull('branches', { format: 'json', family: 'ipv6' })).text)).toMatchObject({
      ...{ name: 'branches', changeNumber: 200, changedAt: '2024-01-15T12:00:00.000Z', tags: ['Storage.WestUS'] },
      ...{ ipv4: [], ipv6: prefixes.slice(2), names: [] },
    });
  });

  test('is 400 where there is no such format, with those that there are, or where it takes nothing of the feed', async () => {
    const unknown = await pull('branches', { format: 'panos' });
    expect(unknown).toMatchObject({ status: 400, problem: { issues: [{ path: 'format' }] } });
    for (const id of feedFormats.keys()) expect(JSON.stringify(unknown.problem)).toContain(id);
    expect(await pull('branches', { format: 'pan-os-url' })).toMatchObject({
      status: 400,
      problem: { detail: expect.stringContaining('takes host names, and branches has none: only 2 IPv4 prefixes') },
    });
    expect((await pull('branches', { format: 'cisco-ios', family: 'ipv6' })).status).toBe(400);
  });

  test.each(formatsFor('names'))('%s holds the host names of a feed of names', async (format) => {
    const { names } = formatReaders[format]?.((await pull('hosts', { format })).text) ?? { names: [] };
    const held = ['*.blob.core.windows.net', 'contoso.azurecr.io'];
    expect([...names].sort()).toEqual(feedFormats.get(format)?.wildcards ? held : held.slice(1));
  });

  test('is had by a device that pulls it in whatever format', async () => {
    const authorization = `Basic ${Buffer.from(`hq:${key}`).toString('base64')}`;
    await pull('branches', { format: 'json' }, { authorization });
    const instance = world.env.SERVICE_TAG_SYNC_QUEUES ?? '';
    const { feeds } = await openTestStore({ instance, queuePrefix: instance });
    const [noted] = (await feeds.pulls('branches')).filter(({ client }) => client === 'hq');
    expect(noted?.etag).toBe((await pull('branches')).headers.get('etag'));
  });
});

describe('If-Modified-Since', () => {
  const since = (date: string) => ({ 'if-modified-since': date });
  test.each([
    ['the time of its last change', 'Mon, 15 Jan 2024 12:00:00 GMT', 304],
    ['a later one', 'Mon, 15 Jan 2024 12:30:00 GMT', 304],
    ['an earlier one', 'Mon, 15 Jan 2024 11:59:59 GMT', 200],
    ['one that is yet to come', 'Mon, 15 Jan 2024 13:00:01 GMT', 200],
    ['another form', '2024-01-15T12:30:00Z', 200],
    ['no date', 'Mon, 45 Jan 2024 12:30:00 GMT', 200],
  ])('with %s', async (_, date, status) => {
    const answer = await pull('branches', {}, since(date));
    expect(answer.status).toBe(status);
    expect(answer.headers.get('last-modified')).toBe('Mon, 15 Jan 2024 12:00:00 GMT');
  });

  test('does not count beside If-None-Match', async () => {
    const later = since('Mon, 15 Jan 2024 12:30:00 GMT');
    expect((await pull('branches', {}, { ...later, 'if-none-match': '"another"' })).status).toBe(200);
  });

  test('does not count where an edit of the config may have changed the format since', async () => {
    const later = since('Mon, 15 Jan 2024 12:30:00 GMT');
    const answer = await pull('routers', {}, later);
    expect([answer.status, answer.headers.get('last-modified')]).toEqual([200, null]);
    expect((await pull('routers', { format: 'check-point' }, later)).status).toBe(304);
  });

  test('sees that a family has gone, which leaves an older list alone', async () => {
    const instance = world.env.SERVICE_TAG_SYNC_QUEUES ?? '';
    const { feeds } = await openTestStore({
      instance,
      queuePrefix: instance,
      now: () => new Date('2024-01-15T12:45:00Z'),
    });
    const six = await feeds.get('branches', 'ipv6');
    await feeds.put(
      { feed: 'branches', family: 'ipv6', entries: [], mark: six?.mark ?? '', version: 'gone' },
      six?.version,
    );
    const answer = await pull('branches', {}, since('Mon, 15 Jan 2024 12:30:00 GMT'));
    expect([answer.status, answer.headers.get('last-modified')]).toEqual([200, 'Mon, 15 Jan 2024 12:45:00 GMT']);
    expect((await pull('branches', { family: 'ipv4' }, since('Mon, 15 Jan 2024 12:30:00 GMT'))).status).toBe(304);
  });
});
