import { expect, test } from 'vitest';
import { ConfigError } from '../../src/config/issue.ts';
import { knownKinds } from '../../src/config/load.ts';
import type { Configs } from '../../src/ports/store.ts';
import { readConfig } from '../../src/run/read-config.ts';
import { readSettings } from '../../src/run/settings.ts';

const keeping = (text: string): Configs => ({
  given: async () => '{"schema": 1',
  lastGood: async () => ({ text, hash: 'h', from: 'a blob', at: '2024-01-15T08:00:00.000Z' }),
  give: async () => undefined,
  keep: async () => undefined,
});
const settings = (more: NodeJS.ProcessEnv) =>
  readSettings({
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    SERVICE_TAG_SYNC_CONFIG_BLOB: 'config.json',
    ...more,
  });

test('where the last good config is wrong as well, the one that was given is the one to put right', async () => {
  await expect(readConfig(settings({}), keeping('{}'))).rejects.toThrow(ConfigError);
});

test('a fault of ours in reading the last good one is not told as a mistake in the given one', async () => {
  const broken = { ...knownKinds, sources: undefined as never };
  const good = JSON.stringify({ schema: 1, instance: 'i', cloud: 'Public', lists: {}, targets: {} });
  await expect(readConfig(settings({}), keeping(good), broken)).rejects.toThrow(TypeError);
});
