import { expect, test } from 'vitest';
import { sealKeyOf } from '../../../src/local/start/local-service.ts';

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
