import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { TableServiceClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { startAzurite } from '../../src/local/azurite.ts';
import { keepConnection } from '../../src/local/start/connection.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { startReceiver } from '../support/receiver.ts';
import { openWorld, type World } from '../support/world.ts';
import { cli } from './run-cli.ts';

// Commands over a service that is there: real storage, a simulated Azure, and the data folder by which they find it.

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const group = (list: string) => ({ kind: 'ip-group', mode: 'sync', list, ...place, name: list, location: 'westus' });
const prefixes = Array.from({ length: 12 }, (_, i) => `20.1.${i * 2}.0/24`);

let folder: string;
let files: Record<'first' | 'second' | 'damaged', string>;
let azurite: Awaited<ReturnType<typeof startAzurite>>;
const worlds: World[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-'));
  azurite = await startAzurite({});
  const fileOf = async (date: string, text: string) => {
    const file = join(folder, `ServiceTags_Public_${date}.json`);
    await writeFile(file, text);
    return file;
  };
  const publication = (changeNumber: number, listed: readonly string[]) =>
    makeCatalogJson({ changeNumber, tags: { 'Storage.WestUS': listed } });
  files = {
    first: await fileOf('20240115', publication(200, prefixes)),
    second: await fileOf('20240122', publication(201, prefixes.slice(1))),
    damaged: await fileOf('20240129', '<!DOCTYPE html><html></html>'),
  };
});
afterAll(async () => {
  for (const world of worlds) await world.close();
  await azurite.close();
  await rm(folder, { recursive: true });
});

interface Served {
  readonly world: World;
  /** A command that asks this service. */
  ask(...args: string[]): ReturnType<typeof cli>;
}

async function serve(config: object, publication = files.first, storage = inject('azurite')): Promise<Served> {
  const world = await openWorld(storage, config);
  worlds.push(world);
  world.set({ publication, now: '2024-01-16T12:00:00Z' });
  const data = await mkdtemp(join(folder, 'data-'));
  return {
    world,
    async ask(...args) {
      // As the service is now: its file and its clock move on.
      await keepConnection(data, world.env as Record<string, string>);
      return cli(...args, '--data', data);
    },
  };
}

const west = { lists: { west: { tags: ['Storage.WestUS'] } }, targets: { hub: group('west') } };

test('run starts a run and follows it to its end', async () => {
  const { world, ask } = await serve(west);
  const [{ code, out, err }] = await Promise.all([ask('run', '--json'), served(world)]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ status: 'applied', targets: [{ id: 'hub' }] });
  expect(err).toMatch(/^Run \S+ is queued; targets: hub\.[^\n]*\n {2}queued\n/);
});

/** The service at work: it takes the run that somebody asks for meanwhile. */
async function served(world: World): Promise<void> {
  await vi.waitFor(async () => {
    await world.drain();
    expect((await world.status()).lastRun).toBeDefined();
  }, 20_000);
}

test('run --no-follow asks for a run, and joins the one that is queued', async () => {
  const { world, ask } = await serve(west);
  const first = JSON.parse((await ask('run', '--no-follow', '--json')).out);
  expect(first).toMatchObject({ joined: false, targets: ['hub'] });
  expect((await ask('run', '--no-follow', '--target', 'hub')).out).toContain(`Run ${first.run} is queued already`);
  expect(await ask('run', '--target', 'nowhere')).toMatchObject({ code: 1, err: expect.stringContaining('nowhere') });
  await world.drain();
  expect((await world.status()).lastRun?.run).toBe(first.run);
});

describe('plan', () => {
  test('shows what a run would do, writes nothing anywhere, and is empty after the run', async () => {
    const { world, ask } = await serve(west, files.first, azurite.connectionString);
    const { code, out, err } = await ask('plan');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('Publication 200 of 2024-01-15');
    expect(out.match(/^\+ 20\.1\./gm)).toHaveLength(12);
    expect(out).toContain('Plan: 12 to add, 0 to remove.\n');
    expect(await world.writes()).toEqual([]);
    // Not even an empty table or container.
    const insecure = { allowInsecureConnection: true };
    const tables = TableServiceClient.fromConnectionString(azurite.connectionString, insecure).listTables();
    expect((await tables.next()).done).toBe(true);
    const blobs = BlobServiceClient.fromConnectionString(azurite.connectionString).listContainers();
    expect((await blobs.next()).done).toBe(true);

    const asJson = JSON.parse((await ask('plan', '--format', 'json')).out);
    expect(asJson.plans[0].parts[0].steps.map(({ prefix }: { prefix: string }) => prefix)).toEqual(prefixes);
    expect((await world.run()).status).toBe('applied');
    await world.writes();
    expect((await ask('plan')).out).toContain('Plan: 0 to add, 0 to remove.\n');
    expect(await world.writes()).toEqual([]);
  });

  test('by an edited config tells what is there because of the edit from what would happen anyway', async () => {
    const { world, ask } = await serve({
      lists: { west: { tags: ['Storage.WestUS'] } },
      targets: { hub: group('west') },
    });
    expect((await world.run()).status).toBe('applied');
    world.set({ publication: files.second, now: '2024-01-23T12:00:00Z' });
    const edited = join(folder, 'edited.json');
    const always = [{ prefix: '192.0.2.0/24', reason: 'a branch', owner: 'branches' }];
    const text = await readFile(world.env.SERVICE_TAG_SYNC_CONFIG ?? '', 'utf8');
    await writeFile(edited, text.replace('"west":{', `"west":{"always":${JSON.stringify(always)},`));
    const { code, out } = await ask('plan', '--config', edited, '--detailed-exitcode');
    expect(code).toBe(2);
    expect(out).toContain('# the config changed, because of this edit: 1 range (256 IPv4 addresses)\n+ 192.0.2.0/24\n');
    expect(out).toContain('Because of this edit: 1 more to add.');
    const checked = await ask('check', edited, '--preview');
    expect(checked.code).toBe(0);
    expect(checked.out).toMatch(/edited\.json is good: .*\nIts tags .*\nDry run: /);
    expect(checked.out).toContain('Because of this edit: 1 more to add.');
    expect((await ask('run', '--dry-run', '--detailed-exitcode')).code).toBe(0);
    expect(await ask('run', '--detailed-exitcode')).toMatchObject({
      code: 1,
      err: expect.stringContaining('--dry-run'),
    });
  });

  test('of a file that was refused says that no publication is known, not that the config is wrong', async () => {
    const { code, out } = await (await serve(west, files.damaged)).ask('plan');
    expect(code).toBe(1);
    expect(out).toContain('# refused: no publication was accepted yet');
    expect(out).toContain('HTML page');
    expect(out).not.toContain('Correct the name');
  });

  test('without a file says that of a registry, too: its regions and its list are not at fault', async () => {
    const contoso = { loginServer: 'contoso.azurecr.io', regions: ['westeurope', 'westus'] };
    const pulls = { registries: [{ registry: 'contoso', part: 'all' }] };
    const config = { registries: { contoso }, lists: { pulls }, targets: { hub: group('pulls') } };
    const { code, out } = await (await serve(config, join(folder, 'absent.json'))).ask('plan');
    expect(code).toBe(1);
    expect(out).toContain('no publication could be fetched');
    expect(out).toContain('# refused: no publication was accepted yet');
    expect(out).not.toMatch(/has no tag|Check the list/);
  });

  test('of a tag that no publication has says that the config is wrong', async () => {
    const misspelt = { lists: { west: { tags: ['Storage.WestUS', 'Storage.WestUs'] } }, targets: west.targets };
    const { world, ask } = await serve(misspelt);
    const { code, out } = await ask('plan');
    expect(code).toBe(1);
    expect(out).toContain('the list selects Storage.WestUs, which no accepted publication has had');
    expect(out).toContain('Correct the name');
    expect(await world.writes()).toEqual([]);
  });

  test('of what waits for an approval ends with a code of its own', async () => {
    const approval = { targets: { hub: { ...group('west'), approval: { add: 'always' } } } };
    const { code, out } = await (await serve({ ...west, ...approval })).ask('plan');
    expect(code).toBe(3);
    expect(out).toContain('Plan: 12 to add, 0 to remove. Of these, 12 wait for an approval.');
  });

  test('without storage says that it is the plan of a very first run', async () => {
    const { world } = await serve(west);
    const { SERVICE_TAG_SYNC_CONFIG: config = '', SERVICE_TAG_SYNC_PUBLICATION: publication } = world.env;
    process.env.SERVICE_TAG_SYNC_PUBLICATION = publication;
    const { code, out, err } = await cli('plan', '--config', config, '--arm', world.arm);
    delete process.env.SERVICE_TAG_SYNC_PUBLICATION;
    expect({ code, out }).toEqual({ code: 0, out: expect.stringContaining('Plan: 12 to add, 0 to remove.\n') });
    expect(err).toContain('No storage is named');
  });
});

test('check knows what a service has in force: also a tag that vanished and that its ledger keeps', async () => {
  const { world, ask } = await serve(west);
  const { SERVICE_TAG_SYNC_CONFIG: file = '' } = world.env;
  // Before the first publication there is only the sample.
  expect((await ask('check', file)).out).toContain('against the sample');
  await world.run();
  const other = join(folder, 'ServiceTags_Public_20240124.json');
  await writeFile(other, makeCatalogJson({ changeNumber: 202, tags: { 'Storage.EastUS': ['20.9.0.0/24'] } }));
  world.set({ publication: other, now: '2024-01-25T12:00:00Z' });
  await world.run();
  const found = await ask('check', file);
  expect(found).toMatchObject({ code: 0, out: expect.stringContaining('2 tags of publication 202') });
});

test('init that found faults says so last, and ends with 1', async () => {
  const { world } = await serve(west);
  const file = join(folder, 'first.json');
  const sets = Object.entries({ ...place, name: 'first', location: 'westus' }).flatMap(([name, value]) => [
    '--set',
    `${name}=${value}`,
  ]);
  const names = ['--instance', 'contoso', '--tag', 'Storage.WestUS', '--kind', 'ip-group', '--arm', world.arm];
  vi.stubEnv('SERVICE_TAG_SYNC_PUBLICATION', files.damaged);
  const faulty = await cli('init', file, ...names, ...sets);
  vi.stubEnv('SERVICE_TAG_SYNC_PUBLICATION', files.first);
  const good = await cli('init', join(folder, 'second.json'), ...names, ...sets);
  vi.unstubAllEnvs();
  expect(good).toMatchObject({ code: 0, out: expect.stringMatching(/\nNext.*\n.*plan --config \S+second\.json\n/) });
  expect(faulty).toMatchObject({ code: 1, err: '' });
  expect(faulty.out).toMatch(/\d+ faults? to fix, marked BAD above; .*doctor/);
  // A fault outside of the config keeps nobody from trying it.
  expect(faulty.out).toMatch(/\n {2}\S.*doctor --config \S+first\.json\n {2}npm start .*first\.json\nThat takes /);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({ instance: 'contoso' });
});

test('lookup says who has an address, and ends with 1 if nothing has it', async () => {
  const { world, ask } = await serve(west);
  await world.run();
  expect(await ask('lookup', '20.1.2.9')).toMatchObject({ code: 0, out: expect.stringMatching(/Storage\.WestUS/) });
  const absent = await ask('lookup', '192.0.2.1');
  expect(absent).toMatchObject({ code: 1, out: expect.stringContaining('No tag has it.') });
});

test('why says since when and by what, and ends with 1 if nothing lets it in, with 2 for what cannot be asked', async () => {
  const { world, ask } = await serve(west);
  await world.run();
  const known = await ask('why', '20.1.2.9');
  expect(known).toMatchObject({ code: 0, err: '' });
  expect(known.out).toContain('hub (list west): allowed since Tue 2024-01-16 12:00 UTC');
  for (const line of known.out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  const json = JSON.parse((await ask('why', '20.1.2.9', '--at', '2024-01-16', '--json')).out);
  expect(json).toMatchObject({ asked: '20.1.2.9', answers: [{ targets: [{ target: 'hub', allowed: 'wholly' }] }] });
  expect(await ask('why', '192.0.2.1')).toMatchObject({ code: 1, out: expect.stringContaining('No list has it.') });
  const early = await ask('why', '20.1.2.9', '--at', '2024-01-10');
  expect(early).toMatchObject({ code: 1, out: expect.stringContaining('no publication is on record from then') });
  expect(await ask('why', '20.1.2.300')).toMatchObject({ code: 2, err: expect.stringContaining('20.1.2.300') });
  const nowhere = await ask('why', '20.1.2.9', '--target', 'nowhere');
  expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining('expected one of the config (hub)') });
});

test('lookup of a held address says who holds it, and why', async () => {
  const { world, ask } = await serve(west);
  await world.run();
  const two = makeCatalogJson({ changeNumber: 201, tags: { 'Storage.WestUS': prefixes.slice(2) } });
  const path = join(folder, 'ServiceTags_Public_20240122.json');
  await writeFile(path, two);
  world.set({ publication: path, now: '2024-01-23T12:00:00Z' });
  await world.run();
  const held = await ask('lookup', '20.1.0.9');
  expect(held.code).toBe(0);
  expect(held.out).not.toContain('not watched');
  expect(held.out).toContain('gone since publication 201');
  expect(held.out).toMatch(
    /Storage\.WestUS: hold Storage\.WestUS-loss-201-\w+ keeps it, though it is no longer published, since Tue 2024-01-23 12:00 UTC\. .* IPv4 addresses/,
  );
});

test('a hold is answered by the end of its id, and what was answered is shown', async () => {
  const { world, ask } = await serve(west);
  await world.run();
  const two = makeCatalogJson({ changeNumber: 201, tags: { 'Storage.WestUS': prefixes.slice(2) } });
  const file = join(folder, 'ServiceTags_Public_20240123.json');
  await writeFile(file, two);
  world.set({ publication: file, now: '2024-01-24T12:00:00Z' });
  await world.run();
  const [{ id = '' }] = JSON.parse((await ask('holds', '--json')).out) as [{ id?: string }];
  const end = id.slice(id.lastIndexOf('-') + 1);
  const why = ['--why', 'moves', '--by', 'ops'];

  const absent = await ask('answer', 'keep', '00000000', ...why);
  expect(absent).toMatchObject({ code: 1, err: expect.stringContaining(`no hold 00000000 is open`) });
  expect(absent.err).toContain(`open: ${id}`);
  const kept = await ask('answer', 'keep', end, '--until', '2099-02-01', '--ranges', '20.1.0.0/24', ...why);
  expect(kept.out).toContain(`answer "keep until Sun 2099-02-01 00:00 UTC, only 20.1.0.0/24" to hold ${id}, ops`);
  await world.drain();

  const { out } = await ask('holds');
  expect(out.replaceAll(/\s+/g, ' ')).toContain(
    'Answered: keep until Sun 2099-02-01 00:00 UTC, only 20.1.0.0/24; ops (as claimed)',
  );
  expect(out.match(/Answered/g)).toHaveLength(1);

  await ask('pause', '--target', 'hub', '--until', '2099-02-01', ...why);
  expect((await ask('status')).out).toContain('until Sun 2099-02-01 00:00 UTC: ops');
});

describe('export and import', () => {
  let from: Served;
  let backup: string;
  /** What there is to see of ledger, answers and history; one after the other, since they write to one stdout. */
  async function seen(...more: string[]) {
    const views = [];
    for (const name of ['status', 'holds', 'changes']) {
      views.push(JSON.parse((await from.ask(name, '--json', ...more)).out));
    }
    return views;
  }

  beforeAll(async () => {
    from = await serve(west);
    await from.world.run();
    from.world.set({ publication: files.second, now: '2024-01-23T12:00:00Z' });
    await from.world.run();
    const [hold] = JSON.parse((await from.ask('holds', '--json')).out);
    const kept = await from.ask('answer', 'keep', hold.id, '--why', 'waiting for word', '--by', 'ops');
    expect(kept).toMatchObject({ code: 0, out: expect.stringContaining('waiting for word') });
    await from.world.drain();
    backup = join(folder, 'backup.ndjson.gz');
  });

  test('an export is one file for its owner, and never goes over another', async () => {
    const made = await from.ask('export', backup);
    expect(made).toMatchObject({ code: 0, err: '' });
    expect(made.out).toMatch(/backup\.ndjson\.gz: \d+ rows and \d+ blobs\n$/);
    expect((await stat(backup)).mode & 0o077).toBe(0);
    const bytes = await readFile(backup);
    expect(await from.ask('export', backup)).toMatchObject({ code: 2, err: expect.stringContaining('exists already') });
    expect(await readFile(backup)).toEqual(bytes);
    const nowhere = await from.ask('export', join(folder, 'absent', 'b.gz'));
    expect(nowhere).toMatchObject({ code: 2, err: expect.stringContaining('ENOENT') });
  });

  test('what is no export is refused, and the storage stays as it was', async () => {
    const lines = gunzipSync(await readFile(backup))
      .toString('utf8')
      .trimEnd()
      .split('\n');
    const [head = '', ...rest] = lines;
    const zipped = (texts: readonly string[]) => gzipSync(`${texts.join('\n')}\n`);
    const cases: readonly (readonly [Buffer, number, RegExp])[] = [
      [Buffer.from('not zipped'), 2, /expected a file that `export` wrote/],
      [(await readFile(backup)).subarray(0, 300), 2, /unexpected end of file/],
      [zipped([head, '{"kind": "row"', ...rest]), 2, /line 2 is none of its lines/],
      [zipped([head, '{"kind": "blob", "path": 7}', ...rest]), 2, /line 2 is none of its lines/],
      [zipped(lines.slice(0, -1)), 1, /expected a whole backup/],
      [zipped([head.replace(/"instance":"[^"]+"/, '"instance":"other"'), ...rest]), 1, /got one of other/],
    ];
    const before = await seen();
    const bad = join(folder, 'bad.gz');
    for (const [bytes, code, words] of cases) {
      await writeFile(bad, bytes);
      expect(await from.ask('import', bad)).toMatchObject({ code, out: '', err: expect.stringMatching(words) });
    }
    expect(await from.ask('import', join(folder, 'absent.gz'))).toMatchObject({ code: 2 });
    expect(await seen()).toEqual(before);
  });

  test('an import into empty storage brings ledger, answers and history back', async () => {
    const account = join(folder, 'account');
    await writeFile(account, azurite.connectionString);
    const empty = ['--storage-file', account];
    const back = await from.ask('import', backup, ...empty);
    expect(back).toMatchObject({ code: 0, err: '' });
    expect(back.out).toMatch(/^Restored: \d+ rows and \d+ blobs\. The next run continues from there\.\n$/);
    const [status, holds, changes] = await seen(...empty);
    expect([status, holds, changes]).toEqual(await seen());
    expect(status.publication.changeNumber).toBe(201);
    expect(holds).toMatchObject([{ answered: { kind: 'answer', why: 'waiting for word', by: { name: 'ops' } } }]);
    expect(changes.changes).toHaveLength(prefixes.length);
    expect((await from.ask('plan', ...empty)).out).toContain('Plan: 0 to add, 0 to remove.\n');
  });

  test('an import over a service that went on since is refused, and changes nothing', async () => {
    await from.world.run();
    const before = await seen();
    const full = await from.ask('import', backup);
    expect(full).toMatchObject({ code: 1, err: expect.stringContaining('restore into an empty account') });
    expect(await seen()).toEqual(before);
  });
});

describe('notify test', () => {
  const channels = {
    ops: { kind: 'slack', url: { $env: 'OPS_URL' } },
    desk: { kind: 'slack', url: { $env: 'DESK_URL' } },
  };

  test('sends to all or to those that are named, and says what became of each', async () => {
    const receiver = await startReceiver();
    process.env.OPS_URL = `${receiver.origin}/ops`;
    process.env.DESK_URL = `${receiver.origin}/desk`;
    const { ask } = await serve({ ...west, channels });
    const all = await ask('notify', 'test');
    expect(all).toMatchObject({ code: 0, err: '' });
    expect(all.out).toBe('ok   ops (slack): taken by the receiver\nok   desk (slack): taken by the receiver\n');
    expect(receiver.received.map(({ path }) => path).sort()).toEqual(['/desk', '/ops']);

    receiver.behave({ status: 404 });
    const gone = await ask('notify', 'test', 'desk');
    expect(gone).toMatchObject({ code: 1, out: expect.stringMatching(/^BAD {2}desk \(slack\): .*DESK_URL.*404/) });
    expect(receiver.received.length).toBe(3);
    expect(JSON.parse((await ask('notify', 'test', 'desk', '--json')).out)).toMatchObject([
      { channel: 'desk', ok: false },
    ]);
    const unknown = await ask('notify', 'test', 'elsewhere');
    expect(unknown).toMatchObject({ code: 2, err: expect.stringContaining('out of ops, desk') });
    delete process.env.OPS_URL;
    delete process.env.DESK_URL;
    const unset = await ask('notify', 'test');
    expect(unset).toMatchObject({ code: 1, out: expect.stringContaining('OPS_URL') });
    await receiver.close();
  });

  test('says so where notices have no receiver', async () => {
    const { ask } = await serve(west);
    expect(await ask('notify', 'test')).toMatchObject({ code: 1, out: '', err: expect.stringContaining('no channel') });
  });
});
