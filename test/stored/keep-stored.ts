import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import project from '../../package.json' with { type: 'json' };
import { createBackup } from '../../src/composition-root.ts';
import type { BackupLine } from '../../src/store/backup.ts';
import { openWorld } from '../support/world.ts';
import { foundIn } from './found.ts';
import { type Around, packStored } from './stored-version.ts';

const root = path.join(import.meta.dirname, '../..');

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const config = {
  instance: `stored-${project.version.replaceAll('.', '-')}`,
  registries: { contoso: { loginServer: 'contoso.azurecr.io', regions: ['westeurope'] } },
  lists: {
    pulls: { registries: [{ registry: 'contoso', part: 'all' }] },
    pipelines: { tags: ['DataFactory.WestEurope'] },
  },
  targets: {
    hub: {
      kind: 'ip-group',
      mode: 'sync',
      list: 'pulls',
      ...place,
      name: 'acr',
      location: 'westeurope',
      approval: { remove: 'always' },
    },
    build: {
      kind: 'nsg',
      mode: 'sync',
      list: 'pipelines',
      ...place,
      nsg: 'nsg-build',
      rule: 'pipelines',
      priority: 200,
    },
    feed: {
      kind: 'feed',
      mode: 'sync',
      list: 'pulls',
      name: 'pulls',
      devices: { branch: { secrets: [{ $env: 'BRANCH' }] } },
    },
  },
};
const publications = path.join(root, 'docs/first-day/publications');

/** Makes a few runs and decisions of every kind that leaves something behind, and keeps what is stored then in a file. */
export async function keepStored(file: string, connection: string): Promise<void> {
  // Where they lay is stored: a place that is the same for everybody.
  const folder = await mkdtemp(path.join(tmpdir(), 'stored-'));
  const publicationOf = (name: string) => path.join(folder, name);
  await cp(publications, folder, { recursive: true });
  const world = await openWorld(connection, config);
  try {
    world.env.BRANCH = 'a-secret-of-a-device-that-is-long';
    world.set({ publication: publicationOf('first.json'), now: '2026-11-23T12:00:00.000Z' });
    await world.run();
    world.set({ publication: publicationOf('second.json'), now: '2026-11-30T12:00:00.000Z' });
    await world.run();
    // One question answered so that a part waits for an approval, one left open, a pause that has ended.
    const holds = await (await world.desk()).holds();
    const loss = holds.filter(({ kind }) => kind === 'loss').map(({ id }) => id);
    await world.say({ kind: 'answer', holds: loss, answer: 'remove' });
    await world.say({ kind: 'pause', target: 'feed', until: '2026-12-01T12:00:00.000Z' });
    await world.say({ kind: 'resume', target: 'feed' });
    world.set({ now: '2026-11-30T18:00:00.000Z' });
    const { status } = await world.run();
    const resources = await fetch(`${world.arm}/-/resources`);
    const arm: Around['arm'] = JSON.parse(await resources.text());
    const backup: BackupLine[] = [];
    for await (const line of (await createBackup(world.env)).take()) backup.push(line);
    const around = {
      config,
      now: '2026-11-30T18:00:00.000Z',
      publication: await readFile(publicationOf('second.json'), 'utf8'),
      arm,
      status,
      found: await foundIn(await world.desk()),
    };
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, packStored({ around, backup }));
  } finally {
    await world.close();
    await rm(folder, { recursive: true });
  }
}
