type Environment = Record<string, string | undefined>;

/** Hosts of this machine as they stand in addresses. A proxy is for what leaves the machine. */
const loopback = ['127.0.0.1', 'localhost', '::1', '[::1]'];

/**
 * Makes the proxy settings of an environment mean the same to every client. undici prefers the lower-case names and knows no
 * ALL_PROXY; the Azure SDK prefers the upper-case ones, takes a bare domain of NO_PROXY for one host, and knows neither `*`
 * nor `*.domain`; neither takes a proxy without `http://`; and both would send what is meant for this machine through a
 * proxy. Afterwards both spellings hold one value. Safe to repeat.
 */
export function alignProxySettings(env: Environment = process.env): void {
  const given = settingOf(env, 'NO_PROXY').split(/[,\s]+/);
  const everyHost = given.includes('*');
  const all = settingOf(env, 'ALL_PROXY');
  const http = settingOf(env, 'HTTP_PROXY') || all;
  const https = settingOf(env, 'HTTPS_PROXY') || http;
  set(env, 'HTTPS_PROXY', everyHost ? '' : withScheme(https));
  set(env, 'HTTP_PROXY', everyHost ? '' : withScheme(http));
  if (everyHost) set(env, 'ALL_PROXY', '');
  set(env, 'NO_PROXY', [...new Set([...given.flatMap(spellings), ...loopback])].join(','));
}

function settingOf(env: Environment, name: string): string {
  return (env[name] || env[name.toLowerCase()] || '').trim();
}

function set(env: Environment, name: string, value: string): void {
  for (const spelled of [name, name.toLowerCase()]) {
    if (value === '') delete env[spelled];
    else env[spelled] = value;
  }
}

function withScheme(proxy: string): string {
  return proxy === '' || proxy.includes('://') ? proxy : `http://${proxy}`;
}

/** An entry of NO_PROXY and what says the same to a client that reads it more strictly. */
function spellings(entry: string): string[] {
  const host = entry.toLowerCase();
  if (host === '' || host === '*') return [];
  const domain = host.replace(/^\*?\./, '');
  const isName = /^[a-z0-9.-]+$/.test(domain) && /[a-z]/.test(domain);
  return isName && domain !== 'localhost' ? [host, `.${domain}`] : [host];
}
