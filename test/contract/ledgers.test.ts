import { expect, test } from 'vitest';
import { PrefixSet } from '../../src/core/address/prefix-set.ts';
import type { Ledger } from '../../src/core/judge/ledger.ts';
import { nothingAnnounced } from '../../src/core/plan/announced.ts';
import { StaleLedgerError } from '../../src/ports/store.ts';
import { announcedIn, decodeLedger, encodeLedger } from '../../src/store/ledger-codec.ts';
import { openTestStore } from '../support/open-test-store.ts';
import { sampleLedger } from '../support/samples.ts';
import { crashEverywhere } from './crash-everywhere.ts';

/** Plain data: prefix sets compare by their prefixes. */
function plain(ledger: Ledger | undefined): unknown {
  return JSON.parse(
    JSON.stringify(ledger, (_, value: unknown) => {
      if (value instanceof PrefixSet) return value.toPrefixes();
      return value instanceof Map ? [...value] : value;
    }),
  );
}

test('there is none before the first', async () => {
  expect(await (await openTestStore()).ledgers.current()).toBeUndefined();
});

test('a ledger comes back as it was, once it is in force', async () => {
  const { ledgers } = await openTestStore();
  await ledgers.put('2024-01-15/é', sampleLedger(), nothingAnnounced);
  expect(await ledgers.current()).toBeUndefined();
  await ledgers.putInForce('2024-01-15/é', undefined);
  const current = await ledgers.current();
  expect(current?.name).toBe('2024-01-15/é');
  expect(plain(current?.ledger)).toEqual(plain(sampleLedger()));
  expect(current?.ledger.tags.get('Storage.WestUS')?.published.ipv4).toBeInstanceOf(PrefixSet);
});

test('one that is not in force may be written again, one in force may not', async () => {
  const { ledgers } = await openTestStore();
  await ledgers.put('a', sampleLedger(1), nothingAnnounced);
  await ledgers.put('a', sampleLedger(2), nothingAnnounced);
  await ledgers.putInForce('a', undefined);
  await ledgers.put('a', sampleLedger(3), nothingAnnounced);
  expect((await ledgers.current())?.ledger.count).toBe(2);
});

test('the one of a moment is the newest that was in force by then', async () => {
  const { ledgers } = await openTestStore();
  for (const [i, name] of ['a', 'b', 'c'].entries()) await ledgers.put(name, sampleLedger(i + 1), nothingAnnounced);
  const inForce = async (name: string, before: string | undefined, day: string) => {
    await ledgers.putInForce(name, before, `2024-01-${day}T08:00:00.000Z`);
    // A process that died right after it does so again.
    await ledgers.putInForce(name, before, `2024-01-${day}T08:00:00.000Z`);
  };
  await inForce('a', undefined, '02');
  await inForce('b', 'a', '09');
  const at = async (moment: string) => {
    const found = await ledgers.at(moment);
    return found && [found.name, found.ledger.count];
  };
  expect(await at('2024-01-02T07:59:59.999Z')).toBeUndefined();
  expect(await at('2024-01-02T08:00:00.000Z')).toEqual(['a', 1]);
  expect(await at('2024-01-09T07:59:59.999Z')).toEqual(['a', 1]);
  expect(await at('2024-02-01T00:00:00.000Z')).toEqual(['b', 2]);
});

test('only the expected one is followed', async () => {
  const { ledgers } = await openTestStore();
  for (const name of ['a', 'b', 'c']) await ledgers.put(name, sampleLedger(), nothingAnnounced);
  await ledgers.putInForce('a', undefined);
  await ledgers.putInForce('a', undefined);
  await ledgers.putInForce('b', 'a');
  await expect(ledgers.putInForce('c', 'a')).rejects.toThrow(StaleLedgerError);
  await expect(ledgers.putInForce('c', undefined)).rejects.toThrow('got b');
  expect((await ledgers.current())?.name).toBe('b');
});

test('of many at once one wins', async () => {
  const { ledgers } = await openTestStore();
  const names = Array.from({ length: 8 }, (_, i) => `l${i}`);
  await Promise.all(names.map((name) => ledgers.put(name, sampleLedger(), nothingAnnounced)));
  const results = await Promise.allSettled(names.map((name) => ledgers.putInForce(name, undefined)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('one that was never written is not put in force', async () => {
  const { ledgers } = await openTestStore();
  await expect(ledgers.putInForce('a', undefined)).rejects.toThrow('put it first');
  expect(await ledgers.current()).toBeUndefined();
});

test('a process that dies leaves the old or the new one in force', async () => {
  await crashEverywhere({
    prepare: async ({ ledgers }) => {
      await ledgers.put('old', sampleLedger(1), nothingAnnounced);
      await ledgers.putInForce('old', undefined);
    },
    act: async ({ ledgers }) => {
      await ledgers.put('new', sampleLedger(2), nothingAnnounced);
      await ledgers.putInForce('new', 'old');
    },
    always: async ({ ledgers }) => {
      const current = await ledgers.current();
      expect(current?.ledger.count).toBe(current?.name === 'new' ? 2 : 1);
    },
    end: async ({ ledgers }) => plain((await ledgers.current())?.ledger),
  });
});

test('what was announced comes back beside the ledger, and out of a ledger that has it still', async () => {
  const foreign = { hub: [{ unit: 'acr-1', entry: '93.184.216.0/24' }] };
  const controls = { targets: { hub: { word: 'w1', by: 'anna' } } };
  const announced = {
    files: ['d1'],
    checks: [{ way: 'latest', at: '2024-01-15', finding: 'd same' }],
    foreign,
    controls,
  };
  const { ledgers } = await openTestStore();
  await ledgers.put('new', sampleLedger(), { ...announced, orphans: ['old'] });
  await ledgers.putInForce('new', undefined);
  expect((await ledgers.current())?.announced).toEqual({ ...announced, orphans: ['old'] });
  const before = { ...encodeLedger(sampleLedger()), foreign, controls, orphans: ['old'] };
  const source = { freshness: 'fresh' as const, since: '2024-01-15', gains: [], wordsTaken: [] };
  const stored = { ...before, source: { ...source, told: announced.files, checks: announced.checks } };
  expect(announcedIn(stored)).toEqual({ ...announced, orphans: ['old'] });
  const { tags, ...rest } = decodeLedger(stored);
  const { tags: __, ...plainBefore } = sampleLedger();
  expect(tags.size).toBe(before.tags.length);
  expect(rest).toEqual({ ...plainBefore, source });
});
