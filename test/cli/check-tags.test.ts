import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCatalogJson } from '../support/catalog.ts';
import { cli } from './run-cli.ts';

let folder: string;
let publications: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'check-'));
  publications = await mkdtemp(join(folder, 'files-'));
  const of = (...tags: string[]) => Object.fromEntries(tags.map((tag, i) => [tag, [`20.${i}.0.0/24`]]));
  const older = of('Storage.Old', 'Storage.WestUS');
  const newer = of('AzureContainerRegistry.WestUS', 'AzureContainerRegistry.NorwayEast', 'Storage.WestUS');
  const write = (name: string, text: string) => writeFile(join(publications, name), text);
  await write('ServiceTags_Public_20240108.json', makeCatalogJson({ changeNumber: 200, tags: older }));
  await write('ServiceTags_Public_20240115.json', makeCatalogJson({ changeNumber: 201, tags: newer }));
  await write('ServiceTags_China_20240122.json', makeCatalogJson({ cloud: 'China', changeNumber: 9, tags: older }));
});
afterAll(() => rm(folder, { recursive: true }));

async function check(part: object, ...args: string[]) {
  const file = join(folder, 'config.json');
  const config = {
    schema: 1,
    instance: 'contoso',
    cloud: 'Public',
    lists: { west: { tags: ['Storage.WestUS'] } },
    targets: {},
    ...part,
  };
  await writeFile(file, JSON.stringify(config, undefined, 2));
  return cli('check', file, ...args);
}
const subscriptionId = '00000000-0000-0000-0000-000000000001';
const tags = (...names: string[]) => ({ lists: { west: { tags: names } } });
const byHand = (...regions: string[]) => ({
  registries: { contoso: { loginServer: 'contoso.azurecr.io', regions } },
});

test.each([
  ['a tag in another case', tags('Storage.WestUs'), 'lists.west.tags[0]', 'did you mean "Storage.WestUS"? The case'],
  ['a misspelt tag', tags('Storage.WestUS', 'Storage.NorweyEast'), 'lists.west.tags[1]', 'publication 201'],
  [
    'a service in another case',
    tags('AzureContainerregistry.NorwayEast'),
    'tags[0]',
    '"AzureContainerRegistry.NorwayEast"',
  ],
  ['a tag of an older file', tags('Storage.Old'), 'tags[0]', 'ServiceTags_Public_20240115.json'],
  ['a misspelt region', byHand('westus', 'norwayest'), 'registries.contoso.regions[1]', 'did you mean "norwayeast"?'],
])('%s is a problem, with its place and the newest publication at hand', async (_, part, place, text) => {
  const { code, out, err } = await check(part, '--publications', publications);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(/\d+:\d+ (lists|registries)\./);
  expect(err).toContain(place);
  expect(err).toContain(text);
});

test('what the publication has is good, and it says which one it was', async () => {
  const found = await check({ ...tags('Storage.WestUS'), ...byHand('norwayeast') }, '--publications', publications);
  expect(found).toMatchObject({ code: 0, err: '' });
  expect(found.out).toContain('3 tags of publication 201 (ServiceTags_Public_20240115.json)');
});

test('the folder of the config itself is at hand, and a rule for a tag that is not there is a note', async () => {
  const policy = { tags: { 'Storage.WestEU': { lossClockDays: 60 } } };
  const found = await check({ source: { kind: 'folder', path: publications }, policy });
  expect(found).toMatchObject({ code: 0, err: '' });
  expect(found.out).toContain('policy.tags["Storage.WestEU"]: expected a Service Tag of publication 201');
});

test('with the sample alone only the spelling is known: notes, and nothing about tags that it lacks', async () => {
  const doubts = async (part: object) => {
    const { out } = await check(part);
    expect(out).toContain('Tags and regions were checked for spelling alone, against the sample: --publications PATH');
    return [...out.matchAll(/(\S+): expected a.* got (".*")\n +(.*)/g)].flatMap(([, path, got, hint]) =>
      path === 'lists.west' ? [] : [[path, got, hint]],
    );
  };
  const good = { ...tags('Storage.NorwayEast', 'AzureCloud.centralfrance'), ...byHand('norwayeast', 'westeurope') };
  expect(await doubts(good)).toEqual([]);
  const hub = { kind: 'ip-group', mode: 'sync', list: 'west', subscriptionId, resourceGroup: 'rg', name: 'acr' };
  const bad = { ...tags('storage.westus', 'Storage.Westeurop'), ...byHand('westeurop', 'narnia') };
  expect(await doubts({ ...bad, targets: { hub: { ...hub, location: 'westeurop' } } })).toEqual([
    ['lists.west.tags[0]', '"storage.westus"', 'did you mean "Storage.WestUS"? The case counts'],
    ['lists.west.tags[1]', '"Storage.Westeurop"', 'did you mean "Storage.WestEurope"?'],
    ['targets.hub.location', '"westeurop"', 'did you mean "westeurope"?'],
    ['registries.contoso.regions[0]', '"westeurop"', 'did you mean "westeurope"?'],
    ['registries.contoso.regions[1]', '"narnia"', 'a newer one is fine: `az account list-locations` has them all'],
  ]);
});

test.each([
  ['a folder without one', () => mkdtemp(join(folder, 'empty-')), 'no file named ServiceTags_Public_<date>.json'],
  ['a path that is not there', async () => join(folder, 'absent'), 'absent'],
])('%s is bad usage', async (_, path, text) => {
  const { code, err } = await check({}, '--publications', await path());
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining(text) });
});

test('a damaged newest file is named with its first problem', async () => {
  const damaged = join(folder, 'ServiceTags_Public_20240129.json');
  await writeFile(damaged, '<!DOCTYPE html><html></html>');
  const { code, err } = await check({}, '--publications', damaged);
  await rm(damaged);
  expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(/20240129\.json, got .*HTML page/) });
});
