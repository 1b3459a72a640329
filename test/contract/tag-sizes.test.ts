import fc from 'fast-check';
import { describe, expect, inject, test } from 'vitest';
import { prefixesOf } from '../../src/core/address/sets.ts';
import { effectiveOf, heldBy } from '../../src/core/judge/ledger.ts';
import { pointsOf, stepsOf } from '../../src/core/tag-sizes/points.ts';
import { noSizes } from '../../src/core/tag-sizes/sizes.ts';
import { indexTagSizes, tryIndexTagSizes } from '../../src/run/index-tag-sizes.ts';
import type { Store } from '../../src/store/open.ts';
import { deedsOf, indexContext, type Week } from '../support/kept-history.ts';
import { freshInstance, openTestStore } from '../support/open-test-store.ts';
import { crashEverywhere } from './crash-everywhere.ts';

const block = (n: number) => `20.0.${n * 2}.0/24`;
const west = 'Storage.WestUS';
const week = (blocks: readonly number[], kept: Week['kept'] = 'judged'): Week => ({
  tags: { [west]: blocks.map(block), 'AzureKeyVault.WestUS': [block(99)] },
  kept,
});

async function put(store: Store, weeks: readonly Week[]): Promise<void> {
  for (const deed of deedsOf(weeks)) await deed.put(store);
}

async function indexed(store: Store): Promise<NonNullable<Awaited<ReturnType<Store['tagSizes']['read']>>['sizes']>> {
  while ((await indexTagSizes(indexContext(store))) > 0);
  return (await store.tagSizes.read()).sizes ?? noSizes;
}

const lossAndReturn = [week([1, 2, 3, 4]), week([1]), week([1, 2, 3, 4, 5])];

test('a loss that is held, and comes back, is told as such', async () => {
  const store = await openTestStore();
  await put(store, lossAndReturn);
  const points = pointsOf(stepsOf(await indexed(store)), west);
  const ipv4 = ['published', 'gained', 'lost', 'returned', 'released', 'effective', 'held', 'blocked'] as const;
  expect(points.map((point) => ipv4.map((of) => Number(point[of]?.ipv4) / 256))).toEqual([
    [4, 0, 0, 0, 0, 4, 0, 0],
    [1, 0, 3, 0, 0, 4, 3, 0],
    [5, 4, 0, 3, 0, 5, 0, 0],
  ]);
  expect(points.map(({ at }) => at)).toEqual(
    ['2024-01-15', '2024-01-22', '2024-01-29'].map((d) => `${d}T12:00:00.000Z`),
  );
});

test('services that no list selects are left out, and looked at once one does', async () => {
  const store = await openTestStore();
  await put(store, lossAndReturn);
  expect(Object.keys((await indexed(store)).publications[0]?.tags ?? {})).toEqual([west]);
  const both = indexContext(store, [west, 'AzureKeyVault.WestUS']);
  expect(await indexTagSizes(both, { publications: 2, ledgers: 9 })).toBe(1);
  expect(await indexTagSizes(both)).toBe(0);
  const { sizes } = await store.tagSizes.read();
  expect(sizes?.publications.map(({ tags }) => Object.keys(tags))).toEqual([
    ['AzureKeyVault.WestUS', west],
    [west],
    [west],
  ]);
});

test('a file whose bytes are not what was kept tells nothing, and the next is compared with the one before', async () => {
  const store = await openTestStore();
  const [first, second, third] = deedsOf(lossAndReturn);
  await first?.put(store);
  await second?.put({
    ...store,
    publications: { ...store.publications, put: (record) => store.publications.put(record, Buffer.from('{}')) },
  });
  await third?.put(store);
  const { publications, behind } = await indexed(store);
  expect(behind).toBe(0);
  expect(publications.map(({ unreadable, after, tags }) => [unreadable, after, tags[west]?.gained.ipv4])).toEqual([
    [undefined, undefined, '0'],
    [true, first?.publication.digest, undefined],
    [undefined, first?.publication.digest, '256'],
  ]);
});

test('nothing is written where nothing is new', async () => {
  const store = await openTestStore();
  expect(await indexTagSizes(indexContext(store))).toBe(0);
  expect(await store.tagSizes.read()).toEqual({});
  await put(store, lossAndReturn);
  await indexed(store);
  const { version } = await store.tagSizes.read();
  await indexTagSizes(indexContext(store));
  expect((await store.tagSizes.read()).version).toBe(version);
});

test('of two writers that read the same the second one writes nothing', async () => {
  const { tagSizes } = await openTestStore();
  expect(await tagSizes.write(noSizes, {})).toBe('written');
  expect(await tagSizes.write({ ...noSizes, behind: 1 }, {})).toBe('changed');
  const read = await tagSizes.read();
  expect(await tagSizes.write({ ...noSizes, behind: 2 }, read)).toBe('written');
  expect(await tagSizes.write({ ...noSizes, behind: 3 }, read)).toBe('changed');
  expect((await tagSizes.read()).sizes).toEqual({ ...noSizes, behind: 2 });
});

test('an index that this service did not write there counts as none, and is made anew', async () => {
  const instance = freshInstance();
  const store = await openTestStore({ instance });
  await put(store, lossAndReturn);
  const before = await indexed(store);
  const other = await openTestStore({ instance, seal: { keys: ['a-key-of-somebody-else'] } });
  const read = await store.tagSizes.read();
  expect(await other.tagSizes.write({ ...before, publications: [] }, read)).toBe('written');
  const damaged = await store.tagSizes.read();
  expect(damaged).toMatchObject({ damage: expect.stringContaining('its seal does not fit') });
  expect(damaged.sizes).toBeUndefined();
  const lines: string[] = [];
  expect(await indexTagSizes(indexContext(store, [west], lines))).toBe(0);
  expect(lines.join()).toContain('is damaged and is made anew');
  expect((await store.tagSizes.read()).sizes).toEqual(before);
});

test('a step that fails is told in the log, and fails nobody', async () => {
  const store = await openTestStore();
  await put(store, lossAndReturn);
  const lines: string[] = [];
  const full = {
    ...store.tagSizes,
    read: store.tagSizes.read.bind(store.tagSizes),
    write: () => Promise.reject(new Error('the disk is full')),
  };
  await tryIndexTagSizes({ ...indexContext(store, [west], lines), tagSizes: full });
  expect(lines.join()).toContain('the disk is full');
});

test('a process that dies leaves an index that the next one completes', async () => {
  await crashEverywhere({
    prepare: (store) => put(store, lossAndReturn.slice(0, 2)),
    act: (store) => indexTagSizes(indexContext(store)),
    always: async ({ tagSizes }) => expect((await tagSizes.read()).damage).toBeUndefined(),
    end: async ({ tagSizes }) => (await tagSizes.read()).sizes,
  });
});

describe('against a brute-force reading of the files', () => {
  const blocks = fc.uniqueArray(fc.integer({ min: 0, max: 11 }), { minLength: 1, maxLength: 10 });
  const weeks = fc.array(
    fc.record({
      west: fc.option(blocks, { nil: undefined, freq: 6 }),
      east: blocks,
      kept: fc.constantFrom<Week['kept']>('judged', 'judged', 'imported', 'not kept'),
      // Of one that is imported: after which week that was.
      at: fc.nat(8),
      // How much a step looks at that is made then.
      step: fc.option(fc.integer({ min: 1, max: 2 })),
    }),
    { minLength: 1, maxLength: 7 },
  );
  const east = 'Storage.EastUS';
  const tags = [west, east];

  const minus = (a: readonly string[], b: readonly string[]) => a.filter((one) => !b.includes(one));
  const both = (a: readonly string[], b: readonly string[]) => a.filter((one) => b.includes(one));
  /** The blocks lie apart from each other, so that every minimal prefix is one of them. */
  const sizes = (prefixes: readonly string[]) => {
    const v6 = prefixes.filter((one) => one.includes(':')).length;
    return { ipv4: String((prefixes.length - v6) * 256), ipv6: (BigInt(v6) << 80n).toString() };
  };
  const none = sizes([]);

  test('whatever the order in which files were kept, and however often a step was made between', async () => {
    await fc.assert(
      fc.asyncProperty(weeks, async (drawn) => {
        const history = drawn.map((one): Week => {
          const v6 = one.east.map((n) => `2603:${100 + n * 2}::/48`);
          const own = one.west ? { [west]: one.west.map(block) } : {};
          return { kept: one.kept, tags: { ...own, [east]: [...one.east.map(block), ...v6] } };
        });
        const deeds = deedsOf(history);
        const store = await openTestStore();
        const context = indexContext(store, tags);
        const place = ({ week: n, ledger }: (typeof deeds)[number]) => (ledger ? n : (drawn[n]?.at ?? 0));
        for (const deed of deeds.toSorted((a, b) => place(a) - place(b))) {
          await deed.put(store);
          const step = drawn[deed.week]?.step;
          if (step) await indexTagSizes(context, { publications: step, ledgers: step });
        }
        while ((await indexTagSizes(context, { publications: 2, ledgers: 2 })) > 0);
        const { sizes: found = noSizes } = await store.tagSizes.read();

        expect(found.publications.map(({ digest }) => digest)).toEqual(
          deeds.map(({ publication }) => publication.digest),
        );
        const published = (deed: (typeof deeds)[number] | undefined, tag: string) =>
          (deed && history[deed.week]?.tags[tag]) ?? [];
        for (const [i, deed] of deeds.entries()) {
          for (const tag of tags) {
            const [before, now] = [published(deeds[i - 1], tag), published(deed, tag)];
            const [gained, lost] = [minus(now, before), minus(before, now)];
            const change = { published: sizes(now), gained: i ? sizes(gained) : none, lost: i ? sizes(lost) : none };
            const expected = gained.length + lost.length > 0 ? change : undefined;
            expect(found.publications[i]?.tags[tag], `${tag} in week ${deed.week}`).toEqual(expected);
          }
        }
        const judged = deeds.filter(({ ledger }) => ledger);
        for (const tag of tags) {
          const points = pointsOf(stepsOf(found), tag);
          for (const [i, { week: n, publication, ledger }] of judged.entries()) {
            const row = ledger?.tags.get(tag);
            if (!row) continue;
            const point = points.findLast(({ at }) => at <= `${publication.date}T12:00:00.000Z`);
            const allowed = prefixesOf(effectiveOf(row));
            expect(point?.effective, `${tag} allowed in week ${n}`).toEqual(sizes(allowed));
            if (point?.publication?.changeNumber !== publication.changeNumber) continue;
            const was = judged[i - 1]?.ledger?.tags.get(tag);
            const back = both(was ? prefixesOf(heldBy(was.holds, 'loss')) : [], published(judged[i], tag));
            expect(point.returned, `${tag} back in week ${n}`).toEqual(sizes(back));
          }
        }
      }),
      // In memory it takes no time.
      { numRuns: inject('storage') === 'memory' ? 60 : 4 },
    );
  });
});
