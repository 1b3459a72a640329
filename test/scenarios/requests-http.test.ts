import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { build } from '../../src/build/bundle.ts';
import { createContext } from '../../src/composition-root.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

// Bytes on the wire against the built app: what a client sends decides between a dry run and a real one.

const root = fileURLToPath(new URL('../../', import.meta.url));
const feed = (name: string) => ({ kind: 'feed', mode: 'sync', list: 'west', name, addresses: ['10.0.0.0/8'] });
const config = {
  lists: { west: { tags: ['AzureContainerRegistry.WestUS'] } },
  targets: { branches: feed('branches'), plants: feed('plants') },
};

let world: World;
let folder: string;
let app: ChildProcess;
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'service-tags-requests-http-'));
  world = await openWorld(inject('azurite'), config);
  const publication = join(folder, 'ServiceTags_Public_20240115.json');
  const tags = { 'AzureContainerRegistry.WestUS': ['20.0.0.0/24'] };
  await writeFile(publication, makeCatalogJson({ changeNumber: 200, tags }));
  world.set({ publication, now: '2024-01-16T12:00:00Z' });
  const { entry } = await build({ outdir: join(folder, 'functions') });
  app = fork(join(root, 'test/support/app-process.ts'), [entry], {
    env: { ...process.env, ...world.env },
  });
  const url = await new Promise<string>((resolve, reject) => {
    app.once('exit', (code) => reject(new Error(`the app ended with ${code}`)));
    app.on('message', (message: { url?: string }) => message.url !== undefined && resolve(message.url));
  });
  port = Number(new URL(url).port);
}, 60_000);
afterAll(async () => {
  app.kill();
  await world.close();
  await rm(folder, { recursive: true });
});

/** Sends these bytes and no others, and reads the answer to its end. */
async function send(path: string, lines: readonly string[], body = ''): Promise<{ status: number; json: object }> {
  const head = [
    `POST /api/${path} HTTP/1.1`,
    'Host: localhost',
    'Connection: close',
    'x-functions-key: a-function-key',
  ];
  const socket = connect(port, '127.0.0.1');
  socket.write(`${[...head, ...lines].join('\r\n')}\r\n\r\n${body}`);
  const answer = await text(socket);
  const at = answer.indexOf('\r\n\r\n');
  const json = answer.slice(at).slice(answer.slice(at).indexOf('{'), answer.lastIndexOf('}') - at + 1);
  return { status: Number(answer.split(' ')[1]), json: JSON.parse(json) };
}

const chunked = (body: string) => `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
const dryRun = '{"dryRun": true}';

test.each<[string, string, string[], string, number]>([
  ['a dry run in chunks', 'runs', ['Transfer-Encoding: chunked'], chunked(dryRun), 411],
  [
    'a dry run in chunks, as JSON',
    'runs',
    ['Transfer-Encoding: chunked', 'Content-Type: application/json'],
    chunked(dryRun),
    411,
  ],
  ['what curl -X POST sends', 'runs', [], '', 411],
  ['JSON that is not there', 'runs', ['Content-Type: application/json', 'Content-Length: 0'], '', 400],
  ['a pause in chunks', 'pause', ['Transfer-Encoding: chunked'], chunked('{"why": "a test"}'), 411],
  ['a test of channels in chunks', 'channels/test', ['Transfer-Encoding: chunked'], chunked('{}'), 411],
])('%s asks for nothing', async (_name, path, lines, body, status) => {
  const answer = await send(path, lines, body);
  expect(answer).toMatchObject({ status, json: { status, detail: expect.stringContaining("curl: -d '{}'") } });
  const { runs } = await createContext(world.env, () => {});
  expect(await runs.queued()).toEqual([]);
});

test('a dry run with its length is one', async () => {
  const answer = await send('runs', [`Content-Length: ${dryRun.length}`], dryRun);
  expect(answer).toMatchObject({ status: 200, json: { dryRun: true } });
});

test('an empty object, some targets and Content-Length: 0 ask for one run, which says what it covers', async () => {
  const some = '{"targets": ["plants"]}';
  const first = await send('runs', [`Content-Length: ${some.length}`], some);
  expect(first).toMatchObject({ status: 202, json: { status: 'queued', joined: false, targets: ['plants'] } });
  const all = { status: 202, json: { ...first.json, joined: true, targets: ['branches', 'plants'] } };
  expect(await send('runs', ['Content-Length: 2'], '{}')).toEqual(all);
  expect(await send('runs', ['Content-Length: 0'])).toEqual(all);
  const why = '{"why": "a test"}';
  const paused = await send('pause', [`Content-Length: ${why.length}`], why);
  expect(paused).toMatchObject({ status: 201, json: all.json });
});
