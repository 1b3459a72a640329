import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createContext, createOperator } from '../../src/composition-root.ts';
import type { Operator } from '../../src/operator/operator.ts';
import { type ChangesQuery, versionOfAll } from '../../src/operator/queries/changes.ts';
import { storageReport, tidy } from '../../src/run/tidy.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { breakLeases, layPlain, openTestStore } from '../support/open-test-store.ts';
import { rawContainer } from '../support/raw-storage.ts';
import { sampleChange, sampleClosing, sampleIntent } from '../support/samples.ts';
import { type StorageProxy, startStorageProxy } from '../support/storage-proxy.ts';
import { openWorld, type World } from '../support/world.ts';

// Three publications, a refused file, an approval: what can be asked of that afterwards.

const feed = { kind: 'feed', mode: 'sync', addresses: ['10.0.0.0/8'] };
const config = {
  lists: { west: { tags: ['Storage.WestUS'] }, east: { tags: ['Sql.EastUS', 'Storage.WestUS'] } },
  targets: {
    hub: { ...feed, list: 'west', name: 'hub' },
    plants: { ...feed, list: 'east', name: 'plants', approval: { add: 'always' } },
  },
};
const tags = [
  { 'Sql.EastUS': ['30.0.0.0/24'], 'Storage.WestUS': ['20.0.0.0/24'] },
  { 'Sql.EastUS': ['30.0.0.0/24'], 'Storage.WestUS': ['20.0.0.0/24', '20.0.2.0/24'] },
  { 'Sql.EastUS': ['30.0.0.0/23'], 'Storage.WestUS': ['20.0.0.0/24', '20.0.2.0/24'] },
];

let world: World;
let folder: string;
let files: string[];
let proxy: StorageProxy;
let desk: Operator;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'changes-'));
  files = await Promise.all(
    tags.map(async (one, i) => {
      const file = join(folder, `ServiceTags_Public_202401${15 + 7 * i}.json`);
      const text = makeCatalogJson({ changeNumber: 200 + i, tags: one }).replaceAll('\n', '\r\n');
      await writeFile(file, text);
      return file;
    }),
  );
  const damaged = join(folder, 'ServiceTags_Public_20240205.json');
  await writeFile(damaged, '<!DOCTYPE html>');
  world = await openWorld(inject('azurite'), config);
  for (const [i, day] of ['2024-01-16', '2024-01-23', '2024-01-30'].entries()) {
    world.set({ publication: files[i] ?? '', now: `${day}T12:00:00Z` });
    await world.run();
  }
  const part = (await world.status()).targets
    .flatMap(({ outcomes }) => outcomes)
    .find(({ asks, target }) => asks && target === 'plants')
    ?.subject.replace('part:', '');
  world.set({ now: '2024-01-31T12:00:00Z' });
  const by = { name: 'Anna Berg', how: 'claimed' } as const;
  await world.say({ kind: 'approve', part: part ?? '' }, { by, why: 'reviewed', ticket: 'CHG7' });
  world.set({ publication: damaged, now: '2024-02-06T12:00:00Z' });
  await world.run();
  proxy = await startStorageProxy(inject('azurite'));
  desk = await createOperator({ ...world.env, AzureWebJobsStorage: proxy.connectionString }, () => {});
}, 60_000);
afterAll(async () => {
  await proxy.close();
  await world.close();
  await rm(folder, { recursive: true });
});

/** "hub +20.0.0.0/24", newest first. */
const told = async (query: Partial<ChangesQuery>) =>
  (await desk.changes({ most: 100, ...query })).changes.map(
    ({ target, direction, prefix }) => `${target} ${direction === 'add' ? '+' : '-'}${prefix}`,
  );
const plants = ['plants +20.0.0.0/24', 'plants +20.0.2.0/24', 'plants +30.0.0.0/23'];

describe('changes', () => {
  test.each<[Partial<ChangesQuery>, string[]]>([
    [{}, [...plants, 'hub +20.0.2.0/24', 'hub +20.0.0.0/24']],
    [{ target: 'hub' }, ['hub +20.0.2.0/24', 'hub +20.0.0.0/24']],
    [{ list: 'east' }, plants],
    [{ tag: 'sql.*', most: 1 }, ['plants +30.0.0.0/23']],
    [{ region: 'westus', target: 'plants' }, plants.slice(0, 2)],
    [{ tag: 'Storage.WestUS', kind: 'publication' }, ['hub +20.0.2.0/24']],
    [{ region: 'eastus', target: 'hub' }, []],
    [{ kind: 'drift' }, []],
    [{ kind: 'publication', target: 'hub', since: '2024-01-20' }, ['hub +20.0.2.0/24']],
    [{ direction: 'remove' }, []],
    [{ by: 'anna' }, plants],
    [{ by: 'ben' }, []],
    [{ since: '7d' }, plants],
    [{ since: '2w', until: '7d' }, ['hub +20.0.2.0/24']],
    [{ until: '2024-01-17' }, ['hub +20.0.0.0/24']],
    [{ until: '2024-01-16T12:00:00Z' }, []],
    [{ since: '200' }, [...plants, 'hub +20.0.2.0/24']],
    [{ since: '201' }, plants],
    [{ since: '202' }, []],
    [{ since: '20240123120000000' }, plants],
    [{ since: '0'.repeat(17), target: 'hub' }, ['hub +20.0.2.0/24', 'hub +20.0.0.0/24']],
  ])('%j', async (query, expected) => {
    expect((await told(query)).toSorted()).toEqual(expected.toSorted());
  });

  test.each<[Partial<ChangesQuery>, RegExp]>([
    [{ since: 'yesterday' }, /since: expected a date .*7d.*got "yesterday"/],
    [{ since: '2024-02-30' }, /since: expected a date/],
    [{ since: '203' }, /since: expected the number of a publication up to 202, the newest here, got 203/],
    [{ since: '20249923120000000' }, /since: expected/],
    [{ until: '202' }, /until: expected a date/],
    [{ since: '1d', until: '2d' }, /expected since before until/],
    [{ target: 'hbu' }, /target: expected one of hub, plants, .*got "hbu"/],
    [{ list: 'wst' }, /list: expected one of west, east, .*got "wst"/],
    [{ after: 'x' }, /after: expected the continuation/],
  ])('%j is refused', async (query, text) => {
    await expect(told(query)).rejects.toThrow(text);
  });

  test('carry the person who decided, with reason and ticket', async () => {
    const { changes } = await desk.changes({ most: 9 });
    const by = [{ name: 'Anna Berg', why: 'reviewed', ticket: 'CHG7' }];
    expect(changes.filter(({ target }) => target === 'plants')).toMatchObject(plants.map(() => ({ by })));
    expect(changes.find(({ target }) => target === 'hub')).not.toHaveProperty('by');
  });

  test('come page by page, each once', async () => {
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = await desk.changes({ most: 2, after });
      seen.push(...page.changes.map(({ target, prefix }) => `${target} +${prefix}`));
      after = page.next;
    } while (after !== undefined);
    expect(seen.toSorted()).toEqual((await told({})).toSorted());
  });
});

describe('the version', () => {
  test('is that of the last change: asked for what came after it, nothing comes', async () => {
    const version = await desk.version();
    expect(version).toMatchObject({ latest: '20240131120000000', publication: { changeNumber: 202 } });
    expect(await told({ since: version.latest })).toEqual([]);
  });

  test('does not count what a run under way has done, as other lanes of it may be behind', async () => {
    const store = await openTestStore();
    expect(await versionOfAll(store)).toEqual({ latest: '0'.repeat(17) });
    const intent = sampleIntent('r-1', { startedAt: '2024-01-15T08:00:00.000Z' });
    await store.runs.record(intent, []);
    await store.history.append([sampleChange({ at: '2024-01-15T08:00:05.000Z' })]);
    expect((await versionOfAll(store)).latest).toBe('0'.repeat(17));
    await store.history.append([sampleChange({ at: '2024-01-15T08:00:04.000Z', target: 'west' })]);
    await store.runs.close('r-1', sampleClosing);
    expect(await versionOfAll(store)).toMatchObject({
      latest: '20240115080005000',
      publication: { changeNumber: 277 },
    });
    await store.runs.record({ ...intent, run: 'r-2', generation: 2, startedAt: '2024-01-16T08:00:00.000Z' }, []);
    await store.history.append([sampleChange({ at: '2024-01-16T08:00:05.000Z', run: 'r-2' })]);
    expect((await versionOfAll(store)).latest).toBe('20240115080005000');
  });
});

describe('runs', () => {
  test('are told in short, newest first, page by page', async () => {
    const { runs, next } = await desk.runs({ most: 2 });
    expect(runs).toMatchObject([
      { status: 'refused', publication: { changeNumber: 202 }, added: 0 },
      {
        added: 3,
        targets: [
          { id: 'hub', kind: 'feed', status: 'no-change' },
          { id: 'plants', status: 'applied' },
        ],
      },
    ]);
    const rest = await desk.runs({ most: 9, after: next });
    expect(rest.runs.map(({ added }) => added)).toEqual([0, 1, 1]);
    expect(rest.next).toBeUndefined();
    await expect(desk.runs({ most: 9, after: 'x' })).rejects.toThrow('after: expected');
  });

  test('one of them has its plans in short, with verdicts and causes', async () => {
    const [, , third] = (await desk.runs({ most: 3 })).runs;
    const report = await desk.run(third?.run ?? '');
    expect(report?.plans.find(({ target }) => target === 'plants')).toMatchObject({
      mode: 'sync',
      refusals: [],
      parts: [
        {
          direction: 'add',
          ranges: 3,
          addresses: { ipv4: '1024' },
          verdict: 'wait',
          reasons: [{ rule: 'approval' }],
          causes: [{ cause: { kind: 'first contact' }, ranges: 3 }],
        },
      ],
    });
    expect(await desk.run('no-such-run')).toBeUndefined();
  });
});

describe('publications', () => {
  test('are listed, refused ones with the reason', async () => {
    const kept = await desk.publications();
    expect(kept.map(({ status, changeNumber, date }) => [status, changeNumber, date])).toEqual([
      ['refused', undefined, '2024-02-06'],
      ['accepted', 202, '2024-01-29'],
      ['accepted', 201, '2024-01-22'],
      ['accepted', 200, '2024-01-15'],
    ]);
    expect(kept[0]?.reasons.join()).toContain('HTML');
  });

  test.each([
    ['201', 1],
    ['2024-01-22', 1],
    ['2024-01-28', 1],
    ['latest', 2],
  ])('%s comes as it was, byte for byte', async (which, file) => {
    const found = await desk.publication(which);
    expect(found?.kind === 'whole' && Buffer.from(found.bytes)).toEqual(await readFile(files[file] ?? ''));
  });

  test('one is found by the beginning of its digest, a refused one too', async () => {
    const [refused, newest] = await desk.publications();
    const byDigest = async (length: number, { digest }: { readonly digest: string } = { digest: '' }) =>
      (await desk.publication(digest.slice(0, length)))?.publication;
    expect(await byDigest(8, newest)).toEqual(newest);
    expect(await byDigest(12, refused)).toEqual(refused);
    expect(await byDigest(5, newest)).toBeUndefined();
    for (const which of ['199', '2024-01-14', 'ffffffff']) expect(await desk.publication(which)).toBeUndefined();
  });

  test('differ by addresses', async () => {
    const { from, to, tags: differing } = await desk.diff('200', 'latest', {});
    expect([from.changeNumber, to.changeNumber]).toEqual([200, 202]);
    expect(differing).toMatchObject([
      { tag: 'Sql.EastUS', kind: 'grown', gained: ['30.0.1.0/24'], lost: [], addresses: { gained: { ipv4: '256' } } },
      { tag: 'Storage.WestUS', kind: 'grown', gained: ['20.0.2.0/24'] },
    ]);
    expect((await desk.diff('latest', '200', { region: 'eastus' })).tags).toMatchObject([
      { tag: 'Sql.EastUS', kind: 'shrunk', lost: ['30.0.1.0/24'] },
    ]);
    expect((await desk.diff('201', '201', {})).tags).toEqual([]);
  });

  test('that are not kept, or were refused, cannot be compared, and it is said why', async () => {
    await expect(desk.diff('199', '200', {})).rejects.toThrow(/got "199"; 3 are kept, from 200 to 202/);
    const [refused] = await desk.publications();
    await expect(desk.diff('200', '201', { tag: 'Strage.*' })).rejects.toThrow(/expected a tag.*got "Strage/);
    await expect(desk.diff('200', refused?.digest ?? '', {})).rejects.toThrow(/which was refused: .*HTML/);
  });

  test('one whose bytes are gone, or were changed, has failed and is not absent', async () => {
    const [, , second] = await desk.publications();
    const path = `${world.env.SERVICE_TAG_SYNC_QUEUES}/Public/publications/${second?.digest}.json.br`;
    const blob = rawContainer().getBlockBlobClient(path);
    const bytes = await blob.downloadToBuffer();
    await blob.upload('{}', 2);
    expect(await desk.publication('201')).toMatchObject({ kind: 'damaged', why: expect.stringContaining('digest') });
    await blob.delete();
    expect(await desk.publication('201')).toMatchObject({ kind: 'damaged', why: expect.stringContaining('gone') });
    // What it says is known as long as its snapshot is there.
    expect((await desk.diff('200', '201', {})).tags).toHaveLength(1);
    await rawContainer().getBlockBlobClient(path.replace('/publications/', '/catalogs/').replace('.br', '')).delete();
    await expect(desk.diff('200', '201', {})).rejects.toThrow('gone from storage');
    await blob.upload(bytes, bytes.length);
    expect(await desk.publication('201')).toMatchObject({ kind: 'whole' });
  });
});

test.each<[string, (operator: Operator) => Promise<unknown>, number]>([
  ['changes', (operator) => operator.changes({ most: 1000, target: 'hub' }), 1],
  ['changes of a tag', (operator) => operator.changes({ most: 1000, tag: 'Storage.*', target: 'hub' }), 2],
  ['changes of a person', (operator) => operator.changes({ most: 1000, by: 'anna' }), 2],
  ['changes since a publication', (operator) => operator.changes({ most: 1000, since: '200', target: 'hub' }), 2],
  ['the version', (operator) => operator.version(), 2],
  ['a hundred runs', (operator) => operator.runs({ most: 100 }), 1],
  ['publications', (operator) => operator.publications(), 1],
  ['a publication', (operator) => operator.publication('latest'), 3],
  ['a difference', (operator) => operator.diff('200', '202', {}), 3],
])('%s: Storage is asked no more than it must be', async (_name, query, expected) => {
  const before = proxy.seen.length;
  await query(desk);
  expect(proxy.seen.length - before).toBe(expected);
});

test('a run: Storage is asked no more than it must be', async () => {
  const [last] = (await desk.runs({ most: 1 })).runs;
  const before = proxy.seen.length;
  await desk.run(last?.run ?? '');
  expect(proxy.seen.length - before).toBe(3);
});

describe('ten years later, with what is past its time removed', () => {
  const limits = { newestRuns: 1, newestFiles: 0, files: 1, runs: 2, notices: 10, others: 1 };
  const context = (connection?: string) =>
    createContext({ ...world.env, ...(connection ? { AzureWebJobsStorage: connection } : {}) }, () => {});
  /** Two clients of a feed that the config does not have, and a row whose content was too long for it three times. */
  const longRows = async () => {
    const { feeds } = await context();
    const at = '2024-02-01T00:00:00.000Z';
    await feeds.notePulls(['a', 'b'].map((client) => ({ feed: 'gone', client, at })));
    for (const version of [1, 2, 3]) {
      const entries = Array.from({ length: 45_000 }, (_, i) => `10.${version}.${i >> 8}.${i & 255}/32`);
      const list = { feed: 'gone', family: 'ipv4', mark: 'm', version: String(version), entries } as const;
      await feeds.put(list, version === 1 ? undefined : String(version - 1));
    }
  };
  const answers = async () => [
    await desk.changes({ most: 100 }),
    ...(await Promise.all(
      ['2024-01-17', '2024-01-24', '2024-01-31T13:00:00Z'].map((at) => desk.why({ address: '20.0.2.0/24', at })),
    )),
    (await desk.diff('200', '202', {})).tags,
    await desk.tagHistory('Storage.WestUS', {}),
    (await desk.runs({ most: 100 })).runs,
    await desk.inbox(),
  ];
  let before: unknown[];

  beforeAll(async () => {
    world.set({ now: '2034-02-06T12:00:00Z' });
    const { publications } = await context();
    // As an earlier version left it; the publication in force as well, which is packed and stays.
    for (const one of await publications.all()) {
      const bytes = await publications.bytes(one.digest);
      if (bytes) await layPlain(world.env.SERVICE_TAG_SYNC_QUEUES ?? '', one.digest, bytes);
    }
    expect((await publications.held()).map(({ isPlain }) => isPlain)).toEqual([true, true, true, true]);
    before = await answers();
    await longRows();
    expect((await storageReport(await context())).next).toMatchObject({ pulls: 2, texts: 2 });
    // A process that dies at the n-th request leaves all answers as they are, and the next one goes on.
    let left = 'left';
    for (let n = 1; left === 'left'; n += 6) {
      proxy.decide(({ number }) => (number < n ? 'forward' : number === n ? 'refuse after' : 'refuse'));
      left = await tidy(await context(proxy.connectionString), undefined, limits).catch(() => 'left');
      proxy.decide(() => 'forward');
      await breakLeases(world.env.SERVICE_TAG_SYNC_QUEUES ?? '');
    }
  }, 60_000);

  test('every answer about the past is the same', async () => {
    expect(await answers()).toEqual(before);
  });

  test('what went is said to be gone, with the setting; what is in force or brought what a target holds is as it came', async () => {
    const { publications } = await context();
    expect((await publications.held()).every(({ isPlain }) => !isPlain)).toBe(true);
    expect(
      Object.fromEntries(
        (await desk.publications()).map(({ file, dropped }) => [file.slice(-13), dropped !== undefined]),
      ),
    ).toEqual({
      // It waits to be accepted: nothing came after it.
      '20240205.json': false,
      '20240129.json': false,
      '20240122.json': false,
      '20240115.json': true,
    });
    expect(await desk.publication('202')).toMatchObject({ kind: 'whole', bytes: await readFile(files[2] ?? '') });
    expect(await desk.publication('200')).toMatchObject({
      kind: 'dropped',
      why: expect.stringContaining('publicationDays'),
    });
    const [oldest] = (await desk.runs({ most: 100 })).runs.slice(-1);
    expect(await desk.run(oldest?.run ?? '')).toMatchObject({ plans: [], plansRemoved: '2034-02-06T12:00:00.000Z' });
    await expect(desk.plan(`${oldest?.run}/hub`)).rejects.toThrow(/no longer kept since .*planDays/);
  });

  test('what rows named and what devices did before is gone, what a row names is there', async () => {
    const { feeds } = await context();
    expect(await feeds.pulls('gone')).toEqual([]);
    expect((await feeds.get('gone', 'ipv4'))?.entries).toContain('10.3.0.0/32');
  });

  test('what is stored is counted, and what goes next is named', async () => {
    const { stored, next } = await storageReport(await context());
    expect(stored).toContainEqual(expect.objectContaining({ kind: 'blob publications', count: 3 }));
    expect(stored).toContainEqual(expect.objectContaining({ kind: 'row history', count: 3 }));
    // The newest files are kept whatever their age.
    expect(next).toEqual({ pack: 0, drop: [], pulls: 0, texts: 0 });
  });

  test('a second look removes nothing, a dry run neither, and the next run writes nothing', async () => {
    const { publications, retention, upkeep, loaded } = await context();
    expect((await upkeep.look(loaded.hash)).tidiedAt).toBe('2034-02-06T12:00:00.000Z');
    const [held, writes] = [await publications.held(), await world.writes()];
    await (await world.service()).dryRun({ trigger: 'http' });
    expect(await tidy(await context(), undefined, limits)).toBe('done');
    expect(await retention.removePlans({ before: '2034-01-01T00:00:00.000Z', newest: 1, most: 10 })).toMatchObject({
      count: 0,
    });
    await world.run();
    expect(await publications.held()).toEqual(held);
    expect(await world.writes()).toEqual(writes);
  });
});
