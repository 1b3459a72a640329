import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { whyText } from '../../src/messages/why.ts';
import type { DecisionRequest, WhyQuery } from '../../src/operator/operator.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { type FeedService, openFeedService, writePublication } from '../support/feed-service.ts';
import { inOrder } from '../support/history.ts';

const tag = 'Storage.WestUS';
const base = Array.from({ length: 12 }, (_, i) => `20.0.${i * 2}.0/24`);
const keys = [{ $env: 'FEED_KEY' }];
const feed = (list: string, name: string, more: object = {}) => ({
  kind: 'feed',
  mode: 'sync',
  list,
  name,
  keys,
  ...more,
});
const never = [{ prefix: '20.0.22.0/24', reason: 'a lab', owner: 'network team' }];
const always = [{ prefix: '192.0.2.0/24', reason: 'a branch', owner: 'branches', expires: '2024-03-01' }];

let folder: string;
let service: FeedService;
let number: number;
let now: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'why-'));
  number = 200;
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function open(config: object): Promise<void> {
  service = await openFeedService(config);
}

async function publish(
  date: string,
  prefixes: readonly string[],
  others: Record<string, string[]> = {},
): Promise<void> {
  const text = makeCatalogJson({ changeNumber: number++, tags: { ...others, [tag]: inOrder(prefixes) } });
  await service.run(await writePublication(folder, date, text), `${date}T12:00:00.000Z`);
  now = `${date}T18:00:00.000Z`;
}

async function say(request: DecisionRequest, why: string, ticket: string): Promise<void> {
  await (await service.operator(now)).record(request, { by: { name: 'Ann', how: 'claimed' }, why, ticket });
}

const resolve = async () => ['20.0.4.1', '8.8.8.8'];

/** The paragraphs, each on one line, without ids of runs. */
async function why(address: string, more: Omit<WhyQuery, 'address'> = {}): Promise<string[]> {
  const view = await (await service.operator(now, resolve)).why({ address, ...more });
  return whyText(view)
    .slice(1)
    .map((text) => text.replaceAll(/run \d{8}t\d{6}z-[0-9a-f]{8}/g, 'run R'));
}

const one = { lists: { west: { tags: [tag], never, always } }, targets: { hub: feed('west', 'hub') } };

describe('what is allowed', () => {
  test('since when, by which publication and which tag', async () => {
    await open(one);
    await publish('2024-01-15', base);
    await publish('2024-01-22', [...base, '20.0.40.0/24']);
    expect(await why('20.0.0.1')).toEqual([
      'hub (list west): allowed since Mon 2024-01-15 12:00 UTC: written by the first run on this target (run R). List west has it by Storage.WestUS (published since publication 200, 2024-01-15).',
    ]);
    expect(await why('20.0.40.0-20.0.40.9')).toEqual([
      'hub (list west): allowed since Mon 2024-01-22 12:00 UTC: publication 201, Storage.WestUS (run R). List west has it by Storage.WestUS (published since publication 201, 2024-01-22).',
    ]);
    expect(await why('192.0.2.1')).toEqual([
      'hub (list west): allowed since Mon 2024-01-15 12:00 UTC: written by the first run on this target (run R). List west has it by its own 192.0.2.0/24: a branch (branches), until 2024-03-01.',
    ]);
  });

  test('on whose decision', async () => {
    await open({ ...one, targets: { hub: feed('west', 'hub', { approval: { add: 'always' } }) } });
    await publish('2024-01-15', base);
    expect(await why('20.0.0.1')).toEqual([
      expect.stringMatching(
        /^hub \(list west\): not allowed yet\. List west has it by .*\. Waits as part [0-9a-f]{16}: this target asks before every change of this kind; approve/,
      ),
    ]);
    const status = await (await service.operator(now)).status();
    const part = status.targets[0]?.outcomes.find(({ asks }) => asks)?.subject.replace('part:', '') ?? '';
    await say({ kind: 'approve', part }, 'the first fill', 'CHG1');
    await publish('2024-01-16', base);
    expect((await why('20.0.0.1'))[0]).toContain('(run R); decided by Ann (CHG1): the first fill.');
  });

  test('in part: each part has its own answer', async () => {
    await open(one);
    await publish('2024-01-15', base);
    await publish('2024-01-22', [...base, '20.0.1.0/24']);
    expect(await why('20.0.0.0/22')).toEqual([
      [
        'hub (list west): allowed in part.',
        '20.0.0.0/24 and 20.0.2.0/24: allowed since Mon 2024-01-15 12:00 UTC: written by the first run on this target (run R). List west has it by Storage.WestUS (published since publication 200, 2024-01-15).',
        '20.0.1.0/24: allowed since Mon 2024-01-22 12:00 UTC: publication 201, Storage.WestUS (run R). List west has it by Storage.WestUS (published since publication 201, 2024-01-22).',
        '20.0.3.0/24: not allowed, and never was, as far as is on record.',
      ].join(' '),
    ]);
  });
});

test('a tag that was set aside is told with the file it is in force by', async () => {
  await open({ ...one, lists: { west: { tags: [tag, 'Storage.EastUS'] } } });
  await publish('2024-01-15', base, { 'Storage.EastUS': ['20.9.0.0/24'] });
  // Its prefixes are not in order.
  await publish('2024-01-22', base, { 'Storage.EastUS': ['20.9.2.0/24', '20.9.0.0/24'] });
  expect((await why('20.9.0.1'))[0]).toMatch(
    /by Storage\.EastUS \(published since publication 200, 2024-01-15, as in ServiceTags_Public_20240115\.json: .+\)\.$/,
  );
});

describe('what holds it', () => {
  test('a held loss with its question, then the answer that let it go; on the day before it was there', async () => {
    await open(one);
    await publish('2024-01-15', base);
    await publish('2024-01-22', base.slice(4));
    const [held] = await why('20.0.0.1');
    expect(held).toMatch(
      /^hub \(list west\): allowed since Mon 2024-01-15 .* List west has it by Storage\.WestUS \(no longer published\)\./,
    );
    expect(held).toMatch(
      /Kept by hold Storage\.WestUS-loss-201-\w+: Storage\.WestUS no longer publishes it since publication 201 \(2024-01-22\); asked: 1,024 of 3,072 /,
    );
    const [hold] = await (await service.operator(now)).holds();
    await say({ kind: 'answer', holds: [hold?.id ?? ''], answer: 'remove' }, 'it is retired', 'CHG2');
    await publish('2024-01-29', base.slice(4));
    expect(await why('20.0.0.1')).toEqual([
      `hub (list west): not allowed since Mon 2024-01-29 12:00 UTC: Storage.WestUS no longer publishes it, and hold ${hold?.id} was released (run R); decided by Ann (CHG2): it is retired. It was allowed from Mon 2024-01-15 12:00 UTC on: written by the first run on this target.`,
    ]);
    expect((await why('20.0.0.1', { at: '2024-01-28' }))[0]).toBe(held);
    expect((await why('20.0.0.1', { at: '2024-01-22T11:00:00Z' }))[0]).toContain(
      '(published since publication 200, 2024-01-15).',
    );
    expect((await why('20.0.0.1', { at: '2024-01-14' }))[0]).toContain('Not in hub: its list does not have it');
  });

  test('what went by the clock says so', async () => {
    await open(one);
    await publish('2024-01-01', base);
    const weeks = [
      '2024-01-08',
      '2024-01-15',
      '2024-01-22',
      '2024-01-29',
      '2024-02-05',
      '2024-02-12',
      '2024-02-19',
      '2024-02-26',
    ];
    for (const week of weeks) await publish(week, base.slice(1));
    expect((await why('20.0.0.1'))[0]).toMatch(
      /not allowed since Mon 2024-02-19 12:00 UTC: .* was released by the clock \(run R\)\. It was allowed from Mon 2024-01-01/,
    );
  });

  test('a held gain, `never`, and nothing', async () => {
    await open(one);
    await publish('2024-01-15', base);
    await publish('2024-01-22', [...base, '203.0.113.0/24']);
    expect((await why('203.0.113.1'))[0]).toMatch(
      /not allowed, and never was, as far as is on record\. Kept out by hold Storage\.WestUS-gain-201-\w+: Storage\.WestUS publishes it since publication 201 \(2024-01-22\) and is not believed yet; asked: .*RFC 5737/,
    );
    expect((await why('20.0.22.1'))[0]).toMatch(
      /not allowed, .* Left out: list west never lets in 20\.0\.22\.0\/24: a lab \(network team\); take it out/,
    );
    expect(await why('8.8.8.8')).toEqual([
      'Not in hub: its list does not have it, and it never was there, as far as is on record.',
      'No list has it. `lookup 8.8.8.8` shows the tags that do.',
    ]);
  });

  test('a pause, a mode, a window', async () => {
    const report = { ...feed('west', 'report'), mode: 'report-only' };
    const windows = [{ days: ['sun'], from: '01:00', to: '02:00', directions: ['add'] }];
    const later = feed('west', 'later', { change: { timeZone: 'UTC', windows } });
    await open({ ...one, targets: { ...one.targets, report, later } });
    await publish('2024-01-15', base);
    await say({ kind: 'pause', target: 'hub', until: '2024-02-20T00:00:00Z' }, 'an upgrade', 'CHG3');
    await publish('2024-01-22', [...base, '20.0.40.0/24']);
    const [hub, reported, windowed] = await why('20.0.40.1');
    expect(hub).toMatch(
      /not allowed yet\. .* Not written: paused by Ann since \d{4}-\d\d-\d\d \(CHG3\): an upgrade; ends on 2024-02-20, or with `resume`\.$/,
    );
    expect(reported).toMatch(
      /^report \(list west, report-only\): not allowed yet\. .* By its mode: the target is report-only/,
    );
    expect(windowed).toMatch(
      /^later \(list west\): not allowed yet\. .* Waits as part \w+: additions go on sun from 01:00/,
    );
  });

  test('the own hold of a target, of what its edited list gave up', async () => {
    await open(one);
    await publish('2024-01-15', base);
    service.configure({ lists: { west: { tags: ['Storage.EastUS'] } }, targets: one.targets });
    await publish('2024-01-22', base, { 'Storage.EastUS': ['20.9.0.0/24'] });
    expect((await why('20.0.0.1'))[0]).toMatch(
      /List west does not have it\. Kept by hold (hub-config-\w+): its list no longer selects it since 2024-01-22; it goes out by the clock; `answer remove \1 --why "\.\.\."` has it out now\.$/,
    );
    expect((await why('20.9.0.1'))[0]).toMatch(
      /allowed since Mon 2024-01-22 12:00 UTC: the config was edited to select it \(run R\)\./,
    );
  });

  test('a pin keeps out what came after it', async () => {
    await open(one);
    await publish('2024-01-15', base);
    await publish('2024-01-22', base);
    await say({ kind: 'pin', changeNumber: 200, until: '2024-02-01T00:00:00Z' }, 'an incident', 'CHG4');
    await publish('2024-01-29', [...base, '20.0.40.0/24']);
    expect((await why('20.0.40.1'))[0]).toMatch(
      /not allowed, .* Pinned: lists are pinned to publication 200 by Ann \(CHG4\): an incident; ends on 2024-02-01, or with `unpin`\.$/,
    );
  });
});

describe('a host name', () => {
  const registries = { contoso: { loginServer: 'contoso.azurecr.io', regions: ['westus'] } };
  const lists = { names: { registries: [{ registry: 'contoso', part: 'all' }] }, west: { tags: [tag] } };
  const targets = {
    hosts: { kind: 'feed-names', mode: 'sync', list: 'names', name: 'hosts', keys },
    hub: feed('west', 'hub'),
  };

  test('is looked up among names, patterns too, and resolved only when asked to', async () => {
    await open({ registries, lists, targets });
    await publish('2024-01-15', base, { 'AzureContainerRegistry.WestUS': ['20.7.0.0/24'] });
    expect(await why('Contoso.azurecr.io.')).toEqual([
      'hosts (list names): allowed since Mon 2024-01-15 12:00 UTC: written by the first run on this target (run R). List names has it by registry contoso.',
    ]);
    expect((await why('acc.blob.core.windows.net'))[0]).toMatch(/^hosts \(list names\): allowed since/);
    expect(await why('fabrikam.azurecr.io')).toEqual([
      expect.stringContaining('Not in hosts:'),
      'No list has fabrikam.azurecr.io as a host name. --resolve looks at its addresses.',
    ]);
    const resolved = await why('fabrikam.azurecr.io', { resolve: true });
    expect(resolved[2]).toBe('fabrikam.azurecr.io is 20.0.4.1:');
    expect(resolved[3]).toMatch(/^hub \(list west\): allowed since/);
    expect(resolved[4]).toMatch(/^List names has it by Storage\.WestUS .*; no target holds it for this list\.$/);
    expect(resolved[5]).toBe('fabrikam.azurecr.io is 8.8.8.8:');
  });
});

describe('what cannot be asked', () => {
  test.each<[WhyQuery, RegExp]>([
    [{ address: '10.0.0.300' }, /address: expected .*10\.0\.0\.300/],
    [{ address: '20.0.0.0/7' }, /no broader than a \/8/],
    [{ address: '2000::/15' }, /no broader than a \/8 \(of IPv6 a \/16\)/],
    [{ address: 'not a host' }, /expected an address, a prefix, a range or a host name, got "not a host"/],
    [{ address: '20.0.0.1', at: '2024-02-30' }, /at: expected a date .*got "2024-02-30"/],
    [{ address: '20.0.0.1', at: '2024-01-16' }, /at: expected a day that has begun, got "2024-01-16"/],
    [{ address: '20.0.0.1', target: 'nowhere' }, /target: expected one of the config \(hub\), got "nowhere"/],
  ])('%j', async (query, refusal) => {
    await open(one);
    now = '2024-01-15T12:00:00.000Z';
    await expect((await service.operator(now)).why(query)).rejects.toThrow(refusal);
  });
});

test('requests to Storage do not grow with the history', async () => {
  await open(one);
  const counted = async (at: string) => {
    const operator = await service.operator(now);
    const before = service.requests;
    await operator.why({ address: '20.0.0.1', at });
    await operator.why({ address: '8.8.8.8' });
    return service.requests - before;
  };
  const start = Date.UTC(2024, 0, 1);
  const week = async (i: number) =>
    publish(new Date(start + i * 7 * 86_400_000).toISOString().slice(0, 10), [...base, `20.0.${40 + i}.0/24`]);
  for (let i = 0; i < 4; i++) await week(i);
  const few = await counted('2024-01-08');
  for (let i = 4; i < 30; i++) await week(i);
  expect(await counted('2024-01-08')).toBe(few);
  expect(few).toBeLessThanOrEqual(14);
});
