import { expect, test } from 'vitest';
import type { Delivery } from '../../src/ports/queues.ts';
import type { Store } from '../../src/store/open.ts';
import { openTestStore, testTime } from '../support/open-test-store.ts';
import { notice as sampleNotice } from '../support/sample-notices.ts';
import { sampleClosing, sampleIntent, samplePlan } from '../support/samples.ts';
import { crashEverywhere } from './crash-everywhere.ts';

const days = ['01', '08', '15', '22'];
const runs = days.map((day, i) =>
  sampleIntent(`r${i}`, { generation: i + 1, startedAt: `2024-01-${day}T08:00:00.000Z` }),
);

/** Four closed runs with a plan each, a week apart; the notices of each were made. */
async function fourRuns({ runs: stored, outbox }: Store): Promise<void> {
  for (const intent of runs) {
    await stored.record({ ...intent, lanes: [] }, [samplePlan('east')]);
    await stored.addReplan(intent.run, samplePlan('east'));
    await stored.close(intent.run, sampleClosing);
    await outbox.markSwept(intent.run);
  }
}

/** Which runs have their plans, and which say that they are gone. */
async function plansOf({ runs: stored, retention }: Store): Promise<string[]> {
  const found = runs.map(async ({ run }) => {
    const [plans, replans, removed] = [
      await stored.plans(run),
      await stored.replans(run, 'east'),
      await retention.plansRemoved(run),
    ];
    return `${run} ${plans.length + replans.length}${removed === undefined ? '' : ' removed'}`;
  });
  return Promise.all(found);
}

test('plans of old runs go, the oldest first and so many at once; the runs stay, and say so', async () => {
  const store = await openTestStore();
  await fourRuns(store);
  const whole = await Promise.all(runs.map(({ run }) => store.runs.get(run)));
  const remove = (before: string, newest = 1, most = 2) => store.retention.removePlans({ before, newest, most });
  expect(await remove('2024-01-01T08:00:00.000Z')).toEqual({ count: 0, left: false });
  expect(await remove('2024-01-15T08:00:00.000Z', 1, 1)).toEqual({ count: 1, left: true });
  expect(await plansOf(store)).toEqual(['r0 0 removed', 'r1 2', 'r2 2', 'r3 2']);
  expect(await remove('2024-01-15T08:00:00.000Z')).toEqual({ count: 1, left: false });
  expect(await plansOf(store)).toEqual(['r0 0 removed', 'r1 0 removed', 'r2 2', 'r3 2']);
  // The newest stay, however old they are.
  expect(await remove('2030-01-01T00:00:00.000Z', 2)).toEqual({ count: 0, left: false });
  expect(await remove('2030-01-01T00:00:00.000Z')).toEqual({ count: 1, left: false });
  expect(await plansOf(store)).toEqual(['r0 0 removed', 'r1 0 removed', 'r2 0 removed', 'r3 2']);
  expect(await Promise.all(runs.map(({ run }) => store.runs.get(run)))).toEqual(whole);
  expect((await store.runs.page(10)).runs.map(({ run }) => run)).toEqual(['r3', 'r2', 'r1', 'r0']);
  expect(await store.outbox.isSwept('r0')).toBe(false);
  expect(await store.outbox.isSwept('r3')).toBe(true);
});

test('a process that dies while plans are removed leaves none that does not say so', async () => {
  await crashEverywhere({
    prepare: fourRuns,
    act: ({ retention }) => retention.removePlans({ before: '2024-01-15T08:00:00.000Z', newest: 1, most: 10 }),
    always: async (store) => {
      for (const text of await plansOf(store)) expect(text).toMatch(/ 2$|removed$/);
    },
    end: plansOf,
  });
});

function delivery(run: string | undefined, at: string): Delivery {
  const { run: _, ...rest } = sampleNotice;
  const notice = { ...rest, at, ...(run === undefined ? {} : { run }) };
  return { id: `${run ?? 'occasion'}/${at}/ops`, channel: 'ops', notice };
}

test('notices of runs go once they are sent and old; what waits, and what belongs to no run, stays', async () => {
  const { outbox, retention } = await openTestStore();
  const [old, recent] = ['2024-01-01T00:00:00.000Z', '2024-03-01T00:00:00.000Z'];
  const sent = [delivery('a', old), delivery('b', old), delivery('c', recent), delivery(undefined, old)];
  const waits = delivery('d', old);
  await outbox.add([...sent, waits]);
  await outbox.settle(
    'ops',
    sent.map(({ id }) => id),
    'sent',
  );
  await outbox.setChannel('ops', { failures: 0 });
  const before = '2024-02-01T00:00:00.000Z';
  expect(await retention.removeNotices({ before, most: 1 })).toEqual({ count: 1, left: true });
  expect(await retention.removeNotices({ before, most: 10 })).toEqual({ count: 1, left: false });
  expect(await retention.removeNotices({ before, most: 10 })).toEqual({ count: 0, left: false });
  expect(await outbox.pending('ops', 10)).toEqual([waits]);
  // Added again, what was kept is known, and what went would be sent again.
  await outbox.add(sent);
  expect((await outbox.pending('ops', 10)).map(({ notice }) => notice.run).sort()).toEqual(['a', 'b', 'd']);
});

/** After everything here was written, whatever the clock of Storage says. */
const later = '2100-01-01T00:00:00.000Z';

test('last pulls go once they are old and the config names their devices no more, with their refusals', async () => {
  const { feeds, retention } = await openTestStore();
  const at = '2024-01-01T00:00:00.000Z';
  const of = (client: string, feed = 'west') => ({ feed, client, at });
  await feeds.notePulls([of('here'), of('left'), of('here', 'gone'), { feed: 'west', client: 'left', refusedAt: at }]);
  const known = new Map([['west', ['key', 'here', 'new']]]);
  expect(await retention.pastPulls({ before: '2020-01-01T00:00:00.000Z', known })).toEqual([]);
  const past = await retention.pastPulls({ before: later, known });
  expect(past.map(({ name }) => name)).toEqual(['pull|gone|here', 'pull|west|left', 'pull|west|left|refused']);
  // Back while it is tidied: what it wrote then stays.
  await feeds.notePulls([of('left')]);
  for (const one of past) await one.remove();
  for (const one of past) await one.remove();
  expect((await feeds.pulls('west')).map(({ client }) => client)).toEqual(['here', 'left']);
  expect(await feeds.pulls('gone')).toEqual([]);
});

/** A list too long for a row, whose content is in a blob. */
const long = (digit: number) => Array.from({ length: 45_000 }, (_, i) => `10.${digit}.${i >> 8}.${i & 255}/32`);
const list = { feed: 'west', family: 'ipv4', mark: 'm' } as const;
const textsOf = async ({ retention }: Store) => (await retention.pastTexts({ before: later })).length;
const digitOf = async ({ feeds }: Store) => (await feeds.get('west', 'ipv4'))?.entries[0];

/** The same row with one content after the other, of which the last one alone is named. */
async function threeContents({ feeds }: Store): Promise<void> {
  for (const [i, digit] of [1, 2, 3].entries()) {
    await feeds.put({ ...list, entries: long(digit), version: String(digit) }, i === 0 ? undefined : String(i));
  }
}

test('contents that no row names go once they are old; one that is named again meanwhile stays', async () => {
  const store = await openTestStore();
  await threeContents(store);
  expect(await store.retention.pastTexts({ before: '2020-01-01T00:00:00.000Z' })).toEqual([]);
  const past = await store.retention.pastTexts({ before: later });
  expect(past).toHaveLength(2);
  await store.feeds.put({ ...list, entries: long(1), version: '1' }, '3');
  for (const one of past) await one.remove();
  expect(await digitOf(store)).toBe('10.1.0.0/32');
  // The one that was named before.
  expect(await textsOf(store)).toBe(1);
});

test('a process that dies while contents are removed takes none that a row names', async () => {
  await crashEverywhere({
    prepare: threeContents,
    act: async ({ retention }) => {
      for (const one of await retention.pastTexts({ before: later })) await one.remove();
    },
    always: async (store) => expect(await digitOf(store)).toBe('10.3.0.0/32'),
    end: textsOf,
  });
});

test('when data was tidied last is known, and is no news of where the service stands', async () => {
  const { upkeep } = await openTestStore();
  const before = await upkeep.look('config');
  expect(before.tidiedAt).toBeUndefined();
  await upkeep.noteTidied(testTime.toISOString());
  expect(await upkeep.look('config')).toEqual({ ...before, tidiedAt: testTime.toISOString() });
});
