import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import type { Config } from '../../../src/config/config.ts';
import { knownKinds } from '../../../src/config/load.ts';
import { parseConfig } from '../../../src/config/parse.ts';
import { emptyLedger } from '../../../src/core/judge/ledger.ts';
import { nothingAnnounced } from '../../../src/core/plan/announced.ts';
import { chooseRuns } from '../../../src/local/start/choose-runs.ts';
import { type DataFolder, openDataFolder } from '../../../src/local/start/data-folder.ts';
import { downloadCentre } from '../../../src/sources/download-centre.ts';
import { openStore, type Store } from '../../../src/store/open.ts';
import { makePublication } from '../../support/catalog.ts';

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

/** A server answers every way with this status, and a file at one address if that is given. */
async function configWith(status: number, good?: string): Promise<Config> {
  const server = createServer((request, response) =>
    request.url === good ? response.end('{}') : response.writeHead(status).end(),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => server.close();
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const text = JSON.stringify({
    ...{ schema: 1, instance: 'choose-runs', cloud: 'Public' },
    source: {
      ...{ kind: 'download-centre', detailsPage: `${origin}/`, latest: `${origin}/latest.json`, attempts: 1 },
      ...{ mirror: `${origin}/mirror.json`, lastGood: `${origin}/good.json`, origins: [origin] },
    },
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

const byDefault = (config: Config): Config => ({
  ...config,
  source: { kind: 'download-centre', settings: downloadCentre.schema.parse({}) },
});
const around = (config: Config) => ({ config, folder, store, signal: AbortSignal.timeout(20_000) });

test('a source of its own that leads to nothing is refused, with every way', async () => {
  const config = await configWith(503);
  const chosen = await chooseRuns({}, around(config));
  expect(chosen.kind).toBe('refused');
  const said = chosen.kind === 'refused' ? chosen.lines.join('\n') : '';
  for (const way of ['details page', 'latest', 'mirror', 'last-good'])
    expect(said).toContain(`  ${way} http://127.0.0.1`);
  expect(said).toContain('HTTP 503');
  expect(said).toContain('the config names its own source');
});

test('one way that leads to a file is enough, whichever it is', async () => {
  const chosen = await chooseRuns({}, around(await configWith(503, '/mirror.json')));
  expect(chosen).toEqual({ kind: 'source', notes: [] });
});

test('state from the sample never meets real files or a source of its own', async () => {
  await folder.setOrigin('sample');
  await writeFile(path.join(publications, 'ServiceTags_Public_20240108.json'), '{}');
  const config = await configWith(503);
  await expect(chooseRuns({ publications }, around(config))).rejects.toThrow(/came from the sample.*real files/);
  await expect(chooseRuns({}, around(config))).rejects.toThrow(/came from the sample.*the config's own source/);
  await expect(chooseRuns({ arm: 'http://127.0.0.1:1' }, around(byDefault(config)))).rejects.toThrow(
    /--arm cannot go on/,
  );
  expect(await chooseRuns({}, around(byDefault(config)))).toMatchObject({
    via: 'sample',
    notes: [expect.stringMatching(/^SAMPLE: /), expect.stringMatching(/^why: the state here came from the sample/)],
  });
});

test('a demo is played whatever could be fetched, and never over real state', async () => {
  const config = await configWith(503, '/mirror.json');
  const demo = {
    kind: 'files',
    via: 'sample',
    notes: [expect.stringMatching(/^SAMPLE: /), 'why: asked for with --demo'],
  };
  expect(await chooseRuns({ demo: true }, around(config))).toMatchObject(demo);
  await folder.setOrigin('sample');
  expect(await chooseRuns({ demo: true }, around(config))).toMatchObject({ kind: 'files', via: 'sample' });
  const real = await openDataFolder(undefined);
  try {
    await real.setOrigin('real');
    await expect(chooseRuns({ demo: true }, { ...around(config), folder: real })).rejects.toThrow(
      /came from real publications: --demo.*empty folder/,
    );
  } finally {
    await real.release();
  }
});

test('state of another sample, whose files are newer, is refused with what to do', async () => {
  const own = await openStore({
    ...{ connection: { connectionString: inject('azurite') }, instance: 'other-sample', cloud: 'Public' },
    ...{ queuePrefix: 'other-sample', now: () => new Date() },
  });
  const provenance = { via: 'sample', url: 'sample:', fetchedAt: '2026-11-16T00:00:00Z' };
  const { publication } = makePublication({
    changeNumber: 403,
    date: '2026-11-16',
    tags: { 'Storage.WestUS': ['20.0.0.0/24'] },
  });
  const accepted = { ...publication, provenance };
  await own.ledgers.put('newer', { ...emptyLedger('Public'), accepted }, nothingAnnounced);
  await own.ledgers.putInForce('newer', undefined, '2026-11-16T00:00:00Z');
  const config = byDefault(await configWith(503));
  await expect(chooseRuns({}, { ...around(config), store: own })).rejects.toThrow(
    /another version.*2026-11-16.*empty folder with --data/,
  );
});

test('made-up publications that the config names stay in the simulated Azure', async () => {
  const config: Config = { ...(await configWith(503)), source: { kind: 'sample', settings: { path: publications } } };
  expect(await chooseRuns({}, around(config))).toMatchObject({ kind: 'source', via: 'sample' });
  await expect(chooseRuns({ arm: 'http://127.0.0.1:1' }, around(config))).rejects.toThrow(
    /made up: it cannot meet --arm/,
  );
  await folder.setOrigin('real');
  await expect(chooseRuns({}, around(config))).rejects.toThrow(/cannot meet state from real publications/);
});

test('named files are taken, and what is not taken is named', async () => {
  await writeFile(path.join(publications, 'ServiceTags_Public_20240108.json'), '{}');
  await writeFile(path.join(publications, 'ServiceTags_China_20240108.json'), '{}');
  const chosen = await chooseRuns({ publications }, around(await configWith(200)));
  expect(chosen).toEqual({
    ...{ kind: 'files', via: 'folder', files: [path.join(publications, 'ServiceTags_Public_20240108.json')] },
    notes: ['not used: ServiceTags_China_20240108.json (a file of cloud China)'],
  });
});
