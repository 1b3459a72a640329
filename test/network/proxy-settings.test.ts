import { getDefaultProxySettings } from '@azure/core-rest-pipeline';
import { expect, test } from 'vitest';
import { alignProxySettings } from '../../src/network/proxy-settings.ts';

const loopback = '127.0.0.1,localhost,::1,[::1]';

function aligned(env: Record<string, string>): Record<string, string | undefined> {
  const settings: Record<string, string | undefined> = { ...env };
  alignProxySettings(settings);
  expect([settings.https_proxy, settings.http_proxy, settings.no_proxy]).toEqual([
    settings.HTTPS_PROXY,
    settings.HTTP_PROXY,
    settings.NO_PROXY,
  ]);
  const once = { ...settings };
  alignProxySettings(settings);
  expect(settings, 'a second time').toEqual(once);
  return settings;
}

test.each([
  { env: {}, https: undefined, http: undefined, none: loopback },
  { env: { https_proxy: 'http://p:1' }, https: 'http://p:1', http: undefined, none: loopback },
  {
    env: { HTTPS_PROXY: 'http://P:1', https_proxy: 'http://p:2' },
    https: 'http://P:1',
    http: undefined,
    none: loopback,
  },
  { env: { HTTP_PROXY: 'p.corp:8080' }, https: 'http://p.corp:8080', http: 'http://p.corp:8080', none: loopback },
  { env: { all_proxy: 'http://u:w@p:1' }, https: 'http://u:w@p:1', http: 'http://u:w@p:1', none: loopback },
  {
    env: { HTTPS_PROXY: 'http://p:1', NO_PROXY: 'Corp.example, *.internal 10.0.0.4' },
    ...{ https: 'http://p:1', http: undefined },
    none: `corp.example,.corp.example,*.internal,.internal,10.0.0.4,${loopback}`,
  },
  { env: { HTTPS_PROXY: 'http://p:1', NO_PROXY: '*' }, https: undefined, http: undefined, none: loopback },
])('$env', ({ env, https, http, none }) => {
  const settings = aligned(env);
  expect([settings.HTTPS_PROXY, settings.HTTP_PROXY, settings.NO_PROXY]).toEqual([https, http, none]);
  // What the Azure SDK reads has to be an address.
  if (https !== undefined) expect(getDefaultProxySettings(settings.HTTPS_PROXY)?.host).toMatch(/^http:\/\/p/i);
});
