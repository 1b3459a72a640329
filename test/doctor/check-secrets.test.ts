import { afterAll, beforeAll, expect, test } from 'vitest';
import { knownKinds } from '../../src/config/load.ts';
import { parseConfig } from '../../src/config/parse.ts';
import { checkSecrets } from '../../src/doctor/check-secrets.ts';
import { secretFaultsOf, secretSettingsOf } from '../../src/run/secrets.ts';
import { startWebServer, type WebServer } from '../support/web-server.ts';

let app: WebServer;
beforeAll(async () => {
  app = await startWebServer();
});
afterAll(() => app.close());

const { config } = parseConfig(
  JSON.stringify({
    schema: 1,
    instance: 'contoso',
    cloud: 'Public',
    source: {
      kind: 'download-centre',
      mirrors: [{ url: 'https://mirror.example/a', headers: { 'x-key': { $env: 'M' } } }],
    },
    lists: { west: { tags: ['Storage.WestUS'] } },
    targets: {
      hq: {
        kind: 'feed',
        mode: 'sync',
        list: 'west',
        name: 'hq',
        devices: { fw: { secrets: [{ $env: 'FW' }] } },
        keys: [{ $env: 'BOTH' }],
      },
    },
    channels: { ops: { kind: 'teams', url: { $env: 'BOTH' } } },
  }),
  { file: 'config.json', kinds: knownKinds, now: new Date() },
);
const all = { FW: 'a password of a firewall', BOTH: 'https://ops.example/hook', M: 'a key of the mirror' };
const check = (env: Record<string, string>) => checkSecrets(config, env, AbortSignal.timeout(30_000));

test('every secret is listed once, with each place of the config that needs it', () => {
  expect(secretSettingsOf(config)).toEqual([
    { name: 'BOTH', neededBy: ['targets.hq.keys[0]', 'channels.ops.url'], ofFeed: true },
    { name: 'FW', neededBy: ['targets.hq.devices.fw.secrets[0]'], ofFeed: true },
    { name: 'M', neededBy: ['source.mirrors[0].headers.x-key'], ofFeed: false },
  ]);
});

test('what is set is good, and no value is shown', async () => {
  const checks = await check(all);
  expect(checks.map(({ of, result }) => [of, result])).toEqual([
    ['secret BOTH', 'good'],
    ['secret FW', 'good'],
    ['secret M', 'good'],
  ]);
  for (const value of Object.values(all)) expect(JSON.stringify(checks)).not.toContain(value);
});

test.each([
  ['is not set', { FW: undefined }, 'FW', 'it is not set'],
  ['is empty', { FW: '' }, 'FW', 'it is empty'],
  ['is too short for a device', { FW: 'short' }, 'FW', 'at least 16 characters'],
  ['of a channel is not set', { BOTH: undefined }, 'BOTH', 'channels.ops.url'],
  ['of the source is a reference', { M: '@Microsoft.KeyVault(SecretUri=https://v)' }, 'M', 'did not resolve'],
] as const)('a secret that %s is BAD, with what needs it', async (_, change, name, text) => {
  const env = Object.fromEntries(Object.entries({ ...all, ...change }).filter(([, value]) => value !== undefined));
  const found = (await check(env as Record<string, string>)).filter(({ result }) => result === 'bad');
  expect(found).toMatchObject([{ of: `secret ${name}`, text: expect.stringContaining(text) }]);
  expect(secretFaultsOf(config, env)).toMatchObject([expect.stringContaining(name)]);
});

test('an app of feeds alone needs none of channels and sources', () => {
  expect(secretFaultsOf(config, { ...all, M: '' })).toHaveLength(1);
  expect(secretFaultsOf(config, { ...all, M: '', SERVICE_TAG_SYNC_SERVES: 'feeds' })).toEqual([]);
});

const health = (name: string, ok: boolean) => ({ body: JSON.stringify({ checks: [{ name, ok }] }) });
test.each([
  ['has them', health('secrets', true), ['good', 'good', 'good']],
  ['lacks one', health('secrets', false), ['good', 'bad', 'good']],
  ['has no such check', health('storage', true), ['good', 'bad', 'good', 'bad']],
])('a desk without a secret asks the app, which %s', async (_, answer, results) => {
  app.answer('/api/health', answer);
  const { FW: _missing, ...env } = all;
  const checks = await check({ ...env, SERVICE_TAG_SYNC_URL: app.origin });
  expect(checks.map(({ result }) => result)).toEqual(results);
});
