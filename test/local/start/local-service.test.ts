import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, inject, test } from 'vitest';
import { openDataFolder } from '../../../src/local/start/data-folder.ts';
import { sealEarlier, sealKeyOf } from '../../../src/local/start/local-service.ts';
import { freshInstance, openTestStore } from '../../support/open-test-store.ts';
import { sampleIntent } from '../../support/samples.ts';

const storage = 'UseDevelopmentStorage=true';

test.each([
  ['embedded storage', {}, true, {}, 'of the folder'],
  ['embedded storage, a key in the shell', {}, true, { SERVICE_TAG_SYNC_SEAL_KEY: 'of the shell' }, 'of the folder'],
  ['embedded storage in memory', {}, false, {}, 'of the folder'],
  ['a named account', { storage }, true, {}, 'of the folder'],
  [
    'a named account, a key in the shell',
    { storage },
    true,
    { SERVICE_TAG_SYNC_SEAL_KEY: 'of the shell' },
    'of the shell',
  ],
  ['a named account, a temporary folder', { storage }, false, {}, undefined],
  ['a named account, an empty setting', { storage }, false, { SERVICE_TAG_SYNC_SEAL_KEY: '' }, undefined],
])('%s: state is sealed with the key that is there at the next start', (_name, options, kept, env, key) => {
  expect(sealKeyOf(options, { kept, sealKey: 'of the folder' }, env)).toBe(key);
});

test('what an earlier version stored is sealed once; what is written without the key after that is not accepted', async () => {
  const folderPath = await mkdtemp(path.join(tmpdir(), 'sealed-'));
  const earlier = { schema: 1, keys: { function: 'f', admin: 'a' } };
  await writeFile(path.join(folderPath, 'folder.json'), JSON.stringify(earlier));
  const instance = freshInstance();
  const unsealed = await openTestStore({ instance, seal: 'none' });
  await unsealed.runs.record(sampleIntent('r'), []);

  const folder = await openDataFolder(folderPath);
  const sealed = await openTestStore({ instance, seal: { keys: [folder.sealKey] } });
  await expect(sealed.runs.open()).rejects.toThrow('expected a seal of this service, got none');
  const place = {
    ...{ connection: { connectionString: inject('azurite') }, queuePrefix: 'contract' },
    ...{ instance, cloud: 'Public', now: () => new Date() },
  };
  await sealEarlier(folder, place);
  expect((await sealed.runs.open())?.intent).toEqual(sampleIntent('r'));

  const later = { instance: freshInstance() };
  await (await openTestStore({ ...later, seal: 'none' })).runs.record(sampleIntent('forged'), []);
  await sealEarlier(folder, { ...place, ...later });
  const again = await openTestStore({ ...later, seal: { keys: [folder.sealKey] } });
  await expect(again.runs.open()).rejects.toThrow('expected a seal of this service, got none');
  await folder.release();
  await rm(folderPath, { recursive: true });
});
