import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { makeCatalogJson } from '../support/catalog.ts';
import { testSealKey } from '../support/seal-key.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const base = Array.from({ length: 12 }, (_, i) => `20.0.${i * 2}.0/24`);
const tag = 'Storage.WestUS';

// What another key in SERVICE_TAG_SYNC_SEAL_KEY does, by a mistake or for a while.
describe('a key that is not the one', () => {
  let world: World;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'seal-key-'));
    world = await openWorld(inject('azurite'), {
      lists: { west: { tags: [tag] } },
      targets: { hub: { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'west', location: 'westus' } },
    });
    await publish('2024-01-15', base, 200);
    expect((await world.run()).status).toBe('applied');
    expect((await world.say({ kind: 'pause' })).status).not.toBe('failed');
  });
  afterEach(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  async function publish(date: string, prefixes: readonly string[], changeNumber: number): Promise<void> {
    const path = join(folder, `ServiceTags_Public_${date.replaceAll('-', '')}.json`);
    await writeFile(path, makeCatalogJson({ changeNumber, tags: { [tag]: [...prefixes] } }));
    world.set({ publication: path, now: `${date}T12:00:00Z` });
  }

  it('takes no decision away: a pause holds when the right one is back', async () => {
    world.env.SERVICE_TAG_SYNC_SEAL_KEY = 'another-key-that-seals-what-tests-store';
    await (await world.service()).runMaintenance();
    await expect((await world.service()).startRun({ schema: 1, run: 'by-hand', trigger: 'http' })).rejects.toThrow(
      /its seal does not fit/,
    );
    world.env.SERVICE_TAG_SYNC_SEAL_KEY = testSealKey;
    expect((await world.decisions()).map(({ kind }) => kind)).toEqual(['pause']);
    await publish('2024-01-22', [...base, '20.1.0.0/24'], 201);
    await world.writes();
    await world.run();
    expect(await world.writes()).toEqual([]);
    expect(await world.live('hub')).toEqual(base);
  });

  it('is no key where it is a reference that the platform did not resolve', async () => {
    world.env.SERVICE_TAG_SYNC_SEAL_KEY = '@Microsoft.KeyVault(VaultName=kv-sts-abc;SecretName=seal-key)';
    await expect(world.service()).rejects.toThrow(
      /SERVICE_TAG_SYNC_SEAL_KEY: expected a secret.*got the text of a reference, which the platform did not resolve/,
    );
    world.env.SERVICE_TAG_SYNC_SEAL_KEY = testSealKey;
    expect((await world.decisions()).map(({ kind }) => kind)).toEqual(['pause']);
  });
});
