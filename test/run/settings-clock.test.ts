import { expect, inject, test } from 'vitest';
import { readSettings, SettingsError } from '../../src/run/settings.ts';

const settingsWith = (env: NodeJS.ProcessEnv) => readSettings({ AzureWebJobsStorage: inject('azurite'), ...env });

test('the clock stands still at a time, or goes on behind', () => {
  const then = '2024-01-15T00:00:00.000Z';
  expect(settingsWith({ SERVICE_TAG_SYNC_NOW: then }).now().toISOString()).toBe(then);
  const { now } = settingsWith({ SERVICE_TAG_SYNC_CLOCK_BEHIND: '86400000' });
  const [before, told, after] = [Date.now(), now().getTime(), Date.now()];
  expect(told).toBeGreaterThanOrEqual(before - 86_400_000);
  expect(told).toBeLessThanOrEqual(after - 86_400_000);
});

test.each(['-1', '1.5', 'a day'])('a clock that is behind by %s is refused with what was expected', (behind) => {
  expect(() => settingsWith({ SERVICE_TAG_SYNC_CLOCK_BEHIND: behind })).toThrow(SettingsError);
  expect(() => settingsWith({ SERVICE_TAG_SYNC_CLOCK_BEHIND: behind })).toThrow('whole milliseconds');
});
