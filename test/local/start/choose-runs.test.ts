import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import { knownKinds } from '../../../src/config/load.ts';
import { parseConfig } from '../../../src/config/parse.ts';
import { chooseRuns } from '../../../src/local/start/choose-runs.ts';
import { type DataFolder, openDataFolder } from '../../../src/local/start/data-folder.ts';
import { openStore, type Store } from '../../../src/store/open.ts';

let folder: DataFolder;
let publications: string;
let store: Store;
let close: (() => void) | undefined;

beforeEach(async () => {
  folder = await openDataFolder(undefined);
  publications = await mkdtemp(path.join(tmpdir(), 'choose-'));
  store = await openStore({
    ...{ connection: { connectionString: inject('azurite') }, instance: 'choose-runs', cloud: 'Public' },
    ...{ queuePrefix: 'choose-runs', now: () => new Date() },
  });
});

afterEach(async () => {
  close?.();
  await folder.release();
  await rm(publications, { recursive: true });
});

async function configWith(status: number): Promise<Config> {
  const server = createServer((_request, response) => response.writeHead(status).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => server.close();
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const text = JSON.stringify({
    ...{ schema: 1, instance: 'choose-runs', cloud: 'Public' },
    source: { kind: 'download-centre', detailsPage: `${origin}/`, origins: [origin] },
    lists: { a: { tags: ['Storage.WestUS'] } },
    targets: {
      a: {
        ...{ kind: 'ip-group', mode: 'sync', list: 'a', subscriptionId: '00000000-0000-0000-0000-000000000001' },
        ...{ resourceGroup: 'rg', name: 'a', location: 'westus' },
      },
    },
  });
  return parseConfig(text, { file: 'test', kinds: knownKinds, now: new Date() }).config;
}

test('the real download goes first where it answers', async () => {
  expect(await chooseRuns({}, await configWith(200), folder, store)).toEqual({ kind: 'source', notes: [] });
});

test('the sample stands in where it does not, and says that it is one', async () => {
  const chosen = await chooseRuns({}, await configWith(503), folder, store);
  expect(chosen).toMatchObject({ kind: 'files', via: 'sample', notes: [expect.stringMatching(/^SAMPLE: .*503/)] });
});

test('state from real files never meets the sample', async () => {
  await folder.setOrigin('real');
  const chosen = await chooseRuns({}, await configWith(503), folder, store);
  expect(chosen).toMatchObject({ kind: 'source', notes: [expect.stringContaining('stays in force')] });
});

test('state from the sample never meets real files', async () => {
  await folder.setOrigin('sample');
  await writeFile(path.join(publications, 'ServiceTags_Public_20240108.json'), '{}');
  const config = await configWith(200);
  await expect(chooseRuns({ publications }, config, folder, store)).rejects.toThrow(/came from the sample/);
  expect(await chooseRuns({}, config, folder, store)).toMatchObject({ via: 'sample' });
});

test('named files are taken, and what is not taken is named', async () => {
  await writeFile(path.join(publications, 'ServiceTags_Public_20240108.json'), '{}');
  await writeFile(path.join(publications, 'ServiceTags_China_20240108.json'), '{}');
  const chosen = await chooseRuns({ publications }, await configWith(200), folder, store);
  expect(chosen).toEqual({
    ...{ kind: 'files', via: 'folder', files: [path.join(publications, 'ServiceTags_Public_20240108.json')] },
    notes: ['not used: ServiceTags_China_20240108.json (not a file of cloud Public)'],
  });
});
