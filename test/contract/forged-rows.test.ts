import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Pull } from '../../src/ports/feeds.ts';
import type { Delivery } from '../../src/ports/queues.ts';
import { schema } from '../../src/store/schema.ts';
import { freshInstance, openTestStore } from '../support/open-test-store.ts';
import { rawContainer, rawTable } from '../support/raw-storage.ts';
import { refusedPublication, sampleIntent, sampleOutcome, samplePlan, sampleWord } from '../support/samples.ts';

const table = rawTable();
const pulls = rawTable('servicetagsyncpulls');
const container = rawContainer();

function deliveryOf(id: string): Delivery {
  const at = '2024-01-15T08:00:00.000Z';
  const about = { lists: [], targets: [], ranges: [], about: [], ends: [] };
  return {
    id,
    channel: 'log',
    notice: { key: id, kind: 'control', severity: 'info', headline: 'h', lines: [], at, ...about },
  };
}

/** What a program without the key can put where this service puts a row: it can claim any form, and name any blob. */
const forged: [string, Record<string, unknown>][] = [
  ['of a newer form', { schema: schema + 1, text0: `{"schema":${schema + 1}}` }],
  ['of no form', { text0: '{}' }],
  ['of this form', { schema, text0: `{"schema":${schema}}` }],
  ['with its content in a blob of no name', { schema, textBlob: '' }],
  ['with its content in a blob whose name is too long', { schema, textBlob: 'x'.repeat(2000) }],
  ['with its content in a blob of another folder', { schema, textBlob: '../../x' }],
];

describe.each(forged)('a row %s', (_, row) => {
  async function forge(rowKey: string, partition: string, instance: string): Promise<void> {
    await table.createEntity({ ...row, partitionKey: `${instance}|Public|${partition}`, rowKey });
  }

  test('among decisions stops no reading of the others', async () => {
    const instance = freshInstance();
    const store = await openTestStore({ instance });
    await store.controls.append(sampleWord('a'));
    await forge('b', 'words', instance);
    expect((await store.controls.all()).map(({ id }) => id)).toEqual(['a']);
    for (const one of await store.damage.find()) await store.damage.setAside(one);
    expect(await store.damage.find()).toEqual([]);
  });

  test('in the place of a publication to come does not stop it from being kept', async () => {
    const instance = freshInstance();
    const store = await openTestStore({ instance });
    await forge('d', 'publications', instance);
    await store.publications.put(refusedPublication, Buffer.from('{}'));
    expect(await store.publications.get('d')).toEqual(refusedPublication);
  });

  test.each(['intent', 'closed', 'plan|east', 'zz'])('as %s of a run to come does not stop that run', async (key) => {
    const instance = freshInstance();
    const store = await openTestStore({ instance });
    const message = { schema: 1, run: 'r', trigger: 'http' } as const;
    await store.runs.request(message);
    await forge(key, 'run|r', instance);
    expect((await store.runs.queued()).map(({ run }) => run)).toEqual(['r']);
    await store.runs.take(message, 1);
    expect(await store.runs.record(sampleIntent('r', { generation: 1 }), [samplePlan('east')])).toBe('recorded');
    expect((await store.runs.open())?.intent.run).toBe('r');
    expect(await store.runs.plan('r', 'east')).toBeDefined();
  });

  test('in the place of a plan made again does not keep that from being on record', async () => {
    const instance = freshInstance();
    const { runs } = await openTestStore({ instance });
    await runs.record(sampleIntent('r'), [samplePlan('east')]);
    await forge('replan|east|0000', 'run|r', instance);
    await runs.addReplan('r', samplePlan('east'));
    expect(await runs.replans('r', 'east')).toEqual([samplePlan('east')]);
  });

  test('in the place of a decision or a delivery to come does not keep it from being there', async () => {
    const instance = freshInstance();
    const { controls, outbox } = await openTestStore({ instance });
    await forge('w', 'words', instance);
    expect(await controls.append(sampleWord('w'))).toBe('recorded');
    expect(await controls.append(sampleWord('w'))).toBe('known');
    expect(await controls.all()).toEqual([sampleWord('w')]);
    const delivery = deliveryOf('n');
    await forge(createHash('sha256').update(delivery.id).digest('hex'), `deliveries|${delivery.channel}`, instance);
    await outbox.add([delivery]);
    expect(await outbox.pending(delivery.channel, 9)).toEqual([delivery]);
    await outbox.settle(delivery.channel, [delivery.id], 'sent');
    await outbox.add([delivery]);
    expect(await outbox.pending(delivery.channel, 9)).toEqual([]);
  });

  test('in the place of the authors of a config makes them unknown, and stops no note of one', async () => {
    const instance = freshInstance();
    const { configAuthors } = await openTestStore({ instance });
    const anna = { name: 'anna', how: 'claimed' } as const;
    await forge('h', 'config-authors', instance);
    expect(await configAuthors.of('h')).toEqual({ persons: [], unknown: true });
    await configAuthors.note('h', anna);
    expect(await configAuthors.of('h')).toEqual({ persons: [anna], unknown: true });
  });

  test('in the place of the mark of a run that was told of does not keep it from being told of', async () => {
    const instance = freshInstance();
    const store = await openTestStore({ instance });
    await forge('r', 'swept', instance);
    expect(await store.outbox.isSwept('r')).toBe(false);
    await store.outbox.markSwept('r');
    expect(await store.outbox.isSwept('r')).toBe(true);
  });
});

test.each([
  ['of no text', ''],
  ['with a quote', "it's"],
  ['with a blank, a percent sign and a plus', 'a b%20+%'],
  ['with letters of another alphabet', 'ключ'],
  ['of dots', '..'],
  ['of a tilde', '~'],
  ['behind a tilde', '~~z'],
])('a row with a key %s is set aside like the others, and stops nothing', async (_, rowKey) => {
  const instance = freshInstance();
  const store = await openTestStore({ instance });
  await store.controls.append(sampleWord('a'));
  await table.createEntity({ partitionKey: `${instance}|Public|words`, rowKey, schema, text0: '{}' });
  for (const one of await store.damage.find()) await store.damage.setAside(one);
  expect((await store.controls.all()).map(({ id }) => id)).toEqual(['a']);
  expect(await store.damage.find()).toEqual([]);
});

test('a row that names a blob which cannot be read stops nothing: what has no seal is not followed', async () => {
  const instance = freshInstance();
  const store = await openTestStore({ instance });
  await store.controls.append(sampleWord('a'));
  const textBlob = `${instance}/Public/texts/${'a'.repeat(64)}.json`;
  const blob = container.getBlockBlobClient(textBlob);
  await blob.upload('{}', 2);
  await blob.setAccessTier('Archive');
  const row = { partitionKey: `${instance}|Public|words`, rowKey: 'b', schema, textBlob };
  await table.createEntity({ ...row, seal: 'A'.repeat(43) });
  expect((await store.controls.all()).map(({ id }) => id)).toEqual(['a']);
  for (const one of await store.damage.find()) await store.damage.setAside(one);
  expect(await store.damage.find()).toEqual([]);
});

test('a long row whose blob was changed is damaged', async () => {
  const instance = freshInstance();
  const { controls, damage } = await openTestStore({ instance });
  const word = sampleWord('long', { why: 'x'.repeat(600_000) });
  await controls.append(word);
  expect(await controls.all()).toEqual([word]);
  const { textBlob } = await table.getEntity<{ textBlob: string }>(`${instance}|Public|words`, 'long');
  const blob = container.getBlockBlobClient(textBlob);
  const forged = (await blob.downloadToBuffer()).toString().replace('xxx', 'yyy');
  await blob.upload(forged, forged.length);
  expect(await controls.all()).toEqual([]);
  expect((await damage.find()).map(({ text }) => text)).toEqual([expect.stringContaining('/texts/')]);
});

test('a row with values of every type, and as many as there can be, is set aside', async () => {
  const instance = freshInstance();
  const store = await openTestStore({ instance });
  const many = Object.fromEntries(Array.from({ length: 240 }, (_, i) => [`p${i}`, 'x'.repeat(2000)]));
  await table.createEntity<Record<string, unknown>>({
    partitionKey: `${instance}|Public|words`,
    rowKey: 'a',
    ...many,
    number: Number.NaN,
    large: { type: 'Int64', value: '9223372036854775807' },
    bytes: new Uint8Array(10),
    guid: { type: 'Guid', value: '00000000-0000-4000-8000-000000000000' },
    early: { type: 'DateTime', value: '1601-01-01T00:00:00Z' },
    flag: true,
    wasKey: 7,
    text0: '{}',
  });
  for (const one of await store.damage.find()) await store.damage.setAside(one);
  expect(await store.damage.find()).toEqual([]);
  // As it was there is no room in a row for where it was, which the emulator would not say.
  const filter = `PartitionKey eq '${instance}|Public|set-aside'`;
  const kept = [];
  for await (const row of table.listEntities<Record<string, unknown>>({ queryOptions: { filter } })) kept.push(row);
  const [row] = kept;
  expect(Object.keys(row ?? {}).length).toBeLessThan(10);
  expect(row).toMatchObject({ wasPartition: `${instance}|Public|words`, wasKey: 'a' });
  const blob = (await container.getBlockBlobClient(String(row?.wasBlob)).downloadToBuffer()).toString();
  expect(JSON.parse(blob)).toMatchObject({ p239: 'x'.repeat(2000), large: '9223372036854775807', text0: '{}' });
});

test('two that set the same row aside take nothing of what was written in its place between them', async () => {
  const instance = freshInstance();
  const store = await openTestStore({ instance });
  await store.runs.record(sampleIntent('r', { targets: ['east'] }), [samplePlan('east')]);
  const outcome = sampleOutcome('east');
  const place = { partitionKey: `${instance}|Public|run|r`, rowKey: `outcome|east|${outcome.subject}` };
  await table.createEntity({ ...place, schema, text0: '{}' });
  const [first] = await store.damage.find();
  const [second] = await store.damage.find();
  if (!first || !second) throw new Error('expected a damaged row');
  await store.damage.setAside(first);
  await store.runs.insertOutcome('r', outcome);
  await store.damage.setAside(second);
  expect((await store.runs.get('r'))?.outcomes).toEqual([outcome]);
});

// The app that serves feeds faces the internet, has no key, and writes this table.
test.each<[string, Record<string, unknown>]>([
  ...forged,
  ['without its client', { schema, text0: JSON.stringify({ schema, pull: { feed: 'f' } }) }],
  ['at a time that is none', { schema, text0: JSON.stringify({ schema, pull: { client: 'c', at: 'soon' } }) }],
  ['with an ETag that is no text', { schema, text0: JSON.stringify({ schema, pull: { client: 'c', etag: {} } }) }],
  ['of a family that there is not', { schema, text0: JSON.stringify({ schema, pull: { client: 'c', family: 'x' } }) }],
])('a record of a pull %s is passed over', async (_, row) => {
  const instance = freshInstance();
  const store = await openTestStore({ instance });
  const pull: Pull = { feed: 'f', client: 'hq', at: '2024-01-15T08:00:00.000Z', family: 'all', etag: 'e' };
  await store.feeds.notePulls([pull]);
  await pulls.createEntity({ ...row, partitionKey: `${instance}|Public|feeds`, rowKey: 'pull|f|a' });
  await table.createEntity({ ...row, partitionKey: `${instance}|Public|feeds`, rowKey: 'pull|f|b' });
  expect(await store.feeds.pulls('f')).toEqual([pull]);
});
