import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const configOf = (adopt: boolean) => ({
  lists: { west: { tags: ['Storage.WestUS'] } },
  targets: { hub: { kind: 'ip-group', mode: 'sync', list: 'west', adopt, ...place, name: 'west', location: 'westus' } },
});

const microsoft = Array.from({ length: 1100 }, (_, i) => `20.${Math.floor(i / 128)}.${(i % 128) * 2}.0/24`);
const ours = microsoft.slice(0, 1000);
const others = Array.from({ length: 1000 }, (_, i) => `198.51.${Math.floor(i / 100)}.${(i % 100) * 2}`);

describe('first contact with an IP group that somebody filled by hand', () => {
  let world: World;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'service-tags-first-'));
    const path = join(folder, 'ServiceTags_Public_20240115.json');
    await writeFile(path, makeCatalogJson({ changeNumber: 200, tags: { 'Storage.WestUS': microsoft } }));
    world = await openWorld(inject('azurite'), configOf(false));
    world.set({ publication: path, now: '2024-01-16T12:00:00Z' });
    await world.seed({
      [`${world.group}/providers/Microsoft.Network/ipGroups/west-1`]: {
        location: 'westus',
        tags: { owner: 'network team' },
        properties: { ipAddresses: [...others, ...ours] },
      },
    });
  });
  afterEach(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  it('writes nothing unless told to, and says what it found', async () => {
    const view = await world.run();
    expect(view.status).toBe('refused');
    expect(view.targets[0]?.outcomes[0]?.text).toMatch(/2,000 entries.*"adopt": true/);
    expect(await world.writes()).toEqual([]);
  });

  it('adopts when told to: adds what is missing, removes nothing, names what is not ours', async () => {
    await world.configure(configOf(true));
    const view = await world.run();
    expect(view.status).toBe('applied');
    expect(await world.writes()).toHaveLength(1);
    const live = new Set(await world.live('hub'));
    for (const entry of [...others, ...microsoft]) expect(live.has(entry), entry).toBe(true);
    expect(view.events).toContainEqual(
      expect.objectContaining({ kind: 'foreign-entries', target: 'hub', count: 1000 }),
    );
    expect((await world.run()).status).toBe('no-change');
    expect(await world.writes()).toEqual([]);
  });

  it("leaves another instance's group alone even when told to adopt", async () => {
    await world.configure(configOf(true));
    await world.seed({
      [`${world.group}/providers/Microsoft.Network/ipGroups/west-1`]: {
        location: 'westus',
        tags: { 'service-tag-sync': 'elsewhere/hub' },
        properties: { ipAddresses: ours },
      },
    });
    const view = await world.run();
    expect(view.status).toBe('refused');
    expect(view.targets[0]?.outcomes[0]?.text).toContain('elsewhere/hub');
    expect(await world.writes()).toEqual([]);
  });
});
