import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { makeCatalogJson, makeCatalogValue } from '../support/catalog.ts';
import { startStorageProxy } from '../support/storage-proxy.ts';
import { openWorld } from '../support/world.ts';

const place = { subscriptionId: '00000000-0000-0000-0000-000000000001', resourceGroup: 'rg-network' };
const config = {
  lists: { west: { tags: ['Storage.WestUS'] } },
  targets: { hub: { kind: 'ip-group', mode: 'sync', list: 'west', ...place, name: 'west', location: 'westus' } },
};
const tags = { 'Storage.WestUS': ['20.0.0.0/24'], Storage: ['20.0.0.0/12'] };

/** A file with a broken tag, each time another one. */
function brokenFile(changeNumber: number): string {
  const value = makeCatalogValue({ changeNumber, tags: { 'Storage.WestUS': ['20.0.0.0/24', '20.0.2.0/24'] } });
  value.values[0]?.properties.addressPrefixes.push('20.0.2.1/24');
  return JSON.stringify(value);
}

it('a refused file is told exactly once, at whichever write the run dies and is begun again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'service-tags-told-'));
  const proxy = await startStorageProxy(inject('azurite'));
  const world = await openWorld(proxy.connectionString, config);
  const show = async (text: string, date: string): Promise<void> => {
    const path = join(folder, `ServiceTags_Public_${date}.json`);
    await writeFile(path, text);
    world.set({ publication: path, now: '2024-01-24T12:00:00Z' });
  };
  await show(makeCatalogJson({ changeNumber: 200, tags }), '20240115');
  expect((await world.run()).status).toBe('applied');

  // That it has begun, the file and its row, the ledger, the intent.
  for (const dies of [1, 2, 3, 4, 5, 6]) {
    await show(brokenFile(200 + dies), '20240122');
    const service = await world.service();
    const { run } = await service.requestRun({ trigger: 'http' });
    let writes = 0;
    // A lease taken by a process that died is free after a minute: no test waits for that.
    const isWrite = (method: string, url: string) => !['GET', 'HEAD'].includes(method) && !url.includes('comp=lease');
    proxy.decide(({ method, url }) => (isWrite(method, url) && ++writes === dies ? 'refuse after' : 'forward'));
    const died = await service.startRun({ schema: 1, run, trigger: 'http' }).then(
      () => false,
      () => true,
    );
    expect(died).toBe(true);
    proxy.decide(() => 'forward');
    await world.drain();
    const view = await (await world.service()).run(run);
    const refused = view?.events.filter(({ kind }) => kind === 'publication-refused');
    expect(refused, `dies at write ${dies}`).toMatchObject([{ file: 'ServiceTags_Public_20240122.json' }]);
    expect(refused?.[0], `dies at write ${dies}`).not.toHaveProperty('again');
  }
  expect((await world.run()).events.filter((event) => !('again' in event))).toEqual([]);
  await Promise.all([world.close(), proxy.close(), rm(folder, { recursive: true })]);
}, 60_000);
