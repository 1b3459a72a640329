import { expect, inject, test } from 'vitest';
import { createContext } from '../../src/composition-root.ts';
import { parseRunMessage } from '../../src/queues/messages.ts';
import { open, target, useLanes, world } from '../support/lane-world.ts';
import { startStorageProxy } from '../support/storage-proxy.ts';

useLanes();

const wanted = ['20.0.0.0/24', '20.0.2.0/24'];

test('nothing of a run is remembered before its intent is on record', async () => {
  await open({ hub: target('hub', { adopt: true }) });
  // All that is wanted is there: the run writes nothing, and remembers at once what it found.
  await world.seed({
    [`${world.group}/providers/Microsoft.Network/ipGroups/hub-1`]: {
      location: 'westus',
      tags: { 'service-tag-sync': `${world.env.SERVICE_TAG_SYNC_QUEUES}/hub` },
      properties: { ipAddresses: wanted },
    },
  });
  const { run } = await (await world.service()).requestRun({ trigger: 'http' });
  const message = parseRunMessage({ schema: 1, run, trigger: 'http' });
  const store = await createContext(world.env, () => {});

  const proxy = await startStorageProxy(inject('azurite'));
  try {
    // Intent and plans go in one transaction; the process dies as Storage refuses it.
    proxy.decide(({ url }) => (url.includes('$batch') ? 'refuse' : 'forward'));
    const straight = world.env.AzureWebJobsStorage;
    world.env.AzureWebJobsStorage = proxy.connectionString;
    await expect((await world.service()).startRun(message)).rejects.toMatchObject({ statusCode: 403 });
    world.env.AzureWebJobsStorage = straight;
  } finally {
    await proxy.close();
  }
  expect(await store.runs.get(run)).toBeUndefined();
  expect(await store.targetRecords.all()).toEqual([]);

  await world.drain();
  expect(await (await world.service()).run(run)).toMatchObject({ status: 'no-change' });
  expect((await store.targetRecords.all()).map((one) => one.target)).toEqual(['hub']);
});
