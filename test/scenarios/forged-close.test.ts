import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { makeCatalogJson } from '../support/catalog.ts';
import { rawContainer, rawTable } from '../support/raw-storage.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const base = Array.from({ length: 12 }, (_, i) => `20.0.${i * 2}.0/24`);
const more = ['20.1.0.0/24'];
const tag = 'Storage.WestUS';
const table = rawTable();
const blobs = rawContainer();
const target = (name: string) => ({ kind: 'ip-group', mode: 'sync', list: 'west', ...place, name, location: 'westus' });

// In the weeks after an announcement the end of a run looks at what each target remembers and planned.
describe('a damaged record while addresses are announced', () => {
  let world: World;
  let folder: string;

  const publish = async (date: string, changeNumber: number, prefixes: readonly string[]): Promise<void> => {
    const path = join(folder, `ServiceTags_Public_${date.replaceAll('-', '')}.json`);
    await writeFile(path, makeCatalogJson({ changeNumber, tags: { [tag]: [...prefixes] } }));
    world.set({ publication: path, now: `${date}T12:00:00Z` });
  };
  const damage = (partition: string, rowKey: string) =>
    table.updateEntity(
      { partitionKey: `${world.env.SERVICE_TAG_SYNC_QUEUES}|Public|${partition}`, rowKey, text0: '{}' },
      'Merge',
    );

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'forged-close-'));
    world = await openWorld(inject('azurite'), {
      lists: { west: { tags: [tag] } },
      targets: { hub: target('west'), other: target('other') },
    });
    await publish('2024-01-15', 200, base);
    await world.run();
    await publish('2024-01-22', 201, [...base, ...more]);
    expect((await world.run()).status).toBe('applied');
    world.set({ now: '2024-01-23T12:00:00Z' });
  });
  afterEach(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  it('of a target lets the run come to its end: that target fails, the other one is kept', async () => {
    await damage('targets', 'record|hub');
    const run = await world.run();
    expect(run.targets.map(({ id, status }) => [id, status])).toEqual([
      ['hub', 'failed'],
      ['other', 'no-change'],
    ]);
    expect(await world.live('hub')).toEqual([...base, ...more]);
  });

  it('of the ledger that lists are pinned to stops runs until they are unpinned, and people can do that', async () => {
    await world.say({ kind: 'pin', changeNumber: 200, until: '2024-01-30T00:00:00Z' });
    const pin = (await world.decisions()).find((decision) => decision.kind === 'pin');
    const path = `${world.env.SERVICE_TAG_SYNC_QUEUES}/Public/ledgers/${pin?.kind === 'pin' ? pin.ledger : ''}.json`;
    await blobs.getBlockBlobClient(path).upload('{}', 2);
    await expect(world.run()).rejects.toThrow(/expected a seal of this service, got none/);
    expect((await world.status()).pin?.id).toBe(pin?.id);
    expect((await world.say({ kind: 'unpin' })).status).not.toBe('failed');
    expect(await world.live('hub')).toEqual([...base, ...more]);
  });

  it('of a plan lets the run come to its end, and the status be seen', async () => {
    await publish('2024-01-24', 202, [...base, ...more, '20.2.0.0/24']);
    const { run } = await world.begin();
    await damage(`run|${run}`, 'plan|hub');
    await world.drain();
    expect((await (await world.service()).run(run))?.targets.map(({ id, status }) => [id, status])).toEqual([
      ['hub', 'failed'],
      ['other', 'applied'],
    ]);
    const { targets } = await world.status();
    expect(targets.map(({ id, status }) => [id, status])).toEqual([
      ['hub', 'failed'],
      ['other', 'applied'],
    ]);
    expect((await world.run()).status).toBe('applied');
  });
});
