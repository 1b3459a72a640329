import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { createDoctor, createFeedServer } from '../../src/composition-root.ts';
import { packFile, unpackFile } from '../../src/store/packed-file.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { rawContainer, rawTable } from '../support/raw-storage.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const base = Array.from({ length: 12 }, (_, i) => `20.0.${i * 2}.0/24`);
const more = ['20.1.0.0/24'];
const tag = 'Storage.WestUS';
const broad = ['0.0.0.0/1', '128.0.0.0/1'];
const configOf = (approval: object) => ({
  lists: { west: { tags: [tag] } },
  targets: {
    hub: { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'west', location: 'westus', approval },
  },
});
const table = rawTable();
const blobs = rawContainer();

type Row = Record<string, unknown>;

// What a program may do that has the right to write the storage account, and not the key that the acting app seals with.
describe('a forged or damaged record', () => {
  let world: World;
  let folder: string;
  let number: number;

  const partition = (name: string) => `${world.env.SERVICE_TAG_SYNC_QUEUES}|Public|${name}`;
  async function rowsOf(name: string): Promise<Row[]> {
    const rows: Row[] = [];
    const filter = `PartitionKey eq '${partition(name)}'`;
    for await (const { etag, timestamp, ...row } of table.listEntities<Row>({ queryOptions: { filter } }))
      rows.push(row);
    return rows;
  }
  const put = (name: string, key: string, row: Row) =>
    table.upsertEntity({ ...row, partitionKey: partition(name), rowKey: key }, 'Replace');
  const contentOf = ({ text0 }: Row) => JSON.parse(String(text0)) as Record<string, Record<string, unknown>>;
  const publish = async (date: string, prefixes: readonly string[]): Promise<void> => {
    const path = join(folder, `ServiceTags_Public_${date.replaceAll('-', '')}.json`);
    await writeFile(path, makeCatalogJson({ changeNumber: number++, tags: { [tag]: [...prefixes] } }));
    world.set({ publication: path, now: `${date}T12:00:00Z` });
  };
  const part = async () =>
    ((await world.status()).targets[0]?.outcomes.find(({ result }) => result === 'waiting')?.subject ?? '').slice(5);
  const notices = async () =>
    (await rowsOf('deliveries|log')).map((row) => (contentOf(row).delivery as { notice: { headline: string } }).notice);

  beforeEach(async () => {
    number = 200;
    folder = await mkdtemp(join(tmpdir(), 'forged-'));
    world = await openWorld(inject('azurite'), configOf({}));
    await publish('2024-01-15', base);
    expect((await world.run()).status).toBe('applied');
  });
  afterEach(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  /** A run that waits for an approval of `more`. */
  async function waitForApproval(): Promise<void> {
    await world.configure({ ...configOf({ add: 'always' }), channels: { log: { kind: 'log' } } });
    await publish('2024-01-22', [...base, ...more]);
    expect((await world.run()).status).toBe('waiting');
  }
  const approval = async (ranges: readonly string[] = more) => ({
    kind: 'approve',
    id: '20240122t130000000z-forged01',
    at: '2024-01-22T13:00:00.000Z',
    by: { name: 'anna@contoso.example', how: 'token' },
    why: 'forged',
    part: await part(),
    target: 'hub',
    direction: 'add',
    ranges,
    expires: '2024-02-01T00:00:00.000Z',
  });

  it.each<[string, Row]>([
    ['without a seal', {}],
    ['with a seal made up', { seal: 'A'.repeat(43) }],
  ])('an approval "by token" %s is told, set aside and lets nothing through', async (_, seal) => {
    await waitForApproval();
    const word = await approval([...more, ...broad]);
    await put('words', word.id, { schema: 2, text0: JSON.stringify({ schema: 2, word }), ...seal });
    const doctor = await createDoctor(world.env, false, AbortSignal.timeout(20_000));
    expect(doctor.find(({ of }) => of === 'records')).toMatchObject({
      result: 'bad',
      text: expect.stringContaining('1 record cannot'),
    });
    await world.writes();
    expect((await world.run()).status).toBe('waiting');
    expect((await world.run()).status).toBe('waiting');
    expect(await world.writes()).toEqual([]);
    expect(await world.live('hub')).toEqual(base);
    expect((await rowsOf('words')).map(({ rowKey }) => rowKey)).not.toContain(word.id);
    const after = await createDoctor(world.env, false, AbortSignal.timeout(20_000));
    expect(after.find(({ of }) => of === 'records')).toMatchObject({
      result: 'note',
      text: expect.stringContaining('1 record that this service cannot have written was set aside'),
    });
    expect((await notices()).filter(({ headline }) => headline.includes('a stored decision cannot have'))).toHaveLength(
      1,
    );
    // The real one does.
    expect((await world.say({ kind: 'approve', part: await part() })).status).toBe('applied');
  });

  it('a real approval under another id lets nothing through a second time', async () => {
    await waitForApproval();
    await world.say({ kind: 'approve', part: await part() });
    expect(await world.live('hub')).toEqual([...base, ...more]);
    await publish('2024-01-29', base);
    await world.run();
    const [approved] = (await rowsOf('words')).filter((row) => contentOf(row).word?.kind === 'approve');
    await put('words', 'zz-copied', approved ?? {});
    expect((await world.decisions()).filter(({ kind }) => kind === 'approve')).toHaveLength(1);
  });

  it.each<[string, (row: Row) => Row]>([
    ['damaged', (row) => ({ ...row, text0: '{"schema":2,"wo' })],
    ['empty', ({ text0: _, ...row }) => row],
    ['changed', (row) => ({ ...row, text0: String(row.text0).replace('a test', 'a jest') })],
  ])('a decision that is %s stops no run, and is told once', async (_, how) => {
    await waitForApproval();
    await world.say({ kind: 'decline', part: await part() });
    const [kept] = await rowsOf('words');
    await put('words', String(kept?.rowKey), how(kept ?? {}));
    // It counts for nothing: the question is asked again, and nothing is written.
    expect((await world.run()).status).toBe('waiting');
    expect((await world.run()).status).toBe('waiting');
    expect(await world.live('hub')).toEqual(base);
    expect((await notices()).filter(({ headline }) => headline.includes('a stored decision'))).toHaveLength(1);
  });

  /** A run whose plan is recorded and not yet worked on. */
  async function planned(): Promise<{ readonly run: string; readonly row: Row }> {
    await publish('2024-01-22', [...base, ...more]);
    const { run } = await world.begin();
    const [row] = (await rowsOf(`run|${run}`)).filter(({ rowKey }) => rowKey === 'plan|hub');
    return { run, row: row ?? {} };
  }
  const opened = (row: Row): Row => {
    const { plan } = contentOf(row) as { plan: { changes: object[] } };
    const changes = plan.changes.map((change) => ({ ...change, entries: broad, added: broad, removed: base }));
    return { ...row, text0: JSON.stringify({ schema: 2, plan: { ...plan, changes } }) };
  };

  it.each<[string, (row: Row) => Row]>([
    ['that opens the internet, under the seal of the real one', opened],
    ['that opens the internet, without a seal', (row) => opened({ ...row, seal: undefined })],
    ['that is damaged', (row) => ({ ...row, text0: '{' })],
  ])('a plan %s is not carried out: its target fails, and the next run heals it', async (_, how) => {
    const { run, row } = await planned();
    await put(`run|${run}`, 'plan|hub', how(row));
    await world.writes();
    await world.drain();
    expect(await world.writes()).toEqual([]);
    expect(await world.live('hub')).toEqual(base);
    const ended = await (await world.service()).run(run);
    expect(ended?.status).toBe('failed');
    expect(ended?.targets[0]?.outcomes[0]?.text).toMatch(/the recorded plan is damaged and counts for nothing/);
    expect((await world.run()).status).toBe('applied');
    expect(await world.live('hub')).toEqual([...base, ...more]);
  });

  it('a plan that is gone is not carried out: its target fails, the run ends, and the next one heals it', async () => {
    const { run, row } = await planned();
    await table.deleteEntity(partition(`run|${run}`), String(row.rowKey));
    await world.drain();
    const ended = await (await world.service()).run(run);
    expect(ended?.status).toBe('failed');
    expect(ended?.targets[0]?.outcomes[0]?.text).toMatch(/the recorded plan is gone/);
    expect((await world.run()).status).toBe('applied');
    expect(await world.live('hub')).toEqual([...base, ...more]);
  });

  it('a close that is gone is made again, and what was asked for meanwhile goes on', async () => {
    const { run } = await world.run();
    await table.deleteEntity(partition(`run|${run}`), 'closed');
    await publish('2024-01-22', [...base, ...more]);
    // It is open again: what is asked for waits, and the timer closes it.
    const next = await world.run();
    const service = await world.service();
    await service.runMaintenance();
    await world.drain();
    expect((await service.run(run))?.status).toBe('no-change');
    expect((await service.run(next.run))?.status).toBe('applied');
    expect(await world.live('hub')).toEqual([...base, ...more]);
  });

  it('a sealed plan of an earlier run in place of that of this one is none of its own', async () => {
    const { run } = await planned();
    const runs = (await rowsOf('runs')).map((one) => String(contentOf(one).run));
    const earlier = runs.find((one) => one !== run) ?? '';
    const [old] = (await rowsOf(`run|${earlier}`)).filter(({ rowKey }) => rowKey === 'plan|hub');
    await put(`run|${run}`, 'plan|hub', old ?? {});
    await world.drain();
    expect((await (await world.service()).run(run))?.status).toBe('failed');
    expect(await world.live('hub')).toEqual(base);
  });

  it('a plan whose approval was withdrawn since is judged again, and not written', async () => {
    await waitForApproval();
    const operator = await world.desk();
    const meta = { by: { name: 'on call', how: 'claimed' }, why: 'a test' } as const;
    await operator.record({ kind: 'approve', part: await part() }, meta);
    const { run } = await world.begin();
    const approved = (await world.decisions()).findLast(({ kind }) => kind === 'approve')?.id ?? '';
    await operator.record({ kind: 'withdraw', word: approved }, meta);
    await world.writes();
    await world.drain();
    expect(await world.writes()).toEqual([]);
    expect(await world.live('hub')).toEqual(base);
    expect(
      (await (await world.service()).run(run))?.targets[0]?.outcomes.map(({ result, added }) => [result, added]),
    ).toEqual(expect.arrayContaining([['waiting', more]]));
    expect((await world.run()).status).toBe('waiting');
  });

  it.each(['open', 'generation', 'requested'])('the row %s of the state stops no run', async (key) => {
    await put('state', key, { schema: 2, text0: JSON.stringify({ schema: 2, run: 'x', generation: 0, asked: [] }) });
    // The timer between runs sets it aside before the next one is asked for.
    await (await world.service()).runMaintenance();
    await publish('2024-01-22', [...base, ...more]);
    expect((await world.run()).status).toBe('applied');
    expect(await world.live('hub')).toEqual([...base, ...more]);
  });

  it('a ledger in force that does not fit its seal stops every run, loudly and once, and writes nothing', async () => {
    await world.configure({ ...configOf({}), channels: { log: { kind: 'log' } } });
    await world.run();
    const [row] = (await rowsOf('state')).filter(({ rowKey }) => rowKey === 'ledger');
    const name = String(contentOf(row ?? {}).name);
    const blob = blobs.getBlockBlobClient(`${world.env.SERVICE_TAG_SYNC_QUEUES}/Public/ledgers/${name}.json`);
    const text = (await blob.downloadToBuffer()).toString();
    const forged = text.replaceAll('20.0.0.0/24', '0.0.0.0/1');
    expect(forged).not.toBe(text);
    await blob.upload(forged, forged.length);
    await publish('2024-01-22', [...base, ...more]);
    await world.writes();
    await expect(world.run()).rejects.toThrow(/its seal does not fit/);
    for (const _ of [1, 2]) await (await world.service()).runMaintenance();
    expect(await world.writes()).toEqual([]);
    await blob.upload(text, text.length);
    await world.drain();
    expect((await world.run()).status).not.toBe('failed');
    expect(await world.live('hub')).toEqual([...base, ...more]);
    expect((await notices()).filter(({ headline }) => headline.includes('no run can be made'))).toHaveLength(1);
  });

  it('what a target remembers, forged, fails that target alone and takes nothing out', async () => {
    const [row] = (await rowsOf('targets')).filter(({ rowKey }) => rowKey === 'record|hub');
    await put('targets', 'record|hub', { ...row, text0: String(row?.text0).replaceAll('20.0.0.0/24', '9.9.9.0/24') });
    await world.writes();
    const run = await world.run();
    expect(run.status).toBe('failed');
    expect(run.targets[0]?.outcomes[0]?.text).toMatch(/record\|hub: its seal does not fit/);
    expect(await world.writes()).toEqual([]);
    // As the runbook says: without it the mark still tells what is ours.
    await table.deleteEntity(partition('targets'), 'record|hub');
    for (const _ of [1, 2]) expect((await world.run()).status).toBe('no-change');
    expect(await world.writes()).toEqual([]);
    expect(await world.live('hub')).toEqual(base);
  });

  it('a refused file whose kept bytes were changed is not accepted by its digest', async () => {
    const path = join(folder, 'ServiceTags_Public_20240122.json');
    await writeFile(path, makeCatalogJson({ changeNumber: 100, tags: { [tag]: [...base, ...more] } }));
    world.set({ publication: path, now: '2024-01-22T12:00:00Z' });
    const refused = (await world.run()).events.find(({ kind }) => kind === 'publication-refused');
    const digest = (refused as { digest?: string }).digest ?? '';
    const blob = blobs.getBlockBlobClient(`${world.env.SERVICE_TAG_SYNC_QUEUES}/Public/publications/${digest}.json.br`);
    const kept = await blob.downloadToBuffer();
    const text = Buffer.from(await unpackFile(kept)).toString();
    const forged = await packFile(Buffer.from(text.replace('20.1.0.0/24', '99.0.0.0/8')));
    await blob.upload(forged, forged.length);
    const accept = { kind: 'accept-publication', digest } as const;
    await expect(world.say(accept)).rejects.toThrow(/do not have its digest/);
    await blob.upload(kept, kept.length);
    expect((await world.say(accept)).status).toBe('applied');
  });

  it('a list of a feed that was changed in storage fails that target, and is not served by who can tell', async () => {
    const devices = { hq: { secrets: [{ $env: 'FEED_KEY' }], pullEvery: 1 } };
    const feed = { kind: 'feed', mode: 'sync', list: 'west', name: 'branches', keys: [{ $env: 'FEED_KEY' }], devices };
    const { lists, targets } = configOf({});
    await world.configure({ lists, targets: { ...targets, feed } });
    expect((await world.run()).status).toBe('applied');
    const [row] = (await rowsOf('feeds')).filter(({ rowKey }) => String(rowKey).startsWith('list|'));
    await put('feeds', String(row?.rowKey), { ...row, text0: String(row?.text0).replace('20.0.0.0/24', '0.0.0.0/1') });
    const run = await world.run();
    expect(run.targets.map(({ id, status }) => [id, status])).toEqual([
      ['hub', 'no-change'],
      ['feed', 'failed'],
    ]);
    await (await world.service()).runMaintenance();
    expect((await world.status()).targets.map(({ id }) => id)).toEqual(['hub', 'feed']);
    const server = await createFeedServer({ ...world.env, FEED_KEY: 'a-key-of-sixteen-letters' }, () => undefined);
    const asked = server.ask({ feed: 'branches', key: 'a-key-of-sixteen-letters', headOnly: false });
    await expect(asked).rejects.toThrow(/its seal does not fit/);
  });

  it('a last good config that was changed in storage takes the place of no bad one', async () => {
    const blob = blobs.getBlockBlobClient(`_config/${world.env.SERVICE_TAG_SYNC_QUEUES}.json`);
    const kept = (await blob.downloadToBuffer()).toString();
    const forged = kept.replaceAll('WestUS', 'EastUS');
    expect(forged).not.toBe(kept);
    await blob.upload(forged, forged.length);
    await world.configure({ lists: 'none' });
    await expect(world.run()).rejects.toThrow(/its seal does not fit/);
    // A good one is kept in its place.
    await world.configure(configOf({}));
    expect((await world.run()).status).toBe('no-change');
    await world.configure({ lists: 'none' });
    expect((await world.run()).status).not.toBe('failed');
  });
});
