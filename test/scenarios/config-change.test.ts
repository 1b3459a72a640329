import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { makeCatalogJson } from '../support/catalog.ts';
import { openWorld, type World } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const configOf = (list: object) => ({
  lists: { west: list },
  targets: { hub: { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'west', location: 'westus' } },
});
const west = '20.0.0.0/24';
const east = '20.8.0.0/24';
const both = { tags: ['Storage.WestUS', 'Storage.EastUS'] };

// An edit is a person's word on what is wanted, and a slip of the pen as well: it cuts nobody off at once.
describe('a list that was edited', () => {
  let world: World;
  let folder: string;
  let number = 200;

  /** A new publication with the same values, so that holds age in publications too. */
  const publish = async (date: string): Promise<void> => {
    const path = join(folder, `ServiceTags_Public_${date.replaceAll('-', '')}.json`);
    await writeFile(
      path,
      makeCatalogJson({ changeNumber: number++, tags: { 'Storage.WestUS': [west], 'Storage.EastUS': [east] } }),
    );
    world.set({ publication: path, now: `${date}T12:00:00Z` });
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'service-tags-config-'));
    world = await openWorld(inject('azurite'), configOf(both));
    await publish('2024-01-15');
    expect((await world.run()).status).toBe('applied');
  });
  afterAll(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  it('keeps what it no longer selects, and says until when', async () => {
    await world.configure(configOf({ tags: ['Storage.WestUS'] }));
    const view = await world.run();
    expect(view.status).toBe('no-change');
    expect(view.targets[0]).toMatchObject({ status: 'waiting' });
    expect(view.targets[0]?.outcomes[0]?.text).toContain('42 days');
    expect(await world.live('hub')).toEqual([west, east]);
  });

  it('lets it go after 42 days and 3 publications', async () => {
    for (const date of ['2024-01-29', '2024-02-12', '2024-02-19']) {
      await publish(date);
      expect((await world.run()).status).toBe('no-change');
    }
    await publish('2024-02-26');
    expect((await world.run()).status).toBe('applied');
    expect(await world.live('hub')).toEqual([west]);
    expect((await world.run()).status).toBe('no-change');
  });

  it('takes out at once what stands under "never"', async () => {
    await world.configure(configOf(both));
    expect((await world.run()).status).toBe('applied');
    const never = [{ prefix: east, reason: 'change 4711', owner: 'security team' }];
    await world.configure(configOf({ ...both, never }));
    expect((await world.run()).status).toBe('applied');
    expect(await world.live('hub')).toEqual([west]);
  });

  it('refuses a tag that no publication has, and touches nothing', async () => {
    await world.configure(configOf({ tags: ['Storage.WestUs2'] }));
    await world.writes();
    const view = await world.run();
    expect(view.status).toBe('refused');
    expect(view.targets[0]?.outcomes[0]?.text).toContain('Storage.WestUs2');
    expect(await world.writes()).toEqual([]);
  });
});
