import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { createBackup, createOperator, createService } from '../../src/composition-root.ts';
import { startAzurite } from '../../src/local/azurite.ts';
import type { BackupLine } from '../../src/store/backup.ts';
import { makeCatalogJson } from '../support/catalog.ts';
import { openTestStore } from '../support/open-test-store.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
let world: World;
let folder: string;
let empty: Awaited<ReturnType<typeof startAzurite>>;
let lines: BackupLine[];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'backup-'));
  const publication = join(folder, 'ServiceTags_Public_20240115.json');
  await writeFile(publication, makeCatalogJson({ changeNumber: 200, tags: { 'Storage.WestUS': ['20.1.0.0/24'] } }));
  world = await openWorld(inject('azurite'), {
    lists: { west: { tags: ['Storage.WestUS'] } },
    targets: { hub: { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'west', location: 'westus' } },
  });
  world.set({ publication, now: '2024-01-16T12:00:00Z' });
  await world.run();
  await world.say({ kind: 'pause', until: '2024-02-01T00:00:00.000Z' });
  const instance = String(world.env.SERVICE_TAG_SYNC_QUEUES);
  const { operationsOf } = await openTestStore({ instance, queuePrefix: instance });
  await operationsOf('hub').begun({ url: 'https://management.azure.com/operations/1?s=signed', subject: 'group' });
  empty = await startAzurite({});
  lines = [];
  for await (const line of (await createBackup(world.env)).take()) lines.push(line);
});

afterAll(async () => {
  await world.close();
  await empty.close();
  await rm(folder, { recursive: true });
});

test('operations under way are left out: their addresses are signed', () => {
  expect(JSON.stringify(lines)).not.toContain('s=signed');
});

const there = () => ({ ...world.env, AzureWebJobsStorage: empty.connectionString });

test('a damaged backup, or one of another instance, is refused before anything is written', async () => {
  const backup = await createBackup(there());
  await expect(backup.restore(lines.slice(0, -1))).rejects.toThrow(/a whole backup/);
  await expect(backup.restore(lines.filter((_, index) => index !== 1))).rejects.toThrow(/damaged/);
  const other = lines.map((line) => (line.kind === 'backup' ? { ...line, instance: 'elsewhere' } : line));
  await expect(backup.restore(other)).rejects.toThrow(/elsewhere/);
  expect(await (await createService(there(), () => {})).runs(10)).toEqual([]);
});

test('what is restored is what was kept: ledger, answers, runs, history', async () => {
  const { rows, blobs } = await (await createBackup(there())).restore(JSON.parse(JSON.stringify(lines)));
  expect(rows).toBeGreaterThan(5);
  expect(blobs).toBeGreaterThan(1);
  const desks = await Promise.all([world.env, there()].map((env) => createOperator(env, () => {})));
  const [before, after] = await Promise.all(
    desks.map(async (desk) => [await desk.status(), await desk.changes({ most: 100 })]),
  );
  expect(after).toEqual(before);
  expect(after?.[0]).toMatchObject({ paused: { kind: 'pause' } });
  const { plans } = await (await createService(there(), () => {})).dryRun({ trigger: 'http' });
  expect(plans[0]?.parts).toEqual([]);
});

test('an import that died is finished by the same import, and nothing else is ever written over', async () => {
  const table = TableClient.fromConnectionString(empty.connectionString, 'servicetagsync', {
    allowInsecureConnection: true,
  });
  const last = lines.findLast((line) => line.kind === 'row')?.row ?? {};
  const [partition, row] = [String(last.partitionKey), String(last.rowKey)];
  await table.deleteEntity(partition, row);
  await (await createBackup(there())).restore(lines);
  const { etag, timestamp, ...back } = await table.getEntity(partition, row);
  expect(back).toMatchObject(last);
  await table.updateEntity({ ...back, partitionKey: partition, rowKey: row, more: 'x' } as never, 'Replace');
  await expect((await createBackup(there())).restore(lines)).rejects.toThrow(/nothing stored .* got the row/);
});

test('the command line writes a first config that is good, and never over another one', async () => {
  const root = resolve(import.meta.dirname, '../..');
  const file = join(folder, 'first.json');
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(root, 'src/cli.ts'), ...args], {
      encoding: 'utf8',
      cwd: folder,
      env: { SERVICE_TAG_SYNC_PUBLICATION: world.env.SERVICE_TAG_SYNC_PUBLICATION, NO_COLOR: '1' },
    });
  const sets = Object.entries({ ...place, name: 'first', location: 'westus' }).flatMap(([name, value]) => [
    '--set',
    `${name}=${value}`,
  ]);
  const init = ['init', file, '--instance', 'contoso', '--tag', 'Storage.WestUS', '--kind', 'ip-group'];
  const missing = run(...init, '--no-look');
  expect(missing.status).toBe(2);
  // All that lacks, at once.
  for (const name of Object.keys({ ...place, name: '', location: '' }))
    expect(missing.stderr).toContain(`--set ${name}=`);
  const made = run(...init, ...sets, '--no-look');
  expect(made.stderr).toBe('');
  expect(made.status).toBe(0);
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    targets: { 'ip-group': { mode: 'report-only', name: 'first' } },
  });
  expect(run(...init, ...sets, '--no-look').stderr).toContain('exists already');

  // As the deployment guide has it: the list follows a registry.
  const following = join(folder, 'following.json');
  const registry =
    '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/pulls';
  const guided = run(
    'init',
    following,
    '--instance',
    'contoso',
    '--registry',
    registry,
    '--kind',
    'ip-group',
    ...sets,
    '--no-look',
  );
  expect(guided.stderr).toBe('');
  expect(JSON.parse(await readFile(following, 'utf8'))).toMatchObject({
    registries: { pulls: { resourceId: registry } },
    lists: { registries: { registries: [{ registry: 'pulls', part: 'all' }] } },
  });
});
