import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, inject, it, vi } from 'vitest';
import { cli } from '../cli/run-cli.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { rawTable } from '../support/raw-storage.ts';
import { openWorld, type World } from '../support/world.ts';

// One word means one thing: `keep` never lets anything in, except where a program said so before the words were apart.

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const [losing, gaining] = ['Storage.WestUS', 'Storage.EastUS'];
const base = Array.from({ length: 12 }, (_, i) => `20.0.${i * 2}.0/24`);
const small = ['20.8.0.0/24'];
const stranger = '20.64.0.0/16';

let world: World;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'answer-words-'));
  world = await openWorld(inject('azurite'), {
    lists: { all: { tags: [losing, gaining] } },
    targets: { hub: { kind: 'ip-group', mode: 'sync', list: 'all', ...place, name: 'west', location: 'westus' } },
  });
  const publish = async (date: string, changeNumber: number, tags: Record<string, readonly string[]>) => {
    const path = join(folder, `ServiceTags_Public_${date.replaceAll('-', '')}.json`);
    await writeFile(path, makeCatalogJson({ changeNumber, tags }));
    world.set({ publication: path, now: `${date}T12:00:00Z` });
    return world.run();
  };
  await publish('2024-01-15', 200, { [losing]: base, [gaining]: small });
  await publish('2024-01-22', 201, { [losing]: base.slice(4), [gaining]: [...small, stranger] });
  for (const [name, value] of Object.entries(world.env)) vi.stubEnv(name, value ?? '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await world.close();
  await rm(folder, { recursive: true });
});

const held = async () =>
  (await (await world.desk()).holds()).filter(({ answered }) => !answered).map(({ kind }) => kind);
const answer = async (...words: string[]) => {
  const done = await cli('answer', ...words, '--why', 'a test');
  await world.drain();
  return done;
};

it.each([
  [['keep', gaining], 'expected allow (to let them in) or block (to keep them out), got keep'],
  [['remove', gaining], 'expected allow (to let them in) or block (to keep them out), got remove'],
  [['allow', losing], 'expected keep (to leave them allowed) or remove (to take them out), got allow'],
  [['block', losing], 'expected keep (to leave them allowed) or remove (to take them out), got block'],
  [['keep', losing, gaining], 'expected allow (to let them in) or block (to keep them out), got keep'],
])('answer %j is refused on the command line, with the words that there are', async (words, text) => {
  expect(await answer(...words)).toMatchObject({ code: 2, err: expect.stringContaining(text) });
  expect(await world.decisions()).toEqual([]);
});

it('answers the losses of a publication, or its gains, and never both by one word', async () => {
  expect((await answer('keep', '--publication', '201')).code).toBe(0);
  expect(await held()).toEqual(['gain']);
  expect(await world.live('hub')).not.toContain(stranger);
  expect(await answer('keep', '--publication', '300')).toMatchObject({
    code: 2,
    err: expect.stringContaining('`holds`'),
  });
  expect((await answer('allow', '--publication', '201')).code).toBe(0);
  expect(await world.live('hub')).toContain(stranger);
});

it('keeps a gain out with block, and lets it in with allow', async () => {
  expect((await answer('block', gaining)).code).toBe(0);
  expect(await held()).toEqual(['loss']);
  expect(await world.live('hub')).not.toContain(stranger);
  const [word] = await world.decisions();
  expect(word).toMatchObject({ kind: 'answer', answer: 'block' });
  // As the first version wrote it.
  const filter = `PartitionKey eq '${world.env.SERVICE_TAG_SYNC_QUEUES}|Public|words'`;
  const rows: object[] = [];
  for await (const row of rawTable().listEntities({ queryOptions: { filter } })) rows.push(row);
  expect(JSON.stringify(rows)).toContain(String.raw`\"answer\":\"remove\"`);
  expect((await answer('allow', gaining)).code).toBe(0);
  expect(await world.live('hub')).toContain(stranger);
});

it('a program that answers a whole publication with keep means what it meant before', async () => {
  await world.say({ kind: 'answer-publication', changeNumber: 201, answer: 'keep' });
  expect(await held()).toEqual([]);
  expect(await world.live('hub')).toEqual(expect.arrayContaining([stranger, ...base]));
});
